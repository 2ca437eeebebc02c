"""The source of a deal: its classes with exact shares, the rule, all claims, and the grounds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tests.oracle.attribution.claims import Claim
from tests.oracle.attribution.known import Known
from tests.oracle.attribution.policies import Policy
from tests.oracle.attribution.rules import CLASSES, Vector, judged
from tests.oracle.attribution.rulings import Ruled
from tests.oracle.deals import Deal, Lead
from tests.oracle.facts import Fact


@dataclass(frozen=True, eq=False)
class Source:
    """What was found about a deal."""

    rule: str
    policy: Policy
    vector: Vector
    claims: Sequence[Claim]
    grounds: Sequence[Fact]  # the facts that decide, beside the signing
    ruled: Ruled | None

    @property
    def greatest(self) -> str:
        """The class with the greatest share; of equal ones the first in the list of classes."""
        return max(CLASSES, key=lambda name: self.vector.get(name, Fraction(0)))

    @property
    def deciding(self) -> list[Claim]:
        return [claim for claim in self.claims if claim.decides]

    @property
    def lead(self) -> Lead | None:
        """The lead of the first deciding claim that has one."""
        return next((claim.lead for claim in self.deciding if claim.lead), None)

    @property
    def finder(self) -> str | None:
        """Who opened the marketing claim that decides; else that is live or superseded."""
        if not self.vector.get("marketing"):
            return None
        standing = [c for c in self.claims if c.status in {"live", "superseded"}]
        found = [c for c in (*self.deciding, *standing) if c.side == "marketing"]
        return found[0].payee if found else None


def sources_of(known: Known) -> Mapping[str, Source]:
    """The source of every deal."""
    return {deal.id: source_of(known, deal) for deal in known.deals.values()}


def source_of(known: Known, deal: Deal) -> Source:
    """The claims that decide, an earlier signing and the ruling are the grounds."""
    verdict, claims = judged(known, deal)
    ruled = known.rulings.get(deal.id)
    grounds = [claim.fact for claim in verdict.deciding] + list(verdict.grounds)
    grounds += [ruled.fact] if ruled else []
    vector = {name: share for name, share in verdict.vector.items() if share}
    return Source(verdict.rule, known.policy(deal), vector, claims, grounds, ruled)
