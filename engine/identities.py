"""Who is who: customers and people known under several ids, as one.

Links join pairs of ids, and may be taken back; customers are joined besides by keys that a policy
declares (docs/decisions/0008). Everything else sees only the representative of each.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import Literal

from engine.facts import RuleFact
from schemas.events.people import IdentityLinked, IdentityUnlinked

Pair = frozenset[str]
Kind = Literal["customer", "payee"]
STANDING_IN = ("lead:", "deal:")
"""How ids begin that stand in for a customer whom nobody named."""


@dataclass(frozen=True, slots=True)
class Links:
    """What is said of pairs of ids: joined, kept apart; and which ids are but another's other."""

    joined: frozenset[Pair] = frozenset()
    apart: frozenset[Pair] = frozenset()
    others: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Identities:
    """Ids to their representatives, for those that are not their own."""

    customers: Mapping[str, str] = field(default_factory=dict[str, str])
    payees: Mapping[str, str] = field(default_factory=dict[str, str])


def links(rules: Iterable[RuleFact], kind: Kind) -> Links:
    """What live facts, in order of effect, say last of each pair of customers or payees."""
    said: dict[Pair, IdentityLinked | IdentityUnlinked] = {}
    for rule in rules:
        event = rule.event
        if isinstance(event, IdentityLinked | IdentityUnlinked):
            one = event.customer if kind == "customer" else event.payee
            if one is not None and one != event.other:
                said[frozenset((one, event.other))] = event
    joined = {pair: each for pair, each in said.items() if isinstance(each, IdentityLinked)}
    return Links(
        joined=frozenset(joined),
        apart=frozenset(said.keys() - joined.keys()),
        others=frozenset(each.other for each in joined.values()),
    )


def representatives(said: Links, alike: Iterable[Sequence[str]] = ()) -> Mapping[str, str]:
    """Each id that is joined to another, to the one that stands for all of them.

    `alike` are groups of ids that are the same by their keys. The one that stands for all is the
    least by bytes of those that are no link's other, else the least of all.
    """
    above: dict[str, str] = {}
    for one, other in _pairs(said, alike):
        above[_top(one, above)] = _top(other, above)
    groups: dict[str, set[str]] = defaultdict(set)
    for each in list(above):
        groups[_top(each, above)].add(each)
    found: dict[str, str] = {}
    for members in groups.values():
        first = min(members, key=lambda each: _precedence(each, said))
        found |= {member: first for member in members if member != first}
    return found


def _top(each: str, above: dict[str, str]) -> str:
    """The end of the steps from an id upwards, which become shorter on the way."""
    above.setdefault(each, each)
    while above[each] != each:
        above[each] = above[above[each]]
        each = above[each]
    return each


def _pairs(said: Links, alike: Iterable[Sequence[str]]) -> Iterator[tuple[str, ...]]:
    yield from map(tuple, said.joined)
    divided = frozenset(each for pair in said.apart for each in pair)
    for group in alike:
        whole = divided.isdisjoint(group)
        pairs = pairwise(group) if whole else combinations(group, 2)
        yield from (pair for pair in pairs if frozenset(pair) not in said.apart)


def _precedence(each: str, said: Links) -> tuple[bool, bool, bytes]:
    return each.startswith(STANDING_IN), each in said.others, each.encode()
