"""What attribution looks at, arranged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from tests.oracle.attribution.policies import Policies, Policy
from tests.oracle.attribution.rulings import Ruled
from tests.oracle.deals import Deal, Lead
from tests.oracle.facts import Fact


@dataclass(frozen=True, eq=False)
class Known:
    """Facts in order of effect under the names of representatives, and what is made of them."""

    facts: Sequence[Fact]
    leads: Mapping[str, Lead]
    deals: Mapping[str, Deal]
    policies: Policies
    rulings: Mapping[str, Ruled]

    @cached_property
    def touches(self) -> list[Fact]:
        return [fact for fact in self.facts if fact.type == "touch-recorded"]

    def policy(self, deal: Deal) -> Policy:
        """The version in force at the signing."""
        return self.policies.at(deal.signing.at)

    def leads_of(self, customer: str) -> list[Lead]:
        """The leads of a customer, in order of effect."""
        return [lead for lead in self.leads.values() if lead.customer == customer]
