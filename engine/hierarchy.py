"""Who reports to whom: the ladder of managers above a payee at an instant.

A payee may hold several positions at a time: the last assignment in order of effect that holds the
instant and names a manager decides, and where none does the last enrolment by then that names one.
"""

from collections.abc import Sequence
from functools import lru_cache

import polars as pl

from engine.people import People, Position

_SPANS = {"payee": pl.String(), "since": pl.Int64(), "manager": pl.String()}


def ladders(pairs: pl.DataFrame, people: People, levels: int) -> pl.DataFrame:
    """The managers above payees at instants: `payee, at, level, manager`, level 1 the nearest.

    `pairs` (`payee, at`) are distinct. A ladder ends with somebody without a manager, or where it
    meets a person again: two who report to each other have one level each.
    """
    spans = reporting(people)
    reached = pairs.select("payee", "at", _top="payee", _met=pl.concat_list("payee")).sort("at")
    rungs: list[pl.DataFrame] = []
    for level in range(1, levels + 1):
        reached = _one_up(reached, spans)
        rungs.append(
            reached.select(
                "payee", "at", level=pl.lit(level, dtype=pl.Int64), manager=pl.col("_top")
            )
        )
    return pl.concat(rungs)


@lru_cache(maxsize=4)
def reporting(people: People) -> pl.DataFrame:
    """From when on a payee reports to whom: `payee, since, manager`; null: to nobody.

    Sorted by `since`. Every part of a log asks it of the same people.
    """
    rows = [
        (payee, since, manager_at(positions, since))
        for payee, positions in people.positions.items()
        for since in _changes(positions)
    ]
    return pl.DataFrame(rows, schema=_SPANS, orient="row").sort("since")


def manager_at(positions: Sequence[Position], at: int) -> str | None:
    """Whom somebody in these positions, in order of effect, reports to at an instant."""
    deciding = deciding_at(positions, at)
    return None if deciding is None else deciding.manager


def deciding_at(positions: Sequence[Position], at: int) -> Position | None:
    """The position that says to whom somebody reports at an instant, None where none does."""
    held = [
        position
        for position in positions
        if position.manager is not None
        and position.starts <= at
        and (position.ends is None or at < position.ends)
    ]
    assigned = [position for position in held if not position.enrolled]
    return next(iter((assigned or held)[-1:]), None)


def _one_up(reached: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
    """Ladders one level higher, those that have ended left out; sorted by `at` as they were."""
    return (
        reached.join_asof(
            spans.rename({"payee": "_top", "since": "_since"}),
            left_on="at",
            right_on="_since",
            by="_top",
            strategy="backward",
            check_sortedness=False,
        )
        .filter(pl.col("manager").is_not_null(), pl.col("manager").is_in(pl.col("_met")).not_())
        .select("payee", "at", _top="manager", _met=pl.concat_list("_met", "manager"))
    )


def _changes(positions: Sequence[Position]) -> list[int]:
    bounds = {position.starts for position in positions}
    bounds |= {position.ends for position in positions if position.ends is not None}
    return sorted(bounds)
