"""What is counted and aimed at, in words: measures, quotas, pay by attainment, coefficients."""

from collections.abc import Iterator
from fractions import Fraction

from projections.plan_documents.blocks import Block, Points, Table
from projections.plan_documents.tables import factors, falling, payout
from projections.plan_documents.telling import Telling
from projections.plan_documents.words import number, percent
from schemas.plans import Bonus, Card, Coefficient, Measure, Quota, Scorecard


def measures(parts: list[Measure], told: Telling) -> Points:
    """Every measure, in a sentence each."""
    return Points([told.words("measure", id=part.id, what=_what(part, told)) for part in parts])


def _what(part: Measure, told: Telling) -> str:
    words = told.words
    match part.of:
        case "value" | "deals" | "cash":
            what = words(f"measure-{part.of}", **told.deals(part))
        case "touches":
            what = words("measure-touches", of=part.kind or words("measure-touches-any"))
        case "metric":
            what = words("measure-metric", metric=part.metric, over=words(f"over-{part.over}"))
        case "qualified-leads":
            what = words("measure-qualified-leads")
    if part.where is None:
        return what
    return words("measure-where", what=what, condition=told.condition(part.where))


def quota(part: Quota, told: Telling) -> Iterator[Block]:
    """A target."""
    words = told.words
    target = (
        words.money(part.amount) if part.amount is not None else number(part.count or Fraction(0))
    )
    target_says = words("quota-target", measure=part.measure, target=target, per=told.per(part.per))
    equal = [words("quota-equal")] if part.season is None and part.per != "month" else []
    first = [] if part.first_day is None else [words(f"first-day-{part.first_day}")]
    yield told.sentences(
        target_says,
        *equal,
        words(f"quota-prorate-{part.prorate}"),
        *first,
        words(f"quota-zero-{part.zero}"),
        *([words("quota-lower")] if part.lower_is_better else []),
    )
    for name, shares in (("season", part.season), ("ramp", part.ramp)):
        if shares is not None:
            rows = [[str(place), percent(share)] for place, share in enumerate(shares, 1)]
            yield Table(caption=words(f"{name}-caption"), columns=told.columns(name), rows=rows)


def bonus(part: Bonus, told: Telling) -> Iterator[Block]:
    """A target amount by one attainment."""
    words = told.words
    target, per = words.money(part.target), told.per(part.window)
    yield told.sentences(
        words("bonus", quota=part.quota, target=target, per=per),
        *told.own(part.own),
        words(f"payout-{part.payout.mode}"),
        *falling(part.payout, told),
        *([] if part.most is None else [words("most", most=percent(part.most))]),
    )
    yield payout(part.payout, told, words("payout-caption"))
    yield told.sentences(*_when(part, told))


def _when(part: Bonus | Scorecard, told: Telling) -> Iterator[str]:
    """When a target amount is paid, against what, and what of it."""
    words, per = told.words, told.per(part.window)
    yield words(f"paid-{part.paid}", per=per)
    if part.paid == "to-date" or part.against != "window":
        yield words(f"against-{part.against}", per=per)
    yield words(f"prorate-{part.prorate}", per=per)


def scorecard(part: Scorecard, told: Telling) -> Iterator[Block]:
    """A target amount by several attainments."""
    words = told.words
    target = words.money(part.target)
    yield told.sentences(
        words("scorecard", target=target, per=told.per(part.window)),
        *told.own(part.own),
        *_when(part, told),
    )
    yield Table(
        caption=words("cards-caption"),
        columns=told.columns("cards"),
        rows=[_card(card, told) for card in part.cards],
        headed=True,
    )
    for card in part.cards:
        yield payout(card.payout, told, words("payout-caption-of", quota=card.quota))
        yield told.sentences(words(f"payout-{card.payout.mode}"), *falling(card.payout, told))


def _card(card: Card, told: Telling) -> list[str]:
    words = told.words
    most = words("unlimited") if card.most is None else percent(card.most)
    needs = words("nothing")
    if card.needs is not None and card.at_least is not None:
        needs = words("card-needs", quota=card.needs, least=percent(card.at_least))
    return [card.quota, percent(card.weight), most, needs]


def coefficient(part: Coefficient, told: Telling) -> Iterator[Block]:
    """What components are multiplied by."""
    yield told.sentences(
        told.words(
            "coefficient-says",
            components=told.named(part.applies_to),
            metric=part.metric,
            missing=percent(part.missing),
        )
    )
    yield factors(part.rows, told)
