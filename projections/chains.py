"""The chain from lead to settlement: how long each stage took, whose it was, and what was late.

A chain is a lead with a deal that it led to, a lead that led to none, or a deal without a lead. The
stages are those of the policy in force, `STAGES` where it names none.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import polars as pl

from engine.attribution import SIGNERS_NAMES
from engine.facts import ASSIGNMENTS, TOUCHES
from engine.world import World, world
from engine.zones import days_later
from projections.owners import owner_at, owners
from schemas.calendar import PayoutPeriod
from schemas.frames import Schema
from schemas.policies import Policy, Stage
from schemas.policies.stages import Moment

_ON_ITS_OWN: Final[tuple[tuple[str, str, tuple[str, ...], str], ...]] = (
    ("qualification", "lead-created", ("lead-qualified", "lead-disqualified"), "lead"),
    ("signing", "lead-qualified", ("deal-signed", "lead-disqualified"), "lead"),
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
    "overdue": pl.Int64(),  # microseconds beyond the limit; null: it is in time
    "owner": pl.String(),  # at its end, or at the instant of the question
    "responsible": pl.String(),  # who owned it when its limit passed; null: it is in time
}
"""One row a chain and stage that began; instants are microseconds UTC."""

Settled = Mapping[str, int]
"""Deals to the instant of the close that first stated a line of them."""

_HAPPENINGS: Final[Schema] = {
    "order": pl.Int64(),  # of the fact; null: a close
    "lead": pl.String(),  # of facts that name no deal
    "deal": pl.String(),
    "on": pl.String(),
    "kind": pl.String(),
    "at": pl.Int64(),
}
"""What may begin or end a stage: one row a fact and chain, or a close and deal."""

_BEGUN: Final[Schema] = {
    "lead": pl.String(),
    "deal": pl.String(),
    "customer": pl.String(),
    "signers": pl.String(),
    "stage": pl.String(),
    "of": pl.String(),  # whose stage it is: lead, signers
    "begun_at": pl.Int64(),
    "ended_at": pl.Int64(),
    "due_at": pl.Int64(),
}


def watched(records: pl.DataFrame, *, effective_by: int | None = None) -> World:
    """The world of records (RECORDS) with everything among its facts that chains look at."""
    return world(records, effective_by=effective_by, also=(*TOUCHES, *ASSIGNMENTS))


def chains(told: World, settled: Settled, at: int) -> pl.DataFrame:
    """Every stage of every chain (CHAINS) as at an instant, sorted by lead, deal and stage.

    `told` is `watched`; what happened after the instant is not there yet.
    """
    policy = told.policies.at(at).policy
    stages = policy.stages or STAGES
    pairs, happened = _pairs(told, at), _happened(told, settled, at)
    begun = [_stage(stage, pairs, happened, policy) for stage in stages]
    order = {stage.id: place for place, stage in enumerate(stages)}
    seen = pl.coalesce("ended_at", pl.lit(at, dtype=pl.Int64))
    late = pl.col("seen") > pl.col("due_at")
    dwelt = (
        pl.concat(begun)
        .with_columns(seen=seen, dwell=seen - pl.col("begun_at"))
        .with_columns(overdue=pl.when(late).then(pl.col("seen") - pl.col("due_at")))
    )
    held = owners(told)
    owned = owner_at(dwelt, held, "seen").rename({"_owner": "owner"})
    blamed = owner_at(owned, held, "due_at").with_columns(responsible=pl.when(late).then("_owner"))
    return (
        blamed.with_columns(_place=pl.col("stage").replace_strict(order, return_dtype=pl.Int64))
        .sort("lead", "deal", "_place", nulls_last=True)
        .select(*CHAINS)
    )


def delays(rows: pl.DataFrame) -> pl.DataFrame:
    """The stages (CHAINS) that took longer than they may, the longest overdue first."""
    late = rows.drop_nulls("overdue")
    return late.sort("overdue", "lead", "deal", descending=[True, False, False], nulls_last=True)


def settled_at(closes: Iterable[tuple[PayoutPeriod, int, pl.DataFrame]]) -> Settled:
    """When each deal was first stated: of closes in order, with instants and lines (PAYABLE)."""
    found: dict[str, int] = {}
    for _, at, lines in closes:
        for deal in lines["deal"].drop_nulls().unique().to_list():
            found.setdefault(deal, at)
    return found


def _pairs(told: World, at: int) -> pl.DataFrame:
    """The chains that are there at an instant: `lead, deal, customer, signers`."""
    leads = told.leads.filter(pl.col("opened_at") <= at).select("lead", _customer="customer")
    deals = (
        told.signings.filter(pl.col("signed_at") <= at)
        .join(told.sources.select("deal", "claimed_lead"), on="deal")
        .select("deal", "customer", signers=SIGNERS_NAMES.list.join(", "), lead="claimed_lead")
    )
    both = leads.join(deals, on="lead", how="full", coalesce=True, nulls_equal=False)
    return both.select("lead", "deal", pl.coalesce("customer", "_customer"), "signers")


def _happened(told: World, settled: Settled, at: int) -> pl.DataFrame:
    """Everything that may begin or end stages, up to an instant (_HAPPENINGS)."""
    of_chains = told.facts.select(
        "order",
        "deal",
        "kind",
        lead=pl.when(pl.col("deal").is_null()).then("lead"),
        on=pl.col("type").cast(pl.String),
        at="effective_at",
    )
    rows = [(None, None, deal, "statement", None, when) for deal, when in settled.items()]
    closes = pl.DataFrame(rows, schema=_HAPPENINGS, orient="row")
    parts = [of_chains, _of_customers(told), closes]
    return pl.concat([each.select(*_HAPPENINGS) for each in parts]).filter(pl.col("at") <= at)


def _of_customers(told: World) -> pl.DataFrame:
    """The touches of customers that name no lead, for every lead that was there (_HAPPENINGS)."""
    leads = told.leads.select("lead", "customer", "opened").drop_nulls()
    return (
        told.facts.filter(pl.col("type") == "touch-recorded", pl.col("lead").is_null())
        .select("order", "customer", "kind", at="effective_at")
        .join(leads, on="customer")
        .filter(pl.col("order") > pl.col("opened"))
        .with_columns(deal=pl.lit(None, dtype=pl.String), on=pl.lit("touch-recorded"))
        .select(*_HAPPENINGS)
    )


def _stage(
    stage: Stage, pairs: pl.DataFrame, happened: pl.DataFrame, policy: Policy
) -> pl.DataFrame:
    """One stage of the chains in which it began (_BEGUN)."""
    began = _met(pairs, happened, [stage.begins]).sort("at", "order", nulls_last=True)
    begun = _first_of_chains(began).rename({"at": "begun_at", "order": "_beginning"})
    later = _met(begun, happened, stage.ends).filter(
        pl.col("at") >= pl.col("begun_at"), pl.col("order").ne_missing(pl.col("_beginning"))
    )
    ended = _first_of_chains(later.sort("at")).select("lead", "deal", ended_at="at")
    told = begun.join(ended, on=["lead", "deal"], how="left", nulls_equal=True)
    due = pl.lit(None, dtype=pl.Int64)
    if stage.limit_days is not None:
        due = days_later(pl.col("begun_at"), stage.limit_days, policy.zone)
    whose = {"stage": pl.lit(stage.id), "of": pl.lit(stage.owner), "due_at": due}
    return told.with_columns(**whose).select(*_BEGUN)


def _met(pairs: pl.DataFrame, happened: pl.DataFrame, moments: Sequence[Moment]) -> pl.DataFrame:
    """Chains with each of some moments that they have: their columns, `at` and `order`."""
    met = happened.filter(pl.any_horizontal(_matches(moment) for moment in moments))
    return pl.concat(
        [pairs.join(met.select(key, "at", "order"), on=key) for key in ("lead", "deal")]
    )


def _first_of_chains(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.unique(["lead", "deal"], keep="first", maintain_order=True)


def _matches(moment: Moment) -> pl.Expr:
    """Whether a happening is a moment."""
    same = pl.col("on") == moment.on
    return same if moment.kind is None else same & (pl.col("kind") == moment.kind)
