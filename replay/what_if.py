"""What if: earned lines with facts, rulings, plans or policies that nobody recorded.

An overlay is taken as recorded after everything else. Only what it touches is computed, before and
after (`replay.refresh`): a fact costs its case, a draft of a plan all that is paid.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

import polars as pl

from engine.causes import with_causes
from engine.lookup import Everywhere
from engine.reading import read
from engine.world import Whole, world_under
from replay.drafts import with_draft, with_drafts
from replay.knowledge import Knowledge
from replay.refresh import EVERYTHING, Circle, Growth, grown
from replay.rulings import RulingEvent, fact_of
from replay.stages import Question
from schemas.errors import Refused
from schemas.frames import KEY, READ, RECORDS, Schema, checked
from schemas.plans import Plan
from schemas.policies import Policy
from schemas.recorded import Unrecorded
from schemas.statements import LINES, NAMES, PAYABLE

Overlay = Unrecorded | RulingEvent | Plan | Policy
"""A fact, a ruling, or a draft, as if it were recorded."""

DIFFERENCE: Final[Schema] = {
    **{name: LINES[name] for name in KEY},
    "before": pl.Int64(),  # minor units, as known
    "after": pl.Int64(),  # with the overlay
    "moved": pl.Int64(),
    "cause": NAMES,  # of the overlay, what moved it
}
"""Earned lines that an overlay moves: one row a key whose amount differs."""


class OverlayContradicts(Refused):
    """An overlay holds a fact of a name that the log, or the overlay, has already."""

    code = "overlay-contradicts"

    def __init__(self, source: str, id: str) -> None:  # noqa: A002 - CloudEvents calls it so
        self.source, self.id = source, id
        super().__init__(
            f"Fact {id} of {source} was to be laid over what is known, where that name is taken. "
            "Leave it out if it says the same; to try another content, lay over a fact-corrected "
            "that names it as its target."
        )


@dataclass(frozen=True)
class WhatIf:
    """What an overlay would move; `circle` says how far it was looked for."""

    growth: Growth
    overlay: pl.DataFrame  # READ
    was: pl.DataFrame  # LINES, of the circle
    became: pl.DataFrame  # LINES, of the circle

    @property
    def circle(self) -> Circle:
        """What was computed."""
        return self.growth.circle

    @cached_property
    def moved(self) -> pl.DataFrame:
        """The lines that move (DIFFERENCE), sorted by key."""
        told = moved_by_key(self.was, self.became)
        return told.join(self._causes(told), on=KEY, how="left", nulls_equal=True).select(
            *DIFFERENCE
        )

    def by(self, *names: str) -> pl.DataFrame:
        """The same summed up by columns of DIFFERENCE and by currency, what comes to 0 left out."""
        group = [*names, *({"currency"} - {*names})]
        sums = self.moved.group_by(group).agg(pl.col("before", "after", "moved").sum())
        return sums.filter(pl.col("moved") != 0).sort(group)

    def _causes(self, told: pl.DataFrame) -> pl.DataFrame:
        """What of the overlay moved each line: KEY and `cause`."""
        both = pl.concat([self.became, self.was]).join(
            told.select(KEY), on=KEY, how="semi", nulls_equal=True
        )
        lines = both.unique(KEY, keep="first", maintain_order=True).with_columns(
            stated_in="period",
            issue=pl.lit(1, dtype=pl.Int64),
            cause=pl.lit([], dtype=NAMES),
        )
        if lines.is_empty():
            return lines.select(*KEY, "cause")
        after, circle = self.growth.after, self.circle
        cases = None
        if circle.after is not None and circle.payees is not None:
            cases = circle.after | after.cases_of(circle.payees)
        whole = Whole(last_at=after.stages.last_at)
        lookup = Everywhere(world_under(after.law, after.hot.records(cases), whole=whole))
        caused = with_causes(lines.select(*PAYABLE), lines, lookup, lambda: self.overlay)
        return caused.select(*KEY, "cause")


def what_if(
    records: pl.DataFrame, overlay: Sequence[Overlay], question: Question, at: datetime
) -> WhatIf:
    """What an overlay would move of the lines that records (READ) earn.

    Rulings count from `at` on. A draft of a plan or a policy stands in for a published version of
    its name. Raises `OverlayContradicts`.
    """
    known = checked(records, READ).filter(pl.col("position") <= question.position)
    before = Knowledge.of(known, question)
    laid = with_overlay(known, overlay, at)
    later = read(laid.filter(pl.col("position") > _head(known)).select(*RECORDS))
    if laid.height == known.height + later.height:
        growth = grown(before, later)
    else:
        kept = laid.filter(pl.col("position") <= _head(known))
        whole = Question(
            position=_head(laid), effective_by=question.effective_by, through=question.through
        )
        growth = Growth(before, Knowledge.of(pl.concat([kept, later]), whole), EVERYTHING)
    circle = growth.circle
    was = _lines(growth.before, circle.before, circle.payees)
    return WhatIf(growth, later, was, _lines(growth.after, circle.after, circle.payees))


def with_overlay(records: pl.DataFrame, overlay: Iterable[Overlay], at: datetime) -> pl.DataFrame:
    """The records (READ) as if an overlay were the last of them. Raises `OverlayContradicts`."""
    each = list(overlay)
    facts = _new(records, [fact for fact in each if isinstance(fact, Unrecorded)])
    told = with_drafts(records, facts)
    for other in each:
        match other:
            case Unrecorded():
                pass
            case Plan() | Policy():
                told = with_draft(told, other)
            case _:
                told = with_drafts(told, [fact_of(told, other, at)])
    return told


def moved_by_key(was: pl.DataFrame, became: pl.DataFrame) -> pl.DataFrame:
    """The keys whose amount differs between two frames of lines: DIFFERENCE without causes."""
    both = was.select(*KEY, before="amount").join(
        became.select(*KEY, after="amount"), on=KEY, how="full", coalesce=True, nulls_equal=True
    )
    told = both.with_columns(pl.col("before", "after").fill_null(0))
    moved = pl.col("after") - pl.col("before")
    return told.with_columns(moved=moved).filter(pl.col("moved") != 0).sort(KEY)


def _lines(
    known: Knowledge, cases: frozenset[int] | None, payees: frozenset[str] | None
) -> pl.DataFrame:
    return pl.concat([known.near(cases).select(*LINES), known.far(payees)])


def _new(records: pl.DataFrame, facts: Sequence[Unrecorded]) -> list[Unrecorded]:
    """The facts that are not recorded yet, each once. Raises `OverlayContradicts`."""
    ids = sorted({fact.id for fact in facts})
    taken = records.filter(pl.col("id").is_in(ids)).select("source", "id").rows()
    found: dict[tuple[str, str], Unrecorded] = {}
    for fact in facts:
        name = (fact.source, fact.id)
        if name in taken or found.setdefault(name, fact) != fact:
            raise OverlayContradicts(*name)
    return list(found.values())


def _head(records: pl.DataFrame) -> int:
    return int(records.select(pl.col("position").max().fill_null(0)).item())
