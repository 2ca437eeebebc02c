"""Refresh: what later records move of an answer that stands, computed in the circle they touch.

The result is the one that a replay of everything gives. What is computed again, and why that is
enough, from the narrowest circle to the widest:

1. **Cases.** A line paid case by case depends on the facts of its case, the law, and the answers of
   gates. The cases of later facts are computed again, those that they joined among them.
2. **Gates.** A later fact may move what counts for a gate of payees of its case. The answers of
   their gates are compared before and after, window by window; where one turned, the cases that
   concern the payee and may have a fact in the window are computed again, since a line is dated by
   a fact of its case. Where no answer turned, no other case can tell.
3. **Payees.** What reaches over cases depends on the cases that concern its payee, before or after,
   and have a say in it: what those of the first two circles pay so is computed again, for everybody
   whom they concern, and for payees whose gates turned. Only such lines look at the last fact of
   all, and of it only at its month: when that goes on, they are computed again for everybody. So
   they are where a component shares among everybody.
4. **Rules.** A fact about one payee touches the cases that concern them, and those above them; a
   ruling its deal; a repair of a fact the case of the fact (`replay.touched`).
5. **Everything.** Plans, policies, weights, rates, links of people, repairs of rules; and under
   policies that join customers by keys, facts that tell any.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final, Self

import polars as pl

from engine.conversions import COUNTED
from engine.law import Law, law
from engine.repairs import REPAIRS
from engine.world import is_fact_of_case
from replay.cases import Joined, declares_keys, is_rule
from replay.concerned import concerned
from replay.hot_set import HotSet
from replay.knowledge import WHOM, Knowledge, whom_of
from replay.layered import Layered
from replay.reach import Reach
from replay.stages import Question, Stages, latest
from replay.touched import (
    Touched,
    rules_among,
    tells_of_customers,
    touched,
)
from replay.turned import NO_SPANS, turned
from schemas.calendar import PayoutPeriod
from schemas.frames import KEY, READ
from schemas.recorded import instant
from schemas.statements import LINES


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """What is computed again: cases, by their numbers before and after, and payees; None: all."""

    before: frozenset[int] | None
    after: frozenset[int] | None
    payees: frozenset[str] | None

    @property
    def everything(self) -> bool:
        """Whether nothing stays as it is."""
        return self.after is None


EVERYTHING: Final = Circle(before=None, after=None, payees=None)


@dataclass(frozen=True, slots=True)
class Growth:
    """What was known, what is known with later records, and how far that differs."""

    before: Knowledge
    after: Knowledge
    circle: Circle


def grown(before: Knowledge, later: pl.DataFrame) -> Growth:
    """What is known with later records (READ), and what of the answer they touch."""
    rules = rules_among(later)
    hot, joined = before.hot.with_later(later)
    told = _law_with(before.law, rules, hot.rules)
    about = touched(rules, told, hot.rules)
    if about is None:
        return Growth(before, _anew(before, later), EVERYTHING)
    question = replace(before.question, position=_last_position(before, later))
    stages = Stages(told, _last_at(before, hot, told, later, about.ids), question)
    if _joins_customers(before, stages, later):
        return Growth(before, _anew(before, later), EVERYTHING)
    bare = replace(before, hot=hot, stages=stages)
    return _within(before, bare, joined, about)


def _law_with(told: Law, rules: pl.DataFrame, known: pl.DataFrame) -> Law:
    """The law with later rules (READ), which are among all that are `known`.

    Repairs leave its rules as they are, but for repairs of rules: those touch everything.
    """
    if rules["type"].is_in(REPAIRS).all():
        return replace(told, repairs=told.repairs.with_later(rules))
    return law(known, effective_by=told.effective_by)


def _within(before: Knowledge, bare: Knowledge, joined: Joined, about: Touched) -> Growth:
    """What is known when facts and law are, and the circle of what is new."""
    hot, into = bare.hot, joined.into
    cases = frozenset(joined.names["case"].to_list())
    cases |= hot.cases_of(about.names) | hot.cases_of_facts(about.ids)
    cases |= {into.get(case, case) for case in before.cases_of(about.payees)}
    was = cases | frozenset(into)
    after = _with_whom(before, bare, was, cases)
    spans = NO_SPANS
    if after.stages.counting:
        after, counted = _with_counts(before, after, was, cases)
        spans = turned(before, after, counted)
        cases |= after.cases_within(spans)
        was |= cases
    payees = frozenset(spans["payee"]) | _around(after, about.payees)
    payees |= before.heard(was) | after.heard(cases)
    return Growth(
        before, after, Circle(before=was, after=cases, payees=_far(before, after, payees))
    )


def _with_whom(
    before: Knowledge, bare: Knowledge, was: Collection[int], cases: Collection[int]
) -> Knowledge:
    """What is known, with whom the touched cases concern now."""
    whom = whom_of(bare.stages, bare.hot.placed(cases))
    fresh = whom.join(before.whom.of(cases), on=list(WHOM), how="anti")
    return replace(
        bare,
        whom=before.whom.replacing(was, whom),
        concerning=before.concerning.adding(fresh),
    )


def _with_counts(
    before: Knowledge, after: Knowledge, was: Collection[int], cases: Collection[int]
) -> tuple[Knowledge, frozenset[str]]:
    """What is known, with the counts of touched cases; and the payees whose counts moved."""
    now = after.counted(cases)
    if before.counts is None:
        then = before.counted(was)
        return after, _differing(then, now)
    around = before.counts.of(before.payees_of(was) | set(now["payee"]))
    then = around.filter(pl.col("case").is_in(list(was)))
    kept = around.filter(pl.col("case").is_in(list(was)).not_())
    payees = frozenset([*around["payee"], *now["payee"]])
    counts = before.counts.replacing(payees, pl.concat([kept, now.select(kept.columns)]))
    return replace(after, counts=counts), _differing(then, now)


def _differing(then: pl.DataFrame, now: pl.DataFrame) -> frozenset[str]:
    """The payees of whom one of two frames (COUNTED) has a row that the other has not."""
    pairs = ((then, now), (now, then))
    rows = [one.join(other, on=list(COUNTED), how="anti", nulls_equal=True) for one, other in pairs]
    return frozenset(payee for each in rows for payee in each["payee"])


def _around(known: Knowledge, payees: Collection[str]) -> frozenset[str]:
    """Payees, and those above them on any ladder."""
    if not payees:
        return frozenset()
    rows = pl.DataFrame({"payee": sorted(payees)}).with_columns(case=pl.lit(0, dtype=pl.Int64))
    facts = pl.concat([pl.DataFrame(schema={**READ, "case": pl.Int64()}), rows], how="diagonal")
    return frozenset(concerned(known.law, facts)["payee"])


def _far(before: Knowledge, after: Knowledge, payees: frozenset[str]) -> frozenset[str] | None:
    """Of whom lines that reach over cases are computed again; None: of everybody."""
    far = after.stages.far
    if far is None:
        return frozenset()
    if far.reach is Reach.EVERYBODY or _month(before.stages) != _month(after.stages):
        return None
    return payees


def _month(stages: Stages) -> int | None:
    """The month of the last fact, where nobody asked for another."""
    asked = stages.question
    until = asked.through if asked.only is None else asked.only
    if until is not None or stages.last_at is None:
        return until
    return PayoutPeriod.of(instant(stages.last_at).astimezone(stages.law.book.zone)).number


def _last_at(
    before: Knowledge, hot: HotSet, told: Law, later: pl.DataFrame, repaired: Collection[str]
) -> int | None:
    """The instant of the last fact of all: it goes back only where a repair takes one away.

    That needs no look at all facts while one as late stays that no repair is about.
    """
    until = before.stages.last_at
    if repaired and not _stays(until, hot, told):
        return latest(told, hot.rules, hot.placed(None).lazy())
    facts = [later.filter(is_rule().not_()).select(*READ), hot.facts_of(repaired).select(*READ)]
    ends = (until, latest(told, hot.rules, pl.concat(facts).unique("position").lazy()))
    return max((at for at in ends if at is not None), default=None)


def _stays(until: int | None, hot: HotSet, told: Law) -> bool:
    """Whether a fact that no repair is about is as late as the last one was."""
    if until is None or until == told.last_at:
        return True
    found = hot.facts_at(until).filter(~told.is_repaired, is_fact_of_case())
    return not found.is_empty()


def _joins_customers(before: Knowledge, stages: Stages, later: pl.DataFrame) -> bool:
    """Whether customers of other cases may become one, by keys of the policy in force."""
    if not declares_keys(stages.law):
        return False
    policies = [
        each.law.policies.at(each.last_at or 0).policy.same_customer
        for each in (before.stages, stages)
    ]
    return policies[0] != policies[1] or tells_of_customers(later)


def _anew(before: Knowledge, later: pl.DataFrame) -> Knowledge:
    records = pl.concat([before.hot.records(None), later.select(*READ)])
    question = replace(before.question, position=_last_position(before, later))
    after = Knowledge.of(records, question)
    return after if before.counts is None else after.keeping_counts()


def _last_position(before: Knowledge, later: pl.DataFrame) -> int:
    last: int = max([before.question.position, *later["position"].top_k(1)])
    return last


@dataclass(frozen=True)
class Standing:
    """All earned lines as known, kept so that later records move no more of them than they touch.

    `near` are those paid case by case (LINES with `case`), `far` the others (LINES, by payee).
    """

    known: Knowledge
    near: Layered
    far: Layered

    @classmethod
    def of(cls, records: pl.DataFrame, question: Question) -> Self:
        """The answer to a question about records (READ)."""
        return cls._of(Knowledge.of(records, question).keeping_counts())

    @classmethod
    def _of(cls, known: Knowledge) -> Self:
        near, far = known.near(None), known.far(None)
        return cls(known, Layered.of_rows(near, "case"), Layered.of_rows(far, "payee"))

    def lines(self) -> pl.DataFrame:
        """All lines (LINES), sorted by key."""
        return pl.concat([self.near.all().select(*LINES), self.far.all()]).sort(KEY)

    def refreshed(self, later: pl.DataFrame) -> "Refreshed":
        """The answer with later records (READ), and the lines that were computed again."""
        growth = grown(self.known, later)
        circle = growth.circle
        was = _lines(self.near, circle.before, self.far, circle.payees)
        if circle.everything:
            fresh = self._of(growth.after)
            return Refreshed(fresh, circle, was, fresh.lines())
        near, far = growth.after.near(circle.after), growth.after.far(circle.payees)
        fresh = type(self)(
            growth.after,
            self.near.replacing(circle.before or (), near),
            Layered.of_rows(far, "payee")
            if circle.payees is None
            else self.far.replacing(circle.payees, far),
        )
        return Refreshed(fresh, circle, was, pl.concat([near.select(*LINES), far]).sort(KEY))


@dataclass(frozen=True, slots=True)
class Refreshed:
    """An answer refreshed; `was` and `became` are the lines (LINES) that were computed again."""

    standing: Standing
    circle: Circle
    was: pl.DataFrame
    became: pl.DataFrame


def _lines(
    near: Layered, cases: Collection[int] | None, far: Layered, payees: Collection[str] | None
) -> pl.DataFrame:
    return pl.concat(
        [
            (near.all() if cases is None else near.of(cases)).select(*LINES),
            far.all() if payees is None else far.of(payees),
        ]
    ).sort(KEY)
