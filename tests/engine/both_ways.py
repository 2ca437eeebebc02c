"""What a log earns, by the columnar kernel and by the oracle of the plan language, line by line."""

from collections.abc import Sequence
from typing import Any

from engine.earned import earned, named
from engine.world import world
from schemas.calendar import PayoutPeriod
from tests.frames import frame_of
from tests.oracle import law
from tests.strategies import Record

Told = tuple[Any, ...]
THROUGH = "2026-06"


def by_the_oracle(records: Sequence[Record], through: str = THROUGH) -> list[Told]:
    return sorted(
        (
            line.payee,
            line.period,
            line.subject,
            line.fact,
            line.component,
            line.source or "",
            line.plan,
            line.currency,
            line.amount,
            None if line.rate is None else line.base,
            tuple(line.because),
        )
        for line in law.earned(records, through)
    )


def by_the_kernel(records: Sequence[Record], through: str = THROUGH) -> list[Told]:
    known = world(frame_of(records))
    lines = named(earned(known, through=PayoutPeriod.parse(through).number), known)
    return sorted(
        (
            row["payee"],
            str(PayoutPeriod(row["period"])),
            row["subject"],
            (row["fact_source"], row["fact_id"]),
            row["component"],
            row["source"] or "",
            row["plan"],
            row["currency"],
            row["amount"],
            None if row["rate"] is None else row["base"],
            tuple((name["source"], name["id"]) for name in row["because"]),
        )
        for row in lines.iter_rows(named=True)
    )


def earned_alike(*log: Record, through: str = THROUGH) -> dict[tuple[str, str, str], int]:
    """(component, month, payee) to minor units, by both ways alike; zeros are not told."""
    lines = by_the_kernel(log, through)
    assert lines == by_the_oracle(log, through)
    summed: dict[tuple[str, str, str], int] = {}
    for line in lines:
        key = (line[4], line[1][5:], line[0])
        summed[key] = summed.get(key, 0) + line[8]
    return {key: amount for key, amount in summed.items() if amount}
