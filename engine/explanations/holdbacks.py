"""What is held back of a line's deal when it becomes cash, and what lets it go."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from engine.explanations.words import percent
from engine.holdback import holdback, released
from engine.payment_terms import version_at_close
from engine.reasons import Reason
from engine.world import World
from engine.zones import period_end
from schemas.plans import Holdback

Row = Mapping[str, Any]


def held_back(row: Row, world: World) -> Iterator[Reason]:
    """That a share of the lines of the deal is held back at the line's close, where it is."""
    versions = [each for each in world.rules.named.values() if holdback(each) is not None]
    if row["deal"] is None or not versions:
        return
    version = version_at_close(world, row["payee"], row["stated_in"], versions)
    rule = None if version is None else holdback(version)
    if version is None or rule is None or row["component"] not in rule.applies_to:
        return
    end = period_end(row["stated_in"], version.plan.zone)
    wanted = pl.DataFrame(
        {"terms": version.plan.name, "deal": row["deal"], "before": end},
        schema={"terms": pl.String(), "deal": pl.String(), "before": pl.Int64()},
    )
    free = released(wanted, world, [version])
    share = f"{percent(rule.share)} of what is stated for deal {row['deal']}"
    if free.is_empty():
        yield Reason(f"Held back: {share}, {_until(rule)}; it moves cash, not what is earned")
        return
    by = [order for order in free["by"].to_list() if order is not None]
    names = [world.names.select("source", "id").row(order) for order in by]
    text = f"Holdback {rule.id} of {share} is released: {_reached(rule)}"
    yield Reason(text, tuple((source, id_) for source, id_ in names))


def _until(rule: Holdback) -> str:
    waits = {
        "cash": "until the customer has paid all",
        "milestone": f"until milestone {rule.milestone}",
        "months": f"until {rule.months} months after the signing",
    }
    return waits[rule.until]


def _reached(rule: Holdback) -> str:
    reached = {
        "cash": "the customer has paid all",
        "milestone": f"milestone {rule.milestone} is reached",
        "months": f"{rule.months} months have passed since the signing",
    }
    return reached[rule.until]
