"""Why a line moved: the facts recorded since the previous close on which its key depends.

First the facts about the deal or lead itself, its claims, and the rules it is paid by; only if none
of these is new, the facts that move it from afar: the counts of a gate, the awards under one cap.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import polars as pl

from engine.facts import BULK
from engine.repairs import Name
from engine.world import World
from engine.zones import period_end
from schemas.frames import KEY
from schemas.plans import Award, Plan
from schemas.statements import NAMES

_MOVING = (*BULK, "fact-corrected", "fact-voided", "plan-published", "plan-assigned")
_EVER_BEFORE = pl.lit(-(2**62), dtype=pl.Int64)
_RATE = "rate-of-exchange-published"
_T = TypeVar("_T")


@dataclass(frozen=True)
class _News:
    """What is new, by stream, and which streams a deal or a payee depends on.

    A joint signing stands under the stream `award/<deal>`: it moves awards and nothing else.
    """

    by_stream: Mapping[str, frozenset[tuple[Name, int]]]
    leads_of_deal: Mapping[str, frozenset[str]]
    deals_of_finder: Mapping[str, frozenset[str]]
    deals_of_award: Mapping[str, frozenset[str]]

    def of(self, streams: Iterable[str], before: int) -> frozenset[Name]:
        """The new facts in any of some streams that have effect before an instant."""
        return frozenset(
            name
            for stream in streams
            for name, effective_at in self.by_stream.get(stream, ())
            if effective_at < before
        )


def with_causes(
    lines: pl.DataFrame, stated: pl.DataFrame, world: World, since: pl.DataFrame
) -> pl.DataFrame:
    """Lines (PAYABLE) with their `cause`, for those that differ from what was told before.

    `since` are the records (RECORDS) after the previous close. A line that is simply earned in the
    period at hand has no cause beyond its `because`.
    """
    told = stated.select(KEY).unique().with_columns(_told=pl.lit(value=True))
    marked = lines.join(told, on=KEY, how="left", nulls_equal=True, maintain_order="left")
    differs = pl.col("_told").is_not_null() | (pl.col("period") < pl.col("stated_in"))
    flags = marked.select(differs).to_series().to_list()
    if not any(flags):
        return lines
    news = _news(world, since)
    rows = lines.iter_rows(named=True)
    found = [
        _as_structs(_cause(row, world, news)) if flag else []
        for row, flag in zip(rows, flags, strict=True)
    ]
    return lines.with_columns(cause=pl.Series(found, dtype=NAMES))


def _cause(row: Mapping[str, object], world: World, news: _News) -> frozenset[Name]:
    payee, deal, lead = str(row["payee"]), row["deal"], row["lead"]
    plan = str(row["plan"]).partition("@")[0]
    streams = [f"payee/{payee}", f"plan/{plan}"]
    if row["base_currency"] not in (None, row["currency"]):
        streams.append(f"rate/{row['base_currency']}-{row['currency']}")
    if lead is not None:
        streams.append(f"lead/{lead}")
    if deal is not None:
        streams.append(f"deal/{deal}")
        if row["role"] is None:
            streams.append(f"award/{deal}")
        streams.extend(f"lead/{each}" for each in news.leads_of_deal.get(str(deal), ()))
    before = _end(row, world)
    return news.of(streams, before) or news.of(_from_afar(row, payee, world, news), before)


def _end(row: Mapping[str, object], world: World) -> int:
    """The end of the period a line was earned in: what has effect later did not move it."""
    version = world.rules.named.get(str(row["plan"]))
    zone = version.plan.zone if version is not None else world.rules.zone
    period = row["period"]
    assert isinstance(period, int)
    return period_end(period, zone)


def _from_afar(row: Mapping[str, object], payee: str, world: World, news: _News) -> Iterable[str]:
    version = world.rules.named.get(str(row["plan"]))
    component = str(row["component"])
    if version is None:
        return
    if _is_gated(version.plan, component):
        yield from news.deals_of_finder.get(payee, ())
    if _is_capped(version.plan, component):
        for deal in news.deals_of_award.get(payee, ()):
            yield f"deal/{deal}"
            yield f"award/{deal}"


def _is_gated(plan: Plan, component: str) -> bool:
    return any(component in gate.applies_to for gate in plan.gates)


def _is_capped(plan: Plan, component: str) -> bool:
    return any(part.id == component and isinstance(part, Award) for part in plan.components)


def _news(world: World, since: pl.DataFrame) -> _News:
    by_stream: dict[str, set[tuple[Name, int]]] = defaultdict(set)
    moving = since.filter(pl.col("type").is_in([*_MOVING, _RATE])).select(
        pl.when(pl.col("type") == "joint-signing-confirmed")
        .then(pl.col("stream").str.replace("deal/", "award/", literal=True))
        .otherwise("stream"),
        "source",
        "id",
        pl.when(_reaches_back()).then(_EVER_BEFORE).otherwise("effective_at"),
    )
    for stream, source, id_, effective_at in moving.iter_rows():
        by_stream[stream].add(((source, id_), effective_at))
    leads: dict[str, set[str]] = defaultdict(set)
    for deal, lead in _deal_leads(world).iter_rows():
        leads[deal].add(lead)
    finders: dict[str, set[str]] = defaultdict(set)
    for lead, payee in world.leads.select("lead", "payee").drop_nulls().iter_rows():
        finders[payee].add(f"lead/{lead}")
    owners = _deal_leads(world).join(world.leads.select("lead", "payee"), on="lead").drop_nulls()
    for deal, payee in owners.select("deal", "payee").iter_rows():
        finders[payee].add(f"deal/{deal}")
    awards: dict[str, set[str]] = defaultdict(set)
    joint = world.facts.filter(pl.col("type") == "joint-signing-confirmed")
    for deal, payee in joint.select("deal", "payees").explode("payees").iter_rows():
        awards[payee].add(deal)
    return _News(_frozen(by_stream), _frozen(leads), _frozen(finders), _frozen(awards))


def _reaches_back() -> pl.Expr:
    """Facts that change what was effective before them: repairs, rules, corrections of a value."""
    reaching = ["fact-corrected", "fact-voided", "plan-published", "plan-assigned"]
    corrects = pl.col("state").str.contains('"kind":"correction"', literal=True)
    return pl.col("type").is_in(reaching) | corrects


def _deal_leads(world: World) -> pl.DataFrame:
    """Every lead that has a say in a deal: named, or of the same customer."""
    named = world.signings.select("deal", "lead").drop_nulls()
    of_customer = world.signings.select("deal", "customer").join(
        world.leads.select("customer", "lead"), on="customer"
    )
    return pl.concat([named, of_customer.select("deal", "lead")])


def _frozen(sets: Mapping[str, set[_T]]) -> dict[str, frozenset[_T]]:
    return {name: frozenset(found) for name, found in sets.items()}


def _as_structs(names: Iterable[Name]) -> list[dict[str, str]]:
    ordered = sorted(names, key=lambda name: (name[0].encode(), name[1].encode()))
    return [{"source": source, "id": id_} for source, id_ in ordered]
