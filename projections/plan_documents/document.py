"""A plan as a document: what it is, what it pays for, what must be reached, when it is paid."""

from collections.abc import Iterator, Mapping
from typing import Final, assert_never

from projections.plan_documents import components, limits, targets
from projections.plan_documents.blocks import Block, Document, Paragraph, Section, Table
from projections.plan_documents.blocks import Points as Sentences
from projections.plan_documents.examples import example
from projections.plan_documents.telling import Telling
from projections.plan_documents.words import Words, number
from schemas.expressions import Language
from schemas.plans import (
    Award,
    Bonus,
    Ceiling,
    Clawback,
    Commission,
    Component,
    Flat,
    Guarantee,
    MatrixCommission,
    Overlay,
    Override,
    Plan,
    Points,
    Scorecard,
    Spiff,
    Tiered,
)

TAGS: Final[Mapping[Language, str]] = {"en": "en", "zh": "zh-CN"}
"""Language to its tag in HTML and PDF."""


def plan_document(plan: Plan, language: Language) -> Document:
    """The document of a plan in a language; the same plan gives the same document."""
    told = Telling(plan, Words(language))
    words = told.words
    seal = plan.digest()
    return Document(
        language=TAGS[language],
        title=words("title", plan=plan.plan),
        lead=words("lead"),
        terms=[
            (words("term-version"), plan.name),
            (words("term-from"), words.day(plan.effective_from)),
            (words("term-currency"), plan.currency),
            (words("term-period"), words(f"term-period-{plan.period}")),
            (words("term-zone"), plan.time_zone),
            (words("term-digest"), seal),
        ],
        sections=list(_sections(told)),
        last=words("last", plan=plan.name, digest=seal),
    )


def _sections(told: Telling) -> Iterator[Section]:
    plan, words = told.plan, told.words
    yield Section(
        title=words("components"), inner=[_component(part, told) for part in plan.components]
    )
    if plan.measures or plan.quotas:
        yield _targets(told)
    gates = [told.section("gate", part.id, *limits.gate(part, told)) for part in plan.gates]
    factors = [
        told.section("coefficient", part.id, *targets.coefficient(part, told))
        for part in plan.coefficients
    ]
    parts = [
        told.section("instalment", part.id, *limits.instalments(part, told))
        for part in plan.instalments
    ]
    for title, inner in (("gates", gates), ("coefficients", factors), ("instalments", parts)):
        if inner:
            yield Section(title=words(title), inner=inner)
    if plan.payment is not None:
        yield limits.payment(plan.payment, told)
    if plan.leaving is not None:
        yield limits.leaving(plan.leaving, told)
    yield _conventions(told)
    if plan.examples:
        inner = [example(part, told) for part in plan.examples]
        yield Section(title=words("examples"), inner=inner)


def _component(part: Component, told: Telling) -> Section:
    return told.section(f"kind-{part.kind}", part.id, *_told(part, told))


def _told(part: Component, told: Telling) -> Iterator[Block]:  # noqa: C901, PLR0912 - a case a kind
    match part:
        case Commission():
            return components.commission(part, told)
        case Tiered():
            return components.tiered(part, told)
        case MatrixCommission():
            return components.matrix_commission(part, told)
        case Override():
            return components.override(part, told)
        case Overlay():
            return components.overlay(part, told)
        case Points():
            return components.points(part, told)
        case Award():
            return components.award(part, told)
        case Flat():
            return components.flat(part, told)
        case Spiff():
            return components.spiff(part, told)
        case Bonus():
            return targets.bonus(part, told)
        case Scorecard():
            return targets.scorecard(part, told)
        case Guarantee():
            return limits.guarantee(part, told)
        case Ceiling():
            return limits.ceiling(part, told)
        case Clawback():
            return limits.clawback(part, told)
        case _:
            assert_never(part)


def _targets(told: Telling) -> Section:
    """What is counted, and how much of it is aimed at."""
    plan, words = told.plan, told.words
    quotas = [told.section("quota", part.id, *targets.quota(part, told)) for part in plan.quotas]
    counted: list[Block] = []
    if plan.measures:
        counted = [Paragraph(words("measures")), targets.measures(plan.measures, told)]
    return Section(title=words("quotas"), blocks=counted, inner=quotas)


def _conventions(told: Telling) -> Section:
    plan, words = told.plan, told.words
    blocks: list[Block] = [Sentences(list(_rules(told)))]
    if plan.exchange:
        rows = [[code, number(rate)] for code, rate in sorted(plan.exchange.items())]
        columns = told.columns("exchange-rows", currency=told.currency)
        blocks.append(Table(caption=words("exchange-caption"), columns=columns, rows=rows))
    return Section(title=words("conventions"), blocks=[*blocks, Paragraph(words("terms"))])


def _rules(told: Telling) -> Iterator[str]:
    """The conventions that hold for the whole plan, a sentence each."""
    plan, words = told.plan, told.words
    yield words(f"rounding-{plan.rounding}")
    yield words(f"decreases-{plan.decreases}")
    yield words("year-starts", month=words.columns("months")[plan.year_starts - 1])
    yield words("exchange-market" if plan.exchange is None else "exchange-plan")
    if plan.mid_period is not None:
        yield words(f"mid-period-{plan.mid_period}")
    if plan.attributes:
        kinds = {kind: words(f"attribute-{kind}") for kind in set(plan.attributes.values())}
        named = (
            words("attribute", name=name, kind=kinds[kind])
            for name, kind in plan.attributes.items()
        )
        yield words("attributes", attributes=words.listed(named))
