"""Looking at few deals, leads or payees at any date: only their cases are read.

An answer about a deal is the world of its case, under the rules that have a say in it. Whoever
answers many questions keeps a `Looking` open: what it looks through once it need not again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from engine.world import World, world_under
from evenhand.cases.store import Bucketed
from replay.about import Rules
from schemas.frames import READ


@dataclass(frozen=True)
class Looking:
    """A case store with the records after it, for questions about few names."""

    facts: Bucketed

    @cached_property
    def _rules(self) -> Rules:
        return Rules(self.facts.rules)

    def world(
        self, names: Iterable[str], *, position: int, effective_by: int | None = None
    ) -> World:
        """The world of the cases that names (`deal/D1`, `lead/L1`, `customer/C1`) are of.

        As known at a position, of facts effective at or before an instant. What is said there of
        these cases is what would be said of them in the world of everything.
        """
        facts = self.records(names, position=position)
        rules, told = self._rules.about(facts, position, effective_by)
        return world_under(told, pl.concat([rules, facts]))

    def records(self, names: Iterable[str], *, position: int) -> pl.DataFrame:
        """The facts (READ) of the cases of names, up to a position."""
        cases: Sequence[int] = self.facts.cases_of(names)
        facts = self.facts.of_cases(cases, self._rules.types_read)
        return facts.filter(pl.col("position") <= position).select(*READ)
