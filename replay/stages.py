"""The kernel in stages, each a pure function of whole cases and of what the stages before it left.

Which key a stage is partitioned by is said in docs/decisions/0010. A stage is given frames and
gives frames; whoever runs it keeps them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl

from engine.conversions import added_up, conversions
from engine.earned import earned, named
from engine.handed_on import lines_of
from engine.handing_on import HandedOn, earned_but
from engine.law import Law
from engine.repairs import repairs_among
from engine.world import Whole, World, is_fact_of_case, last_at, world_under
from replay.division import Far, Handing, divided, handing
from replay.one_period import moving
from replay.reach import counted_by_conversion
from schemas.calendar import PayoutPeriod
from schemas.frames import READ
from schemas.statements import LINES


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
        """Whether counts for gates go over from case to case."""
        return counted_by_conversion(self.law)

    @property
    def far(self) -> Far | None:
        """What is not paid case by case."""
        return self._divided[1]

    @cached_property
    def handing(self) -> Handing:
        """The same where cases hand on what they can."""
        return handing(self.law)

    def that_matter(self, placed: pl.DataFrame) -> pl.DataFrame:
        """The facts (READ with `case`) of the cases that can have lines that are asked for."""
        if self.question.only is None:
            return placed
        return placed.filter(in_cases(placed, self._moving))

    def counts(self, records: pl.DataFrame) -> pl.DataFrame:
        """What the leads of whole cases count for gates (COUNTED)."""
        return conversions(self._world(self.law, records, None))

    def added_up(self, counts: pl.DataFrame) -> pl.DataFrame:
        """Counts (COUNTED), those that count alike as one row."""
        return added_up(counts, self.law.book.named.values())

    def lines_of_cases(self, records: pl.DataFrame, counts: pl.DataFrame | None) -> pl.DataFrame:
        """The lines (LINES) of whole cases that are paid case by case, sorted by key."""
        near, _ = self._divided
        return self._lines(self._world(near, records, counts))

    def lines_and_handed_on(
        self, placed: pl.DataFrame, rules: pl.DataFrame, counts: pl.DataFrame | None
    ) -> tuple[pl.DataFrame, HandedOn]:
        """The same of whole cases that hand on what they can, and what they hand on.

        `placed` are facts (READ with `case`), `rules` the records (READ) of the law. Cases that
        have nothing to do with what is asked may count for gates all the same.
        """
        near, later = self.handing.near.book, self.handing.later
        assert later is not None
        facts = placed.select(*READ)
        others = facts.clear()
        if self.question.only is not None:
            # whoever looks over cases looks at all that have a say: one may have used up a cap
            mine = in_cases(placed, self._moving | later.saying)
            facts, others = facts.filter(mine), facts.filter(~mine)
        world = self._world(self.law, pl.concat([rules, facts]), counts)
        lines, handed = earned_but(world, near, later.law.book, self._through)
        if counted_by_conversion(later.law):
            counted = [conversions(world)]
            if not others.is_empty():
                counted.append(self.counts(pl.concat([rules, others])))
            handed = replace(handed, counted=self.added_up(pl.concat(counted)))
        return named(self._asked(lines), world).select(*LINES), handed

    def lines_of_handed_on(
        self,
        handed: HandedOn,
        rules: pl.DataFrame,
        whose: Callable[[str], bool],
    ) -> pl.DataFrame:
        """The lines (LINES) of some payees, by key, from all that is handed on of them.

        `rules` are the records (READ) of the law.
        """
        assert self.handing.later is not None
        told = self.handing.later.law
        some = replace(told, people=told.people.only(whose))
        whole = Whole(
            last_at=self.last_at,
            conversions=handed.counted,
            measured=handed.measured,
            dated=handed.dated.unique(),
        )
        world = world_under(some, rules, whole=whole)
        return self._asked(lines_of(handed, world, self._through))

    def lines_of_payees(
        self,
        far: Far,
        records: pl.DataFrame,
        counts: pl.DataFrame | None,
        payees: Sequence[str],
    ) -> pl.DataFrame:
        """The lines (LINES) of some payees of what is far, from all cases that concern them."""
        found = self._lines(self._world(far.law, records, counts))
        parts = pl.DataFrame(
            sorted(far.parts), {"_plan": pl.String(), "component": pl.String()}, orient="row"
        )
        plan = pl.col("plan").str.split("@").list.first()
        return (
            found.with_columns(_plan=plan)
            .join(parts, on=["_plan", "component"], how="semi", maintain_order="left")
            .filter(pl.col("payee").is_in(payees))
            .select(*LINES)
        )

    @property
    def _moving(self) -> pl.Expr:
        """Whether a fact lets its case have lines in the only period that is asked for."""
        assert self.question.only is not None
        return moving(self.law, PayoutPeriod(self.question.only))

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


def in_cases(placed: pl.DataFrame, which: pl.Expr) -> pl.Series:
    """Whether facts (with `case`; whole cases) are of cases that have such a fact."""
    cases = placed.select(pl.col("case").filter(which).unique()).to_series()
    return placed["case"].is_in(cases.implode())


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
