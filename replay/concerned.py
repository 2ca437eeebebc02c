"""Whom a case concerns: everybody who may have a line, or counts for one, because of its facts.

Found from the facts as they were told and as corrections tell them, with everybody above those
named on any ladder of managers: too many rather than too few.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

import polars as pl

from engine.facts import rule_fact
from engine.law import Law
from engine.people import People
from engine.repairs import REPAIRS, root_of, target_of
from schemas.events.repair import FactCorrected
from schemas.frames import READ, checked
from schemas.json_text import canonical

CONCERNED: Final = {"case": pl.Int64(), "payee": pl.String()}
"""A row for each case and payee whom it concerns."""


def concerned(told: Law, placed: pl.DataFrame) -> pl.DataFrame:
    """Whom cases concern (CONCERNED), by the facts (READ with `case`) of them."""
    facts = checked(placed, {**READ, "case": CONCERNED["case"]})
    named = pl.concat([named_in(facts), *_in_decisions(told, facts)]).drop_nulls().unique()
    one = named.with_columns(pl.col("payee").replace(dict(told.payees)))
    return pl.concat(
        [one, one.join(_above(told.people), on="payee").select("case", payee="above")]
    ).unique()


@dataclass(frozen=True, slots=True)
class Mentioned:
    """Where to look for the cases that concern somebody: among facts, and at deals by name."""

    fact: pl.Expr
    names: frozenset[str]


def mentioned(told: Law, rules: pl.DataFrame, payee: str) -> Mentioned:
    """Where a payee, or anybody below them on any ladder, is named under any of their ids.

    A fact (READ) names them itself, or a repair among `rules` (READ) that is about it does; or a
    ruling of a deal.
    """
    one = told.payees.get(payee, payee)
    managers = told.people.managers
    team = {one, *(each for each in managers if one in _ladder(each, managers))}
    ids = sorted(team.union(each for each, of in told.payees.items() if of in team))
    within, signer = pl.Series(ids).implode(), pl.element().struct.field("payee")
    itself = pl.any_horizontal(
        pl.col("payee").is_in(within),
        pl.col("payees").list.eval(pl.element().is_in(within)).list.any(),
        pl.col("signed_by").list.eval(signer.is_in(within)).list.any(),
    )
    repaired = pl.col("id").is_in(_repaired_by_name(told, rules, ids).implode())
    ruled = frozenset(deal for deal, credited in _ruled(told) if credited in ids)
    return Mentioned(itself.fill_null(value=False) | repaired, ruled)


def _repaired_by_name(told: Law, rules: pl.DataFrame, ids: Sequence[str]) -> pl.Series:
    """The ids of facts that repairs are about in the end which hold one of some texts."""
    texts = [canonical(each).decode() for each in ids]
    holding = rules.filter(pl.col("type").is_in(REPAIRS), pl.col("state").str.contains_any(texts))
    targets = told.repairs.targets
    found = (root_of(target_of(rule_fact(row)), targets) for row in holding.iter_rows(named=True))
    return pl.Series([name[1] for name in found if name is not None], dtype=pl.String)


def told_of(people: People) -> frozenset[str]:
    """Everybody who may be paid without any case: who was enrolled, assigned, or given a target."""
    pairs = {payee for payee, _ in (*people.targets, *people.figures)}
    return frozenset({*people.joined, *people.assigned, *people.positions, *pairs})


def named_in(facts: pl.DataFrame) -> pl.DataFrame:
    """Whom facts (READ with `case`) name themselves (CONCERNED), one as often as they do."""
    signers = pl.col("signed_by").list.eval(pl.element().struct.field("payee"))
    lists = [facts.select("case", payee=each).explode("payee") for each in ("payees", signers)]
    return pl.concat([facts.select("case", "payee"), *lists]).drop_nulls()


def _in_decisions(told: Law, facts: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Whom rulings credit, and whom corrections of facts name."""
    corrected = [
        (rule.event.target.source, rule.event.target.id, payee)
        for rule in told.repairs.about(facts)
        if isinstance(rule.event, FactCorrected)
        for payee in sorted(set(_payees_in(rule.event.data)))
    ]
    streams = pl.DataFrame(
        list(_ruled(told)), {"stream": pl.String(), "payee": pl.String()}, orient="row"
    )
    yield facts.select("case", "stream").unique().join(streams, on="stream").select(*CONCERNED)
    schema = {"source": pl.String(), "id": pl.String(), "payee": pl.String()}
    targets = pl.DataFrame(corrected, schema, orient="row")
    yield facts.select("case", "source", "id").join(targets, on=["source", "id"]).select(*CONCERNED)


def _ruled(told: Law) -> Iterator[tuple[str, str]]:
    """Whom rulings credit: the deal (`deal/D1`) and a payee by the id that was named."""
    for deal, each in told.rulings.items():
        for side in (each.ruling.marketing, each.ruling.sales):
            yield from (("deal/" + deal, signer.payee) for signer in side or ())


def _payees_in(content: object) -> Iterator[str]:
    """Every text in the content of a fact: what is no payee concerns nobody."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, Mapping):
        for part in cast("Mapping[str, object]", content).values():
            yield from _payees_in(part)
    elif isinstance(content, list):
        for part in cast("list[object]", content):
            yield from _payees_in(part)


def _above(people: People) -> pl.DataFrame:
    """Everybody with everybody who was ever above them: `payee, above`."""
    managers = people.managers
    rows = [(payee, above) for payee in managers for above in sorted(_ladder(payee, managers))]
    return pl.DataFrame(rows, {"payee": pl.String(), "above": pl.String()}, orient="row")


def _ladder(payee: str, managers: Mapping[str, frozenset[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [payee]
    while waiting:
        new = managers.get(waiting.pop(), frozenset()) - found
        found |= new
        waiting.extend(new)
    return found
