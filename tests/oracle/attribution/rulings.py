"""Rulings in force: of the overrides and upheld rulings of a deal that still stand, the last."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.oracle.facts import Fact, Ref
from tests.oracle.numbers import exact

Shares = dict[str, Fraction]
NEXT = {
    ("dispute-raised", None): "raised",
    ("dispute-settled", "raised"): "settled",
    ("dispute-settled", "appealed"): "settled",
    ("dispute-appealed", "settled"): "appealed",
    ("dispute-withdrawn", "raised"): "withdrawn",
    ("dispute-withdrawn", "appealed"): "withdrawn",
}
"""What fits the state of a dispute, and what comes of it."""


@dataclass(frozen=True, eq=False)
class Ruled:
    """A ruling and the fact that says it."""

    fact: Fact

    @property
    def ruling(self) -> Mapping[str, Any]:
        return dict(self.fact.data["ruling"])

    @property
    def vector(self) -> Shares | None:
        """The shares of the classes, if they are ruled."""
        shares = self.ruling.get("shares")
        return {name: exact(share) for name, share in shares.items()} if shares else None

    def split(self, side: str) -> Shares | None:
        """The split of a side, if it is ruled."""
        listed = self.ruling.get(side)
        return {row["payee"]: exact(row["share"]) for row in listed} if listed else None

    def counts(self, lead: str) -> bool | None:
        """What is ruled of a lead; None: nothing."""
        said = [row["counts"] for row in self.ruling.get("claims") or [] if row["lead"] == lead]
        return said[0] if said else None


def rulings_of(facts: Sequence[Fact]) -> dict[str, Ruled]:
    """Deal -> the ruling in force; the last in order of effect, whole."""
    revoked: set[Ref] = {
        (fact.data["override"]["source"], fact.data["override"]["id"])
        for fact in facts
        if fact.type == "override-revoked"
    }
    standing = [
        fact
        for fact in (*settlements(facts), *(f for f in facts if f.type == "credit-overridden"))
        if fact.ref not in revoked
    ]
    last_of_dispute = {fact.data.get("dispute", fact.ref): fact for fact in standing}
    ruling = [fact for fact in last_of_dispute.values() if fact.data.get("ruling")]
    return {fact.data["deal"]: Ruled(fact) for fact in sorted(ruling, key=lambda f: f.order)}


def settlements(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Settlements that found their dispute open; they may rule nothing."""
    states: dict[str, str] = {}
    for fact in facts:
        name = fact.data.get("dispute", "")
        after = NEXT.get((fact.type, states.get(name)))
        if after is not None:
            states[name] = after
            if fact.type == "dispute-settled":
                yield fact
