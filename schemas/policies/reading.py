"""What a policy reads of deals: the conditions of its own rules.

They are asked before it is known whose deal it is, so they cannot ask for its class, nor for what
only a credit has: a role and a side.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from pydantic_core import PydanticCustomError

from schemas.expressions import BadCondition, Condition, Kind, fields
from schemas.plans.reading import condition, unreadable
from schemas.policies.rules import FixedRule
from schemas.slips import Found, Place

if TYPE_CHECKING:
    from schemas.policies.policy import Policy

NOT_OF_DEALS: Final = frozenset({"class", "role", "side"})
"""Fields of a condition that a deal has only once it is decided."""


def conditions(policy: "Policy") -> Iterator[tuple[Place, str]]:
    """Every condition of a policy: its place and its text."""
    for number, rule in enumerate(policy.rules):
        if isinstance(rule, FixedRule):
            yield ("rules", number, "where"), rule.where


def kinds_of(policy: "Policy") -> dict[str, Kind]:
    """The attributes a policy declares, by name, with what their values are."""
    return {name: Kind(kind) for name, kind in policy.attributes.items()}


def readable(policy: "Policy") -> Found:
    """Conditions that cannot be read, or read what a deal does not have yet."""
    kinds = kinds_of(policy)
    yield from unreadable(kinds, conditions(policy))
    for place, text in conditions(policy):
        for name in sorted(_asked(text, kinds) & NOT_OF_DEALS):
            yield (
                place,
                PydanticCustomError(
                    "bad-condition",
                    "it asks for the {name}, which a deal has only once it is decided whose it is",
                    {"name": name},
                ),
            )


def _asked(text: str, kinds: dict[str, Kind]) -> frozenset[str]:
    """The fields that a condition reads; none if it cannot be read, which is told elsewhere."""
    try:
        return frozenset(fields(condition(text, frozenset(kinds.items()))))
    except BadCondition:
        return frozenset()


def condition_of(policy: "Policy", rule: FixedRule) -> Condition:
    """The condition of a rule of a policy."""
    return condition(rule.where, frozenset(kinds_of(policy).items()))
