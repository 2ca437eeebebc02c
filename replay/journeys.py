"""The journeys of a log: what touched each customer from its first lead on; whether it signed."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import polars as pl

from engine.attribution import with_customers
from engine.facts import TOUCHES as TOUCH_TYPES
from engine.reading import said
from engine.repairs import as_repaired
from engine.world import World, world
from engine.zones import days_later
from schemas.frames import JOURNEYS, TOUCHES
from schemas.json_text import canonical
from schemas.training import Training

OF_ALL: Final = "*"
"""The type of customers of whom no type is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """Journeys that are over (JOURNEYS, with the `kind` of their customer), and their TOUCHES.

    `digest` is that of all of it, whatever the order in which it was told.
    """

    journeys: pl.DataFrame
    touches: pl.DataFrame
    digest: str


def cohort(records: pl.DataFrame, training: Training, matured_by: int) -> Cohort:
    """The journeys of records (RECORDS) that are over by an instant (microseconds UTC)."""
    told = world(records, effective_by=matured_by, also=TOUCH_TYPES)
    watched = _watched(told, training).filter(pl.col("ends") <= matured_by)
    types = _types(_counting(records, matured_by), told)
    journeys = (
        watched.join(_signed(told, watched), on="customer", how="left")
        .join(types, on="customer", how="left")
        .with_columns(
            journey="customer",
            converted=pl.col("signing").is_not_null(),
            count=pl.lit(1, dtype=pl.Int64),
            kind=pl.col("kind").fill_null(OF_ALL),
        )
        .sort("journey")
    )
    touches = _touched(told, journeys, training)
    kept = journeys.select(*JOURNEYS, "kind")
    return Cohort(journeys=kept, touches=touches, digest=_digest(kept, touches))


def _watched(told: World, training: Training) -> pl.DataFrame:
    """Customers that have a lead, and the days they are watched: `customer, opened_at, ...`.

    Touches count from `starts` on, a signing from the first lead on; both before `ends`.
    """
    first = told.leads.drop_nulls("customer").group_by("customer").agg(pl.col("opened_at").min())
    zone = told.rules.zone
    return first.select(
        "customer",
        "opened_at",
        starts=days_later(pl.col("opened_at"), -training.lookback_days, zone),
        ends=days_later(pl.col("opened_at"), training.observation_days, zone),
    )


def _signed(told: World, watched: pl.DataFrame) -> pl.DataFrame:
    """The first deal of each customer while it was watched: `customer, signing, ...`."""
    deals = with_customers(told.signings, told.leads).drop_nulls("customer")
    return (
        deals.join(watched, on="customer")
        .filter(pl.col("signed_at") >= pl.col("opened_at"), pl.col("signed_at") < pl.col("ends"))
        .sort("signing")
        .unique("customer", keep="first", maintain_order=True)
        .select("customer", "signing", "currency", value="amount", ended_at="signed_at")
    )


def _counting(records: pl.DataFrame, matured_by: int) -> pl.DataFrame:
    """The records that tell of types of customers, effective by an instant."""
    telling = pl.col("type").is_in(["customer-registered", "deal-signed"])
    return records.filter(telling, pl.col("effective_at") <= matured_by)


def _types(records: pl.DataFrame, told: World) -> pl.DataFrame:
    """The types of customers: as last registered, else as the first deal says: `customer, kind`."""
    telling = as_repaired(records, told.repairs)
    names = said(telling, {"customer": pl.String(), "customer_type": pl.String()})
    rows = telling.select(
        "source", "id", "effective_at", registered=pl.col("type") == "customer-registered"
    ).hstack(names.rename({"customer_type": "kind"}))
    void = pl.DataFrame(
        sorted(told.repairs.voided), {"source": pl.String(), "id": pl.String()}, orient="row"
    )
    customers = with_customers(told.signings, told.leads).select("source", "id", _own="customer")
    first = pl.col("registered").not_()
    last_or_first = pl.col("effective_at") * pl.when(first).then(1).otherwise(-1)
    return (
        rows.join(void, on=["source", "id"], how="anti")
        .join(customers, on=["source", "id"], how="left")
        .with_columns(
            pl.coalesce("_own", pl.col("customer").replace(dict(told.identities.customers)))
        )
        .drop_nulls(["_own", "kind"])
        .sort(first, last_or_first, "source", "id")
        .unique("_own", keep="first", maintain_order=True)
        .select("kind", customer="_own")
    )


def _touched(told: World, journeys: pl.DataFrame, training: Training) -> pl.DataFrame:
    """The touches of journeys up to their end or their signing (TOUCHES), in order of effect."""
    owners = told.leads.select("lead", _owner="customer")
    named = pl.coalesce("channel", "kind") if training.of == "channel" else pl.col("kind")
    asked = journeys.select("journey", "starts", "ends", "signing")
    return (
        pl.concat(_counted(told, training))
        .join(owners, on="lead", how="left")
        .with_columns(journey=pl.coalesce("customer", "_owner"))
        .join(asked, on="journey")
        .filter(
            pl.col("effective_at") >= pl.col("starts"),
            pl.col("effective_at") < pl.col("ends"),
            pl.col("signing").is_null() | (pl.col("order") < pl.col("signing")),
        )
        .sort("journey", "order")
        .select(
            "journey",
            place=pl.int_range(pl.len(), dtype=pl.Int64).over("journey"),
            channel=named,
            at="effective_at",
            milestone=pl.lit(None, dtype=TOUCHES["milestone"]),
        )
    )


def _counted(told: World, training: Training) -> Iterator[pl.DataFrame]:
    """The touches that count (FACTS), and with them the leads, of kind `lead-created`.

    They are those that policies credit by (docs/decisions, 0008): of the side, or of no side where
    `kinds` names their kind. A lead without a side is of the marketing side.
    """
    touches = told.facts.filter(pl.col("type") == "touch-recorded")
    of_side = pl.col("side") == training.side
    if training.kinds is None:
        yield touches.filter(of_side)
    else:
        of_kinds = touches.filter(pl.col("kind").is_in(training.kinds))
        yield of_kinds.filter(of_side | pl.col("side").is_null())
    if training.lead == "counts":
        found = told.facts.join(told.leads.select(order="opened"), on="order", how="semi")
        yield found.filter(pl.col("side").fill_null("marketing") == training.side).with_columns(
            kind=pl.lit("lead-created")
        )


def _digest(journeys: pl.DataFrame, touches: pl.DataFrame) -> str:
    """SHA-256 of journeys and touches, in hex; both are sorted."""
    told = {
        "journeys": journeys.rows(),
        "touches": touches.select("journey", "place", "channel", "at").rows(),
    }
    return sha256(canonical(told)).hexdigest()
