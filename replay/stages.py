"""The kernel in stages, each a pure function of whole cases and of what the stages before it left.

Which key a stage is partitioned by is said in docs/decisions/0010. A stage is given frames and
gives frames; whoever runs it keeps them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from engine.conversions import by_month, conversions
from engine.earned import earned, named
from engine.law import Law
from engine.repairs import repairs_among
from engine.uncapped import earned_but, lines_of
from engine.world import Whole, World, is_fact_of_case, last_at, world_under
from replay.one_period import of_period
from replay.reach import Far, Part, Reach, counted_by_conversion, divided
from schemas.calendar import PayoutPeriod
from schemas.frames import READ
from schemas.statements import LINES

COUNTED = {
    "payee": pl.String(),
    "lead": pl.String(),
    "at": pl.Int64(),
    "what": pl.String(),
}
"""Leads that count for gates: one row a lead and what became of it, as `conversions` tells them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of a log: the last position that may be used, and what counts until when.

    `through` is the last payout period of interest, `only` the only one (their numbers), None for
    all; `effective_by` is in microseconds UTC.
    """

    position: int
    effective_by: int | None = None
    through: int | None = None
    only: int | None = None


@dataclass(frozen=True)
class Stages:
    """The stages of a question under a law; `last_at` is the instant of the last fact of all."""

    law: Law
    last_at: int | None
    question: Question

    @property
    def counting(self) -> bool:
        """Whether counts for gates go over from bucket to bucket."""
        return counted_by_conversion(self.law)

    @property
    def far(self) -> Far | None:
        """What is not paid case by case."""
        return self._divided[1]

    @property
    def uncapped(self) -> frozenset[Part]:
        """What waits for caps over cases, where nothing else goes over from case to case."""
        far = self.far
        return far.parts if far is not None and far.reach is Reach.CAP else frozenset()

    def that_matter(self, placed: pl.DataFrame) -> pl.DataFrame:
        """The facts (READ with `case`) of the cases that can have lines that are asked for.

        A cap may have been used up by any other line.
        """
        if self.question.only is None:
            return placed
        found = of_period(self.law, placed, PayoutPeriod(self.question.only))
        if not self.uncapped:
            return found
        assert self.far is not None
        return pl.concat([found, self.far.with_a_say(placed)]).unique("position")

    def counts(self, records: pl.DataFrame) -> pl.DataFrame:
        """What the leads of whole cases count for gates (COUNTED)."""
        return conversions(self._world(self.law, records, None)).select(*COUNTED)

    def added_up(self, counts: pl.DataFrame) -> pl.DataFrame:
        """Counts (COUNTED, with `many` once added up), those that count alike as one row.

        A gate by cohort follows each lead; one by flow asks only for the month.
        """
        versions = self.law.book.named.values()
        gates = [gate for version in versions for gate in version.plan.gates]
        followed = any(gate.count == "cohort" for gate in gates)
        return counts if followed else by_month(counts, versions)

    def lines_of_cases(self, records: pl.DataFrame, counts: pl.DataFrame | None) -> pl.DataFrame:
        """The lines (LINES) of whole cases that are paid case by case, sorted by key."""
        near, _ = self._divided
        return self._lines(self._world(near, records, counts))

    def lines_but(
        self, records: pl.DataFrame, counts: pl.DataFrame | None
    ) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The same, and what waits for caps (UNCAPPED), of whole cases."""
        world = self._world(self.law, records, counts)
        lines, waiting = earned_but(world, self.uncapped, self._through)
        return named(self._asked(lines), world).select(*LINES), waiting

    def lines_of_uncapped(self, waiting: pl.DataFrame) -> pl.DataFrame:
        """The lines (LINES) of what waited for caps (UNCAPPED), all of some payees, by key."""
        return self._asked(lines_of(waiting, self.law.book, self._through))

    def lines_of_payees(
        self, records: pl.DataFrame, counts: pl.DataFrame | None, payees: Sequence[str]
    ) -> pl.DataFrame:
        """The other lines (LINES) of some payees, from all cases that concern them."""
        assert self.far is not None
        found = self._lines(self._world(self.far.law, records, counts))
        parts = pl.DataFrame(
            sorted(self.far.parts), {"_plan": pl.String(), "component": pl.String()}, orient="row"
        )
        plan = pl.col("plan").str.split("@").list.first()
        return (
            found.with_columns(_plan=plan)
            .join(parts, on=["_plan", "component"], how="semi", maintain_order="left")
            .filter(pl.col("payee").is_in(payees))
            .select(*LINES)
        )

    @cached_property
    def _divided(self) -> tuple[Law, Far | None]:
        return divided(self.law)

    def _world(self, told: Law, records: pl.DataFrame, counts: pl.DataFrame | None) -> World:
        """The world of whole cases: `records` are all of theirs (READ), and the rules."""
        return world_under(told, records, whole=Whole(last_at=self.last_at, conversions=counts))

    def _lines(self, world: World) -> pl.DataFrame:
        return named(self._asked(earned(world, through=self._through)), world).select(*LINES)

    @property
    def _through(self) -> int | None:
        """The last period that may be asked for."""
        return self.question.through if self.question.only is None else self.question.only

    def _asked(self, lines: pl.DataFrame) -> pl.DataFrame:
        """The lines of the period that is asked for, if only one is."""
        only = self.question.only
        return lines if only is None else lines.filter(pl.col("period") == only)


def latest(told: Law, rules: pl.DataFrame, facts: pl.LazyFrame) -> int | None:
    """The instant of the last live fact among facts (READ), or of people.

    What repairs are about is looked at as repaired, where it may be later than all else, of which
    the greatest instant is enough.
    """
    at = pl.col("effective_at")
    on_time = at <= (2**62 if told.effective_by is None else told.effective_by)
    others = facts.filter(~told.is_repaired, is_fact_of_case(), on_time)
    last = others.select(at.max()).collect().item()
    moved = pl.col("id").is_in(told.repairs.moved.implode())
    later = moved | (at > (-(2**62) if last is None else last))
    few = facts.filter(told.is_repaired, later).select(*READ).collect()
    repairs = repairs_among(pl.concat([few, rules]), told.repairs.about(few))
    ends = (last, last_at(told, few, repairs))
    return max((each for each in ends if each is not None), default=None)
