"""What bounds, spreads and takes back pay, and when it becomes cash, in words."""

from collections.abc import Iterator

from projections.plan_documents.blocks import Block, Section, Table
from projections.plan_documents.telling import Telling
from projections.plan_documents.words import percent
from schemas.plans import (
    AttainmentGate,
    Ceiling,
    Clawback,
    CohortGate,
    Draw,
    Gate,
    Guarantee,
    Holdback,
    Instalments,
    Leaving,
    Payment,
)


def gate(part: Gate, told: Telling) -> Iterator[Block]:
    """What must be reached before components pay."""
    words, per = told.words, told.per(part.window)
    values = {
        "components": told.named(part.applies_to),
        "threshold": percent(part.threshold),
        "per": per,
    }
    if isinstance(part, CohortGate):
        values["days"] = str(part.days)
    if isinstance(part, AttainmentGate):
        values["quota"] = part.quota
        zero = []
    else:
        zero = [words(f"zero-{part.zero_qualified}")]
    yield told.sentences(
        words(f"gate-{part.count}", **values),
        words("inclusive-true" if part.inclusive else "inclusive-false", **values),
        *zero,
        words(f"missed-{part.missed}", per=per),
    )


def guarantee(part: Guarantee, told: Telling) -> Iterator[Block]:
    """An amount that a payee has whatever they earn."""
    words, per = told.words, told.per(part.window)
    months = [] if part.months is None else [words("first-months", months=part.months)]
    components, amount = told.named(part.applies_to), words.money(part.amount)
    yield told.sentences(
        words(f"guarantee-{part.basis}", components=components, amount=amount, per=per),
        *told.own(part.own),
        *months,
        words(f"prorate-{part.prorate}", per=per),
    )


def ceiling(part: Ceiling, told: Telling) -> Iterator[Block]:
    """At most so much for several components together."""
    words, per = told.words, told.per(part.window)
    components, amount = told.named(part.applies_to), words.money(part.amount)
    yield told.sentences(
        words("ceiling", components=components, amount=amount, per=per),
        words(f"prorate-{part.prorate}", per=per),
    )


def clawback(part: Clawback, told: Telling) -> Iterator[Block]:
    """What is taken back when a contract shrinks."""
    words = told.words
    own = part.within is None
    term = words("term-own") if own else words(f"term-{part.unit}", term=part.within)
    first = [] if part.first_day is None else [words(f"first-served-{part.first_day}")]
    yield told.sentences(
        words(f"clawback-{part.takes}", term=term, components=told.named(part.applies_to)),
        words(f"unit-{part.unit}"),
        *first,
    )


def instalments(part: Instalments, told: Telling) -> Iterator[Block]:
    """When components are earned, part by part."""
    words = told.words
    cash = [] if part.cash is None else [words(f"cash-{part.cash}")]
    yield told.sentences(words("instalment-says", components=told.named(part.applies_to)), *cash)
    yield Table(
        caption=words("instalment-caption"),
        columns=told.columns("instalment-rows"),
        rows=[
            [
                percent(each.share),
                words(f"part-{each.on}", milestone=each.milestone, months=each.months),
            ]
            for each in part.parts
        ],
    )


def payment(part: Payment, told: Telling) -> Section:
    """How the lines of a period become cash."""
    words = told.words
    bounds: list[Block] = []
    if part.cap is not None:
        bounds.append(told.sentences(words("pay-cap", amount=words.money(part.cap))))
    if part.minimum is not None:
        bounds.append(told.sentences(words("pay-minimum", amount=words.money(part.minimum))))
    inner: list[Section] = []
    if part.holdback is not None:
        holdback = told.sentences(*_holdback(part.holdback, told))
        inner.append(told.section("holdback", part.holdback.id, holdback))
    if part.draw is not None:
        inner.append(told.section("draw", "", told.sentences(*_draw(part.draw, told))))
    return Section(title=words("payment"), blocks=bounds, inner=inner)


def _holdback(part: Holdback, told: Telling) -> Iterator[str]:
    yield told.words(
        f"holdback-{part.until}",
        share=percent(part.share),
        components=told.named(part.applies_to),
        milestone=part.milestone,
        months=part.months,
    )
    yield told.words(f"holdback-leaving-{part.leaving}")


def _draw(part: Draw, told: Telling) -> Iterator[str]:
    words = told.words
    yield words(f"draw-{part.basis}", amount=words.money(part.amount))
    yield from told.own(part.own)
    if part.months is not None:
        yield words("first-months", months=part.months)
    yield words("draw-recovered", month=part.recovered_from)
    if part.share is not None:
        yield words("draw-share", share=percent(part.share))
    if part.most is not None:
        yield words("draw-most", amount=words.money(part.most))
    yield words(f"prorate-{part.prorate}", per=told.per("month"))


def leaving(part: Leaving, told: Telling) -> Section:
    """What a payee who left is still worth."""
    words = told.words
    told_of = told.sentences(
        words(f"later-deals-{part.later_deals}"), words(f"later-parts-{part.instalments}")
    )
    return Section(title=words("leaving"), blocks=[told_of])
