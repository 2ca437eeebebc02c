"""Payouts in the shadow: what a period would pay if the marketing side were credited otherwise.

Nothing is stored. Each candidate is a log of its own: the records, and the decisions that would
have made it the law from the first day on.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

import polars as pl

from engine.earned import earned
from engine.world import World, world
from replay.drafts import published, with_drafts
from schemas.calendar import PayoutPeriod
from schemas.events import OWN_SOURCE
from schemas.events.attribution import (
    AttributionPolicyPublished,
    WeightsActivated,
    WeightsApproved,
)
from schemas.events.base import Event
from schemas.frames import Schema
from schemas.policies import MarketingCredit, Policy
from schemas.recorded import Unrecorded
from schemas.wire import unrecorded

CURRENT: Final = "current"
"""The name of what is paid as things are."""

SHADOWS: Final[Schema] = {
    "payee": pl.String(),
    "currency": pl.String(),
    "candidate": pl.String(),
    "amount": pl.Int64(),  # earned in the period, minor units
}
"""One row a payee, currency and candidate that earns anything."""

_FIRST_DAY: Final = date(1990, 1, 1)
_FROM_THE_FIRST: Final = datetime(1990, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Another way to credit the marketing side, and weights as if they were active."""

    credit: MarketingCredit | None = None
    weights: tuple[str, str] | None = None  # their name and digest


def shadows(
    records: pl.DataFrame, period: PayoutPeriod, candidates: Mapping[str, Candidate]
) -> pl.DataFrame:
    """What each payee earns in a period as things are and under each candidate (SHADOWS).

    `records` are RECORDS. Sorted by payee, currency, and the candidates in their order.
    """
    told = world(records)
    found = [_earned(told, period, CURRENT)]
    for name, candidate in candidates.items():
        drafts = _laws(told, candidate)
        known = world(with_drafts(_freed(records, candidate), drafts))
        found.append(_earned(known, period, name))
    order = {name: place for place, name in enumerate((CURRENT, *candidates))}
    place = pl.col("candidate").replace_strict(order, return_dtype=pl.Int64)
    return pl.concat(found).sort("payee", "currency", place)


def _earned(known: World, period: PayoutPeriod, candidate: str) -> pl.DataFrame:
    """What each payee earns in a period in one of the worlds (SHADOWS)."""
    return (
        earned(known, through=period.number)
        .filter(pl.col("period") == period.number)
        .group_by("payee", "currency")
        .agg(pl.col("amount").sum())
        .with_columns(candidate=pl.lit(candidate))
        .select(*SHADOWS)
    )


def _freed(records: pl.DataFrame, candidate: Candidate) -> pl.DataFrame:
    """The records without the policies that the candidate's stand in for."""
    if candidate.credit is None:
        return records
    return records.filter(pl.col("type") != AttributionPolicyPublished.type)


def _laws(told: World, candidate: Candidate) -> Sequence[Unrecorded]:
    """The decisions that make a candidate the law."""
    drafts: list[Unrecorded] = []
    if candidate.credit is not None:
        drafts += [published(each) for each in _credited(told, candidate.credit)]
    if candidate.weights is not None:
        drafts += [
            unrecorded(
                event,
                effective_at=_FROM_THE_FIRST,
                source=OWN_SOURCE,
                id=f"shadow-{event.type}",
            )
            for event in _activated(*candidate.weights)
        ]
    return drafts


def _credited(told: World, credit: MarketingCredit) -> Iterator[Policy]:
    """Every policy of a world with its marketing side credited so; the default's too."""
    for version in told.policies.versions:
        policy = version.policy
        other: dict[str, Any] = {"credit": policy.credit.model_copy(update={"marketing": credit})}
        if version.order is None:
            other |= {"version": 1, "effective_from": _FIRST_DAY}
        yield policy.model_copy(update=other)


def _activated(name: str, digest: str) -> Iterator[Event]:
    yield WeightsApproved(name=name, digest=digest)
    yield WeightsActivated.model_validate({"name": name, "digest": digest, "from": _FROM_THE_FIRST})
