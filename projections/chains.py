"""The chain from lead to settlement: how long each stage took, whose it was, and what was late.

A chain is a lead with a deal that it led to, a lead that led to none, or a deal without a lead. The
stages are those of the policy in force, `STAGES` where it names none.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import polars as pl

from engine.facts import ASSIGNMENTS, TOUCHES
from engine.world import World, world
from engine.zones import days_later
from projections.owners import owner_at, owners
from schemas.calendar import PayoutPeriod
from schemas.frames import Schema, empty
from schemas.policies import Policy, Stage
from schemas.policies.stages import Moment

_ON_ITS_OWN: Final[tuple[tuple[str, str, tuple[str, ...], str], ...]] = (
    ("qualification", "lead-created", ("lead-qualified", "lead-disqualified"), "lead"),
    ("signing", "lead-qualified", ("deal-signed",), "lead"),
    ("payment", "deal-signed", ("payment-received",), "signers"),
    ("settlement", "deal-signed", ("statement",), "signers"),
)
STAGES: Final = tuple(
    Stage.model_validate(
        {"id": name, "begins": {"on": begins}, "ends": [{"on": on} for on in ends], "owner": owner}
    )
    for name, begins, ends, owner in _ON_ITS_OWN
)
"""The stages of a chain when no policy names any: without limits, so nothing is late."""

CHAINS: Final[Schema] = {
    "lead": pl.String(),
    "deal": pl.String(),
    "customer": pl.String(),
    "stage": pl.String(),
    "begun_at": pl.Int64(),
    "ended_at": pl.Int64(),  # null: it goes on
    "dwell": pl.Int64(),  # microseconds, up to the end or the instant of the question
    "due_at": pl.Int64(),  # null: it may take any time
    "late": pl.Boolean(),
    "owner": pl.String(),  # at its end, or at the instant of the question
    "responsible": pl.String(),  # who owned it when its limit passed; null: it is not late
}
"""One row a chain and stage that began; instants are microseconds UTC."""

Settled = Mapping[str, int]
"""Deals to the instant of the close that first stated a line of them."""

_HAPPENINGS: Final[Schema] = {
    "lead": pl.String(),
    "deal": pl.String(),
    "on": pl.String(),
    "kind": pl.String(),
    "at": pl.Int64(),
}


def watched(records: pl.DataFrame, *, effective_by: int | None = None) -> World:
    """The world of records (RECORDS) with everything among its facts that chains look at."""
    return world(records, effective_by=effective_by, also=(*TOUCHES, *ASSIGNMENTS))


def chains(told: World, settled: Settled, at: int) -> pl.DataFrame:
    """Every stage of every chain (CHAINS) as at an instant, sorted by lead, deal and stage.

    `told` is `watched`; what happened after the instant is not there yet.
    """
    version = told.policies.at(at)
    stages = version.policy.stages or STAGES
    pairs, happened = _pairs(told, at), _happened(told, settled, at)
    parts = [_stage(stage, pairs, happened, version.policy) for stage in stages]
    names = {stage.id: place for place, stage in enumerate(stages)}
    rows = pl.concat([empty({**_BEGUN}), *parts])
    dwelt = rows.with_columns(
        dwell=pl.coalesce("ended_at", pl.lit(at, dtype=pl.Int64)) - pl.col("begun_at"),
        seen=pl.coalesce("ended_at", pl.lit(at, dtype=pl.Int64)),
    ).with_columns(late=(pl.col("seen") > pl.col("due_at")).fill_null(value=False))
    held = owners(told)
    owned = owner_at(dwelt, held, "seen").rename({"_owner": "owner"})
    blamed = owner_at(owned, held, "due_at").with_columns(
        responsible=pl.when("late").then("_owner")
    )
    return (
        blamed.with_columns(_place=pl.col("stage").replace_strict(names, return_dtype=pl.Int64))
        .sort("lead", "deal", "_place", nulls_last=True)
        .select(*CHAINS)
    )


def delays(rows: pl.DataFrame) -> pl.DataFrame:
    """The stages (CHAINS) that took longer than they may, the longest overdue first."""
    over = pl.col("begun_at") + pl.col("dwell") - pl.col("due_at")
    return rows.filter("late").sort(over, "lead", "deal", descending=[True, False, False])


_BEGUN: Final[Schema] = {
    "lead": pl.String(),
    "deal": pl.String(),
    "customer": pl.String(),
    "signed_by": pl.String(),
    "stage": pl.String(),
    "of": pl.String(),
    "begun_at": pl.Int64(),
    "ended_at": pl.Int64(),
    "due_at": pl.Int64(),
}


def _pairs(told: World, at: int) -> pl.DataFrame:
    """The chains that are there at an instant: `lead, deal, customer, signed_by`."""
    leads = told.leads.filter(pl.col("opened_at") <= at).select("lead", _customer="customer")
    first = pl.col("signed_by").list.first().struct.field("payee")
    deals = (
        told.signings.filter(pl.col("signed_at") <= at)
        .join(told.sources.select("deal", "claimed_lead"), on="deal")
        .select("deal", "customer", signed_by=first, lead="claimed_lead")
    )
    both = leads.join(deals, on="lead", how="full", coalesce=True, nulls_equal=False)
    return both.select("lead", "deal", pl.coalesce("customer", "_customer"), "signed_by")


def _happened(told: World, settled: Settled, at: int) -> pl.DataFrame:
    """What may begin or end stages, up to an instant: `lead, deal, on, kind, at`."""
    of_leads = told.facts.select(
        "lead", "deal", pl.col("type").cast(pl.String).alias("on"), "kind", at="effective_at"
    )
    owners_of = told.leads.select("lead", "customer").drop_nulls()
    of_customers = (
        told.facts.filter(pl.col("type") == "touch-recorded", pl.col("lead").is_null())
        .select("customer", "kind", at="effective_at")
        .join(owners_of, on="customer")
        .select(
            "lead",
            deal=pl.lit(None, dtype=pl.String),
            on=pl.lit("touch-recorded"),
            kind="kind",
            at="at",
        )
    )
    closes = pl.DataFrame(
        [(None, deal, "statement", None, when) for deal, when in settled.items()],
        schema=_HAPPENINGS,
        orient="row",
    )
    known = of_leads.with_columns(lead=pl.when(pl.col("deal").is_null()).then("lead"))
    return pl.concat([known, of_customers, closes]).filter(pl.col("at") <= at)


def _stage(
    stage: Stage, pairs: pl.DataFrame, happened: pl.DataFrame, policy: Policy
) -> pl.DataFrame:
    """One stage of the chains in which it began."""
    begun = _first(pairs, happened, [stage.begins], "begun_at")
    ended = _first(begun, happened, stage.ends, "ended_at", after="begun_at")
    told = begun.join(
        ended.select("lead", "deal", "ended_at"), on=["lead", "deal"], how="left", nulls_equal=True
    )
    due = pl.lit(None, dtype=pl.Int64)
    if stage.limit_days is not None:
        due = days_later(pl.col("begun_at"), stage.limit_days, policy.zone)
    return told.with_columns(stage=pl.lit(stage.id), of=pl.lit(stage.owner), due_at=due).select(
        *_BEGUN
    )


def _first(
    pairs: pl.DataFrame,
    happened: pl.DataFrame,
    moments: Sequence[Moment],
    name: str,
    after: str | None = None,
) -> pl.DataFrame:
    """Chains with the first of some moments, at or after another: those that have any."""
    told = happened.filter(pl.any_horizontal(_matches(moment) for moment in moments))
    found = [pairs.join(told.select(key, at="at"), on=key) for key in ("lead", "deal")]
    rows = pl.concat(found)
    if after is not None:
        rows = rows.filter(pl.col("at") >= pl.col(after))
    return (
        rows.sort("at")
        .unique(["lead", "deal"], keep="first", maintain_order=True)
        .rename({"at": name})
    )


def _matches(moment: Moment) -> pl.Expr:
    """Whether a happening is a moment."""
    same = pl.col("on") == moment.on
    return same if moment.kind is None else same & (pl.col("kind") == moment.kind)


def settled_at(closes: Iterable[tuple[PayoutPeriod, int, pl.DataFrame]]) -> Settled:
    """When each deal was first stated: of closes in order, with instants and lines (PAYABLE)."""
    found: dict[str, int] = {}
    for _, at, lines in closes:
        for deal in lines["deal"].drop_nulls().unique().to_list():
            found.setdefault(deal, at)
    return found
