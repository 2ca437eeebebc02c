"""The deal: its signing, its amendments, its money, and who worked together on it."""

from fractions import Fraction
from typing import ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from schemas.events.base import FactName, Rank, Remarks
from schemas.values import DENOMINATOR_MAX, Amount, Id, Money, Share, Text, Word, common_denominator

Kind = Literal["upsell", "reduction", "renewal", "correction", "cancellation"]


class Signer(BaseModel):
    """A payee who signed, and the share of the deal that is credited for it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    payee: Id
    share: Share


def whole_split(signers: list[Signer]) -> list[Signer]:
    """Signers whose shares sum to exactly 1, each payee once; nobody is a split too."""
    if not signers or (len(signers) == 1 and signers[0].share.denominator == 1):
        return signers
    if len({signer.payee for signer in signers}) < len(signers):
        raise PydanticCustomError("payee-twice", "each payee stands once in a split")
    shares = [signer.share for signer in signers]
    whole = common_denominator(shares)
    if sum(share.numerator * (whole // share.denominator) for share in shares) != whole:
        raise PydanticCustomError(
            "shares-not-one",
            "the shares of a deal sum to exactly 1, these to {total}",
            {"total": str(sum(shares, Fraction(0)))},
        )
    if whole > DENOMINATOR_MAX:
        raise PydanticCustomError(
            "bad-share", "the shares of a deal have a common denominator up to 1,000,000"
        )
    return sorted(signers, key=lambda signer: signer.payee)


class DealSigned(Remarks):
    """A contract was signed: the first layer of the deal."""

    type: ClassVar[str] = "deal-signed"
    version: ClassVar[int] = 2
    rank: ClassVar[Rank] = Rank.SIGNING
    subjects: ClassVar[dict[str, str]] = {"deal": "deal"}

    deal: Id
    customer: Id | None = None
    lead: Id | None = None
    signed_by: list[Signer]
    value: Amount
    products: list[Text] | None = None
    customer_type: Text | None = None
    term_months: int | None = Field(default=None, ge=1, le=1_200)
    self_sourced: bool | None = None
    attributes: dict[Word, Text] | None = Field(default=None, max_length=50)
    keys: dict[Word, Text] | None = Field(default=None, max_length=20)

    _split = field_validator("signed_by")(whole_split)

    @field_validator("value")
    @classmethod
    def _is_worth_something(cls, value: Money) -> Money:
        if value.minor <= 0:
            raise PydanticCustomError("bad-amount", "the value of a signing is above zero")
        return value


class ContractAmended(Remarks):
    """A contract changed. `value` is that of the running term after the amendment."""

    type: ClassVar[str] = "contract-amended"
    rank: ClassVar[Rank] = Rank.RENEWAL
    subjects: ClassVar[dict[str, str]] = {"deal": "deal"}

    deal: Id
    kind: Kind
    value: Amount | None = None
    corrects: FactName | None = None
    signed_by: list[Signer] | None = None

    @field_validator("signed_by")
    @classmethod
    def _split(cls, signers: list[Signer] | None) -> list[Signer] | None:
        return None if signers is None else whole_split(signers)

    @model_validator(mode="after")
    def _says_what_its_kind_needs(self) -> Self:
        if (self.value is None) != (self.kind == "cancellation"):
            raise PydanticCustomError(
                "bad-amendment", "an amendment carries its value, and a cancellation none"
            )
        if self.value is not None and self.value.minor < 0:
            raise PydanticCustomError("bad-amount", "the value of a contract is at least zero")
        if self.corrects is not None and self.kind != "correction":
            raise PydanticCustomError("bad-amendment", "only a correction names what it corrects")
        if self.signed_by is not None and self.kind not in ("upsell", "renewal"):
            raise PydanticCustomError(
                "bad-amendment", "only an upsell or a renewal has signers of its own"
            )
        return self


class PaymentReceived(Remarks):
    """The customer paid for a deal."""

    type: ClassVar[str] = "payment-received"
    rank: ClassVar[Rank] = Rank.MONEY
    subjects: ClassVar[dict[str, str]] = {"deal": "deal"}

    deal: Id
    amount: Amount
    reference: Text | None = None


class RefundIssued(Remarks):
    """The customer got money back."""

    type: ClassVar[str] = "refund-issued"
    rank: ClassVar[Rank] = Rank.MONEY
    subjects: ClassVar[dict[str, str]] = {"deal": "deal"}

    deal: Id
    amount: Amount
    reference: Text | None = None


class MilestoneReached(Remarks):
    """Something was reached on a deal: invoiced, delivered, live."""

    type: ClassVar[str] = "milestone-reached"
    rank: ClassVar[Rank] = Rank.MONEY
    subjects: ClassVar[dict[str, str]] = {"deal": "deal"}

    deal: Id
    milestone: Word


class JointSigningConfirmed(Remarks):
    """Several payees signed a deal together, and all of them say so."""

    type: ClassVar[str] = "joint-signing-confirmed"
    rank: ClassVar[Rank] = Rank.AWARD
    subjects: ClassVar[dict[str, str]] = {"deal": "deal"}

    deal: Id
    payees: list[Id] = Field(min_length=2, max_length=100)

    @field_validator("payees")
    @classmethod
    def _each_once(cls, payees: list[str]) -> list[str]:
        if len(set(payees)) < len(payees):
            raise PydanticCustomError("payee-twice", "each payee stands once in a joint signing")
        return sorted(payees)


class ReferralMade(Remarks):
    """A payee brought a customer, a lead or a deal to another payee."""

    type: ClassVar[str] = "referral-made"
    rank: ClassVar[Rank] = Rank.AWARD
    subjects: ClassVar[dict[str, str]] = {"deal": "deal", "lead": "lead", "customer": "customer"}

    deal: Id | None = None
    lead: Id | None = None
    customer: Id | None = None
    by: Id
    to: Id

    @model_validator(mode="after")
    def _refers_something(self) -> Self:
        if self.deal is None and self.lead is None and self.customer is None:
            raise PydanticCustomError(
                "missing-field", "a referral names a deal, a lead or a customer"
            )
        return self


class ParticipationDeclared(Remarks):
    """A payee says that they took part in a deal; weighed by the policy, never believed."""

    type: ClassVar[str] = "participation-declared"
    rank: ClassVar[Rank] = Rank.AWARD
    subjects: ClassVar[dict[str, str]] = {"deal": "deal"}

    deal: Id
    payee: Id
    part: Text | None = None
