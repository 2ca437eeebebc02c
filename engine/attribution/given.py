"""What a rule is asked, and what it gives: deals, by which claims, and on which other grounds."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import polars as pl

from engine.at_once import among
from engine.attribution.known import Known
from schemas.policies import Policy

DEALS: Final = ("deal", "signing", "signed_at", "customer", "amount", "currency", "signed_by")
"""What rules read of signings."""
CHOICE: Final = ("signing", "opened_at", "side", "named")
"""What rules read of claims."""

_DEALS = pl.Schema({"signing": pl.Int64(), "rule": pl.String(), "vector": pl.String()})
_CLAIMS = pl.Schema({"place": pl.Int64()})
_GROUNDS = pl.Schema({"signing": pl.Int64(), "order": pl.Int64()})


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The deals under one version of a policy that no rule has decided yet.

    Attributes:
        known: everything that is known.
        policy: the version at their signings.
        deals: their signings.
        live: their claims that a rule may choose from, in order of effect: CHOICE, and the `place`
            of each among all claims.
    """

    known: Known
    policy: Policy
    deals: pl.DataFrame
    live: pl.DataFrame

    def without(self, given: "Given") -> "Asked":
        """The deals that are still not decided."""
        if given.deals.is_empty():
            return self
        if given.deals.height == self.deals.height:
            return replace(self, deals=self.deals.clear(), live=self.live.clear())
        left = among("signing", given.deals["signing"]).not_()
        return replace(self, deals=self.deals.filter(left), live=self.live.filter(left))


@dataclass(frozen=True, kw_only=True)
class Given:
    """The deals that a rule decides, by the orders of their signings.

    Attributes:
        deals: the rule as it is recorded and the vector of classes: `signing, rule, vector`.
        claims: the claims that decide, by their `place`.
        grounds: other facts that decide: `signing, order`.
    """

    deals: pl.DataFrame
    claims: pl.DataFrame = field(default_factory=_CLAIMS.to_frame)
    grounds: pl.DataFrame = field(default_factory=_GROUNDS.to_frame)


def gathered(parts: Sequence[Given]) -> Given:
    """What several rules give together."""
    return Given(
        deals=_one([part.deals for part in parts], _DEALS),
        claims=_one([part.claims for part in parts], _CLAIMS),
        grounds=_one([part.grounds for part in parts], _GROUNDS),
    )


def _one(parts: Sequence[pl.DataFrame], schema: pl.Schema) -> pl.DataFrame:
    told = [part[schema.names()] for part in parts if not part.is_empty()]
    return pl.concat([schema.to_frame(), *told], rechunk=True)
