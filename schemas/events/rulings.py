"""Rulings: what people decide about the source of a deal and its credit."""

from fractions import Fraction
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from schemas.events.base import FactName, Rank
from schemas.events.deals import Signer, whole_split
from schemas.events.decisions import Decision
from schemas.values import Id, Share

Class = Literal["marketing", "self", "account", "partner", "house"]
Shares = Annotated[dict[Class, Share], Field(min_length=1)]
"""Exact shares of classes."""


def whole_vector(shares: dict[Class, Fraction]) -> dict[Class, Fraction]:
    """Shares of classes that sum to exactly 1. Raises `PydanticCustomError`: never normalised."""
    total = sum(shares.values(), Fraction(0))
    if total != 1:
        raise PydanticCustomError(
            "shares-not-one",
            "the shares of a deal sum to exactly 1, these to {total}",
            {"total": str(total)},
        )
    return {name: shares[name] for name in sorted(shares)}


class RuledClaim(BaseModel):
    """A lead that is ruled to be a claim on the deal, or to be none."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    lead: Id
    counts: bool


class Ruling(BaseModel):
    """What is ruled of one deal: its classes, the split inside them, or which claims count.

    `shares` are those of the classes; `marketing` and `sales` are the splits of those sides.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    shares: Shares | None = None
    marketing: list[Signer] | None = Field(default=None, min_length=1)
    sales: list[Signer] | None = Field(default=None, min_length=1)
    claims: list[RuledClaim] | None = Field(default=None, min_length=1, max_length=100)

    @field_validator("shares")
    @classmethod
    def _whole(cls, shares: dict[Class, Fraction] | None) -> dict[Class, Fraction] | None:
        return None if shares is None else whole_vector(shares)

    @field_validator("marketing", "sales")
    @classmethod
    def _split(cls, signers: list[Signer] | None) -> list[Signer] | None:
        return None if signers is None else whole_split(signers)

    @field_validator("claims")
    @classmethod
    def _each_once(cls, claims: list[RuledClaim] | None) -> list[RuledClaim] | None:
        if claims is not None and len({claim.lead for claim in claims}) < len(claims):
            raise PydanticCustomError("lead-twice", "each lead stands once in a ruling")
        return None if claims is None else sorted(claims, key=lambda claim: claim.lead)

    @model_validator(mode="after")
    def _rules_something(self) -> Self:
        if not (self.shares or self.marketing or self.sales or self.claims):
            raise PydanticCustomError(
                "empty-ruling", "a ruling says shares, a split of a side, or which claims count"
            )
        return self


class CreditOverridden(Decision):
    """The credit of a deal is ruled without a dispute; it goes before the rules of the policy."""

    type: ClassVar[str] = "credit-overridden"
    rank: ClassVar[Rank] = Rank.DISPUTE
    subjects: ClassVar[dict[str, str]] = {"deal": "deal"}

    deal: Id
    ruling: Ruling


class OverrideRevoked(Decision):
    """An override, or the ruling of a dispute, is taken back as if it had never been."""

    type: ClassVar[str] = "override-revoked"
    rank: ClassVar[Rank] = Rank.DISPUTE
    subjects: ClassVar[dict[str, str]] = {"deal": "deal"}

    deal: Id
    override: FactName
