"""What is known of a log: its law, its facts by case, and whom they concern.

Lines are computed from it for some cases, or for some payees, when somebody asks for them.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Self

import polars as pl

from engine.conversions import COUNTED
from engine.law import Law, law
from replay.concerned import CONCERNED, concerned, told_of
from replay.hot_set import HotSet
from replay.layered import Layered
from replay.stages import Question, Stages, latest
from schemas.frames import READ
from schemas.statements import LINES

WHOM: Final = {**CONCERNED, "first": pl.Int64(), "last": pl.Int64(), "says": pl.Boolean()}
"""Whom cases concern, with the first and the last instant of a fact of the case.

`says` tells whether the case has a say in what reaches over cases.
"""
_EVER: Final = 2**62


@dataclass(frozen=True)
class Knowledge:
    """Facts and law, as known by a question; `counts` are kept where somebody asks often.

    Attributes:
        whom: WHOM, by case.
        concerning: the same by payee; it may hold cases that concern them no more.
        counts: COUNTED with `case`, by payee; None: they are found when they are needed.
    """

    hot: HotSet
    stages: Stages
    whom: Layered
    concerning: Layered
    counts: Layered | None = None

    @classmethod
    def of(cls, records: pl.DataFrame, question: Question) -> Self:
        """What is known by records (READ) up to the position of a question."""
        hot = HotSet.of(records.filter(pl.col("position") <= question.position))
        told = law(hot.rules, effective_by=question.effective_by)
        facts = hot.placed(None)
        stages = Stages(told, latest(told, hot.rules, facts.lazy()), question)
        whom = whom_of(stages, facts)
        return cls(
            hot=hot,
            stages=stages,
            whom=Layered.of_rows(whom, "case"),
            concerning=Layered.of_rows(whom, "payee"),
        )

    @property
    def question(self) -> Question:
        """What is asked, and up to which position everything is known."""
        return self.stages.question

    @property
    def law(self) -> Law:
        """What rules and facts about people say."""
        return self.stages.law

    @cached_property
    def payees(self) -> frozenset[str]:
        """Everybody who may have a line."""
        return told_of(self.law.people).union(self.whom.all()["payee"].unique())

    def keeping_counts(self) -> Self:
        """The same with the counts for gates at hand."""
        return replace(self, counts=Layered.of_rows(self.counted(None), "payee"))

    def cases_of(self, payees: Collection[str]) -> frozenset[int]:
        """The cases that concern some payees, and perhaps some that did."""
        return self._present(self.concerning.of(payees)["case"])

    def cases_within(self, spans: pl.DataFrame) -> frozenset[int]:
        """Those of them that may have a fact in a span (`payee, starts, ends`), half-open."""
        told = self.concerning.of(spans["payee"]).join(spans, on="payee")
        inside = (pl.col("first") < pl.col("ends")) & (pl.col("last") >= pl.col("starts"))
        return self._present(told.filter(inside)["case"])

    def _present(self, cases: pl.Series) -> frozenset[int]:
        into = self.hot.into
        return frozenset(into.get(case, case) for case in cases.unique().to_list())

    def payees_of(self, cases: Collection[int]) -> frozenset[str]:
        """Whom some cases concern."""
        return frozenset(self.whom.of(cases)["payee"].unique().to_list())

    def heard(self, cases: Collection[int]) -> frozenset[str]:
        """Whom those of some cases concern that have a say in what reaches over cases."""
        return frozenset(self.whom.of(cases).filter("says")["payee"].unique().to_list())

    def counted(self, cases: Collection[int] | None) -> pl.DataFrame:
        """What the leads of some cases, of all for None, count for gates: COUNTED with `case`."""
        facts = self.hot.placed(cases)
        if not self.stages.counting or facts.is_empty():
            return pl.DataFrame(schema={**COUNTED, "case": pl.Int64()})
        leads = facts.select("lead", "case").drop_nulls().unique()
        return self.stages.counts(self._records(facts)).join(leads, on="lead")

    def counts_of(self, payees: Collection[str] | None) -> pl.DataFrame | None:
        """What counts for gates on some payees (COUNTED), on all for None; None if nothing does."""
        if not self.stages.counting:
            return None
        if self.counts is not None:
            kept = self.counts.all() if payees is None else self.counts.of(payees)
            return kept.select(*COUNTED)
        if payees is None:
            return self.counted(None).select(*COUNTED)
        found = self.counted(self.cases_of(payees)).select(*COUNTED)
        return found.filter(pl.col("payee").is_in(sorted(payees)))

    def near(self, cases: Collection[int] | None) -> pl.DataFrame:
        """The lines that are paid case by case (LINES with `case`) of some cases, or all."""
        facts = self.stages.that_matter(self.hot.placed(cases))
        if facts.is_empty():
            return pl.DataFrame(schema={**LINES, "case": pl.Int64()})
        counts = self.counts_of(None if cases is None else self.payees_of(cases))
        lines = self.stages.lines_of_cases(self._records(facts), counts)
        places = facts.select("case", fact_source="source", fact_id="id")
        return lines.join(places, on=["fact_source", "fact_id"], how="left").select(*LINES, "case")

    def far(self, payees: Collection[str] | None) -> pl.DataFrame:
        """The other lines (LINES) of some payees, of all for None."""
        if self.stages.far is None:
            return pl.DataFrame(schema=LINES)
        asked = self.payees if payees is None else payees
        if not asked:
            return pl.DataFrame(schema=LINES)
        told = self.whom.all() if payees is None else self.concerning.of(payees)
        cases = self._present(told.filter("says")["case"])
        facts = self.hot.placed(cases)
        counts = self.counts_of(None if payees is None else self.payees_of(cases))
        records = self._records(facts)
        return self.stages.lines_of_payees(self.stages.far, records, counts, sorted(asked))

    def _records(self, facts: pl.DataFrame) -> pl.DataFrame:
        return pl.concat([self.hot.rules, facts.select(*READ)])


def whom_of(stages: Stages, facts: pl.DataFrame) -> pl.DataFrame:
    """Whom the cases of facts (READ with `case`) concern (WHOM).

    A repair may have moved its fact to any instant.
    """
    moved, at = stages.law.is_repaired.any(), pl.col("effective_at")
    spans = facts.group_by("case").agg(
        first=pl.when(moved).then(-_EVER).otherwise(at.min()),
        last=pl.when(moved).then(_EVER).otherwise(at.max()),
        says=_saying(stages).any(),
    )
    return concerned(stages.law, facts).join(spans, on="case").select(*WHOM)


def _saying(stages: Stages) -> pl.Expr:
    """Whether a fact gives its case a say in what reaches over cases."""
    far = stages.far
    if far is None:
        return pl.lit(value=False)
    plans = (version.plan for version in stages.law.book.named.values())
    attaining = any(gate.count == "attainment" for plan in plans for gate in plan.gates)
    return pl.lit(value=True) if attaining else far.saying  # one may count facts of any type
