"""Worked examples as tables: the facts in words, the lines and the balances that follow."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from projections.plan_documents.blocks import Section, Table
from projections.plan_documents.telling import Telling
from projections.plan_documents.words import grouped, percent
from schemas.examples import example_facts
from schemas.plans import Example
from schemas.rates import parse_rate
from schemas.recorded import Unrecorded
from schemas.wire import event_of


def example(part: Example, told: Telling) -> Section:
    """A worked example. Raises `BadExample`."""
    words = told.words
    facts = [
        [_when(fact, told), told_fact(fact, told)]
        for fact in example_facts(part.events, told.plan.zone)
    ]
    lines = [
        [words.period(line.period), line.payee, line.component, grouped(line.amount)]
        for line in part.expect
    ]
    blocks = [
        Table(caption=words("facts-caption"), columns=told.columns("facts"), rows=facts),
        Table(
            caption=words("lines-caption"),
            columns=told.columns("lines", currency=told.currency),
            rows=lines,
        ),
    ]
    if part.balances:
        blocks.append(_balances(part, told))
    return Section(title=part.name, blocks=blocks)


def _balances(part: Example, told: Telling) -> Table:
    words = told.words
    rows = [
        [words.period(balance.period), balance.payee, words(f"balance-{name}"), grouped(amount)]
        for balance in part.balances
        for name, amount in balance.told.items()
    ]
    columns = told.columns("balances", currency=told.currency)
    return Table(caption=words("balances-caption"), columns=columns, rows=rows)


def _when(fact: Unrecorded, told: Telling) -> str:
    """The date of a fact in the plan's zone, with its time of day unless it is midnight."""
    local = fact.effective_at.astimezone(told.plan.zone)
    day = told.words.day(local.date())
    return day if local.hour == local.minute == 0 else f"{day} {local:%H:%M}"


def told_fact(fact: Unrecorded, told: Telling) -> str:
    """A fact in words: what it is, and everything it says that may decide an amount."""
    words = told.words
    content = event_of(fact).model_dump(mode="json", by_alias=True, exclude_none=True)
    own = next(iter(content.values()), "")
    details = [_detail(name, value, told) for name, value in _ordered(fact, content)]
    told_details = words("semicolon").join(filter(None, details))
    return words("fact", what=words(f"fact-{fact.type}"), rest=told_details or own)


def _ordered(fact: Unrecorded, content: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The fields of a fact, what it is about first."""
    subject = fact.stream.partition("/")[0]
    if subject in content:
        yield subject, content[subject]
    for name, value in content.items():
        if name == "value" and isinstance(value, str):  # of a metric: a figure, and no money
            yield "figure", percent(Fraction(value))
        elif name != subject:
            yield name, value


def _detail(name: str, value: Any, told: Telling) -> str:
    words = told.words
    if name == "attributes":
        return words("semicolon").join(f"{key} {text}" for key, text in value.items())
    if not words.knows(f"field-{name}"):
        return ""
    return words("detail", name=words(f"field-{name}"), value=_value(value, told)).strip()


def _value(value: Any, told: Telling) -> str:
    match value:
        case {"amount": str(amount), "currency": str(currency)}:
            own = f"currency-{currency}"
            unit = told.words(own) if told.words.knows(own) else currency
            return f"{grouped(amount)} {unit}"
        case [{"payee": _, "share": _}, *_]:
            return told.words.listed(_signer(each) for each in value)
        case [*several]:
            return told.words.listed(str(each) for each in several)
        case _:
            return str(value)


def _signer(signer: Mapping[str, str]) -> str:
    share = percent(parse_rate(signer["share"]))
    return signer["payee"] if share == "100%" else f"{signer['payee']} {share}"
