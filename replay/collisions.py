"""What colliding deals cost the company as they are, as marketing's, and as their signers' own.

Every deal is ruled one way in one overlay of the log, and the other way in another: two replays,
through the same kernel, for all of them together.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import polars as pl

from engine.world import World, world
from projections.collisions import collisions
from replay.drafts import with_drafts
from replay.policy_impact import deal_costs
from schemas.events import OWN_SOURCE
from schemas.events.rulings import CreditOverridden
from schemas.recorded import Unrecorded, instant
from schemas.wire import unrecorded

Outcome = Literal["marketing", "self"]
_NONE: Final[Mapping[str, int]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Collision:
    """A deal that collides (a row of COLLISIONS), and what all its lines come to, by currency."""

    row: Mapping[str, Any]
    as_it_is: Mapping[str, int]
    if_marketing: Mapping[str, int]
    if_self: Mapping[str, int]


def collisions_with_costs(records: pl.DataFrame) -> list[Collision]:
    """The collisions that records (RECORDS) describe, in order of signing, with both costs."""
    told = world(records)
    rows = collisions(told, records).to_dicts()
    deals = [row["deal"] for row in rows]
    marketing, own = (
        deal_costs(_ruled(records, told, rows, outcome), deals) if rows else {}
        for outcome in ("marketing", "self")
    )
    now = deal_costs(told, deals)
    return [
        Collision(
            row=row,
            as_it_is=now.get(row["deal"], _NONE),
            if_marketing=marketing.get(row["deal"], _NONE),
            if_self=own.get(row["deal"], _NONE),
        )
        for row in rows
    ]


def _ruled(
    records: pl.DataFrame, told: World, rows: Iterable[Mapping[str, Any]], outcome: Outcome
) -> World:
    """The world in which every one of these deals is ruled one way, after all that is known."""
    last = max(told.last_at or 0, int(records.select(pl.col("effective_at").max()).item()))
    drafts = [_ruling(row, outcome, last + number) for number, row in enumerate(rows, 1)]
    return world(with_drafts(records, drafts))


def _ruling(row: Mapping[str, Any], outcome: Outcome, at: int) -> Unrecorded:
    """The ruling that a deal is marketing's, found by whom its lead names; or its signers' own."""
    ruling: dict[str, Any] = {"shares": {outcome: "1"}}
    if outcome == "marketing" and row["finder"] is not None:
        ruling["marketing"] = [{"payee": row["finder"], "share": "1"}]
    event = CreditOverridden.model_validate({"deal": row["deal"], "ruling": ruling})
    id_ = f"collision-{outcome}-{at}"
    return unrecorded(event, effective_at=instant(at), source=OWN_SOURCE, id=id_)
