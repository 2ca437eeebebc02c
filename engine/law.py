"""The law of a log prefix: what rules, decisions and facts about people say.

Few records, each with a say in many deals. They are decoded once, and hold for every part of the
log that is computed apart from the others.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import polars as pl

from engine.disputes import Disputes, disputes
from engine.facts import BULK, TOUCHES, RuleFact, rule_fact
from engine.frozen_weights import Frozen, frozen
from engine.identities import Links, links, representatives
from engine.one_name import rules_as_one
from engine.people import People, people
from engine.policies import Policies, policies
from engine.repairs import (
    REPAIRS,
    live_rules,
    repairs_among,
)
from engine.repairs_told import RepairsTold
from engine.rulebook import Rulebook, Version, rulebook
from engine.rulings import Ruled, rulings
from schemas.events import EVENTS, Rank
from schemas.events.attribution import CustomerRegistered
from schemas.plans import AttributeKind, Component, Plan
from schemas.policies import Policy

_READ_ONE_BY_ONE: Final = tuple(
    name
    for name, model in EVENTS.items()
    if model.rank in (Rank.RULES_AND_PEOPLE, Rank.IDENTITY, Rank.DISPUTE)
    and model is not CustomerRegistered
)
RULES: Final = (*_READ_ONE_BY_ONE, *REPAIRS)
"""Types that are the law, and those that repair it."""


@dataclass(frozen=True, kw_only=True)
class Law:
    """What the live rules of a log prefix say. The order of a rule is its place in `rules`."""

    rules: Sequence[RuleFact]  # in order of effect; a person goes by one id
    repairs: RepairsTold  # all that were told, of facts too
    customers: Links
    payees: Mapping[str, str]  # ids to the one that stands for them
    book: Rulebook
    people: People
    policies: Policies
    disputes: Disputes
    rulings: Mapping[str, Ruled]  # deal to the one in force
    weights: Mapping[str, Sequence[Frozen]]
    effective_by: int | None

    @cached_property
    def types_read(self) -> tuple[str, ...]:
        """The bulk types that plans and policies go by: touches only where one reads them."""
        return (*BULK, *TOUCHES) if any(law.reads_touches for law in self._laws) else BULK

    @cached_property
    def reads_details(self) -> bool:
        """Whether a plan or a policy looks at more of a deal than its value and people."""
        return any(law.reads_details for law in self._laws)

    @cached_property
    def attributes(self) -> Mapping[str, AttributeKind]:
        """The attributes of deals that plans and policies name."""
        return {name: kind for law in self._laws for name, kind in law.attributes.items()}

    @cached_property
    def names(self) -> pl.DataFrame:
        """What the orders of rules stand for: `order, source, id`, by order."""
        rows = [(order, rule.source, rule.id) for order, rule in enumerate(self.rules)]
        schema = {"order": pl.Int64(), "source": pl.String(), "id": pl.String()}
        return pl.DataFrame(rows, schema=schema, orient="row")

    @cached_property
    def last_at(self) -> int | None:
        """The instant of the last fact about people; a decision about the future is none."""
        told = (rule.effective_at for rule in self.rules if rule.event.is_fact)
        return max(told, default=None)

    @cached_property
    def is_repaired(self) -> pl.Expr:
        """Whether a record (RECORDS) is one that repairs are about, or has the id of one."""
        return pl.col("id").is_in(self.repairs.ids.implode())

    def paying(self, kept: Callable[[Plan, Component], bool]) -> "Law":
        """The same law, with plans of which only some components are left."""

        def less(version: Version) -> Version:
            parts = [part for part in version.plan.components if kept(version.plan, part)]
            return replace(version, plan=version.plan.model_copy(update={"components": parts}))

        versions = {name: [less(one) for one in each] for name, each in self.book.versions.items()}
        return replace(self, book=replace(self.book, versions=versions))

    @property
    def _laws(self) -> Iterator[Plan | Policy]:
        yield from (version.plan for version in self.book.named.values())
        yield from (version.policy for version in self.policies.published)


def law(records: pl.DataFrame, *, effective_by: int | None = None) -> Law:
    """The law among records (RECORDS), of facts effective at or before an instant."""
    rows = records.filter(pl.col("type").is_in(RULES))
    repairs = RepairsTold.among(rows)
    one_by_one = rows.filter(pl.col("type").is_in(_READ_ONE_BY_ONE))
    every = [rule_fact(row) for row in one_by_one.iter_rows(named=True)]
    told = live_rules(every, repairs_among(rows, repairs.about(rows)))
    if effective_by is not None:
        told = [rule for rule in told if rule.effective_at <= effective_by]
    payees = representatives(links(told, "payee"))
    rules = rules_as_one(told, payees) if payees else told
    book, contested = rulebook(rules), disputes(rules)
    return Law(
        rules=rules,
        repairs=repairs,
        customers=links(told, "customer"),
        payees=payees,
        book=book,
        people=people(rules),
        policies=policies(rules, book.zone),
        disputes=contested,
        rulings=rulings(rules, contested),
        weights=frozen(rules),
        effective_by=effective_by,
    )
