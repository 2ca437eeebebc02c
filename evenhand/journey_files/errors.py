"""What stops journeys from being read: nothing of a file is credited while a row of it is wrong."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl

from schemas.errors import Malformed

SHOWN: Final = 20
"""So many findings are told one by one, and the others counted."""


class Found(NamedTuple):
    """What is wrong with a row of a file; `row` counts from 1 below the header of a CSV file."""

    row: int
    reason: str


class BadJourneys(Malformed):
    """A file that does not hold journeys; `findings` are all that is wrong with its rows."""

    code = "bad-journeys"

    def __init__(self, path: Path, findings: list[str]) -> None:
        self.path, self.findings = path, findings
        listed = "".join(f"\n  {finding}" for finding in findings[:SHOWN])
        more = f"\n  and {len(findings) - SHOWN} more" if len(findings) > SHOWN else ""
        super().__init__(
            f"{path} cannot be read as journeys, and nothing of it was credited:{listed}{more}\n"
            "Correct these; docs/crediting-models.md says how journeys are written."
        )


def where(rows: pl.DataFrame, wrong: pl.Series | pl.Expr, reason: str) -> list[Found]:
    """A finding for each row in which a mask is true, of a frame that has `row`."""
    return [Found(row, reason) for row in rows.filter(wrong)["row"]]


def refuse(path: Path, found: Sequence[Found]) -> None:
    """Raises `BadJourneys` when anything was found, in the order of the rows."""
    if found:
        raise BadJourneys(path, [f"row {row}: {reason}" for row, reason in sorted(found)])
