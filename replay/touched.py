"""What later rules touch, where that is certain; a rule about everybody touches everything."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl

from engine.customer_keys import TELLING
from engine.disputes import dispute_of
from engine.facts import RuleFact, rule_fact
from engine.law import RULES, Law
from engine.repairs import REPAIRS, Name, root_of, target_of
from replay.cases import is_rule
from schemas.events.disputes import DisputeSettled
from schemas.events.people import IdentityLinked, IdentityUnlinked
from schemas.events.rulings import CreditOverridden, OverrideRevoked

_OF_ONE_PAYEE: Final = frozenset(
    [
        *("payee-enrolled", "payee-assigned", "payee-left", "plan-assigned"),
        *("quota-set", "metric-reported", "plan-accepted"),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """What rules are about: deals by name (`deal/D1`), facts by id, payees by the one id they have.

    Facts that have their ids by chance are taken with them: too much is harmless.
    """

    names: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    payees: frozenset[str] = frozenset()


def rules_among(records: pl.DataFrame) -> pl.DataFrame:
    """Those of records (READ) that the law is made of; other decisions move no line."""
    return records.filter(is_rule(), pl.col("type").is_in(RULES))


def tells_of_customers(later: pl.DataFrame) -> bool:
    """Whether later records (READ) tell keys of customers, or may correct them."""
    return not later.filter(pl.col("type").is_in([*TELLING, *REPAIRS])).is_empty()


def touched(rules: pl.DataFrame, told: Law, known: pl.DataFrame) -> Touched | None:
    """What new rules (READ) touch, when the law with them is `told`; None for everything.

    `known` are all rules with them, void ones too.

    A fact about one payee touches that payee, a decision about a deal that deal, and a repair the
    fact that it, or the repair it repairs, is about. A link of customers touches what it joins,
    which cases know. Plans, policies, weights, rates and links of people are about everybody.
    """
    names, ids, payees = set[str](), set[str](), set[str]()
    targets = told.repairs.targets
    for rule in (rule_fact(row) for row in rules.iter_rows(named=True)):
        if rule.event.type in _OF_ONE_PAYEE:
            payee: str = getattr(rule.event, "payee")  # noqa: B009 - of many types
            payees.add(told.payees.get(payee, payee))
        elif rule.event.type in REPAIRS:
            target = root_of(target_of(rule), targets)
            if target is None or _is_rule(target, known):
                return None
            ids.add(target[1])
        elif (deals := _deals(rule, told)) is not None:
            names.update(f"deal/{deal}" for deal in deals)
        elif not _of_customers(rule):
            return None
    return Touched(names=frozenset(names), ids=frozenset(ids), payees=frozenset(payees))


def _deals(rule: RuleFact, told: Law) -> Iterable[str] | None:
    """The deals whose ruling a decision may move, None if it is about no ruling."""
    if isinstance(rule.event, CreditOverridden | OverrideRevoked):
        return (rule.event.deal,)
    dispute = dispute_of(rule)
    return None if dispute is None else tuple(_settled(dispute, told))


def _settled(dispute: str, told: Law) -> Iterator[str]:
    """The deals that settlements of a dispute name: only by them it moves a ruling."""
    for rule in told.rules:
        event = rule.event
        if isinstance(event, DisputeSettled) and event.dispute == dispute and event.deal:
            yield event.deal


def _of_customers(rule: RuleFact) -> bool:
    event = rule.event
    return isinstance(event, IdentityLinked | IdentityUnlinked) and event.payee is None


def _is_rule(target: Name, known: pl.DataFrame) -> bool:
    source, id_ = target
    return not known.filter(pl.col("source") == source, pl.col("id") == id_).is_empty()
