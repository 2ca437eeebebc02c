"""One version of an attribution policy: its parts, and how they hold together."""

from collections.abc import Callable
from functools import partial
from hashlib import sha256
from typing import Annotated, Any, Final, Literal, Self, TypeVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, ValidationInfo, model_validator

from schemas.json_text import canonical
from schemas.plans.parts import Attributes, Day, Part, known_zone
from schemas.policies.claims import DAYS_MAX, SideTerms
from schemas.policies.credit import Credit
from schemas.policies.examples import PolicyExample
from schemas.policies.rules import ExistingAccount, Rule, SameCustomer, Tie
from schemas.policies.stages import Stage
from schemas.policies.wholes import slips
from schemas.slips import refuse
from schemas.values import Id

Side = Literal["marketing", "sales", "partner"]
_LimitDays = Annotated[int | None, Field(default=None, ge=1, le=DAYS_MAX)]


class Disputes(Part):
    """By when disputes are raised, ruled and appealed, in calendar days."""

    raise_within_days: Annotated[
        _LimitDays, Field(default=None, description="after the end of the period it was stated in")
    ]
    settle_within_days: Annotated[
        _LimitDays, Field(default=None, description="after it was raised or appealed")
    ]
    appeal_within_days: Annotated[_LimitDays, Field(default=None, description="after the ruling")]


Barred = Literal["claimed-customer", "referrer-signs", "cycle"]


class Awards(Part):
    """What an award for working together asks for."""

    joint_signing: Annotated[
        Literal["as-told", "both-sides"],
        Field(
            default="as-told",
            description="both-sides: it counts only with a signer and somebody of the marketing "
            "side among its payees",
        ),
    ]
    referral: Annotated[
        list[Barred],
        Field(
            default_factory=list[Barred],
            description="referrals that do not count: of a customer on whom there is a live claim "
            "already, by who signs the deal, back to who referred in the same quarter",
        ),
    ]


AnyPart = TypeVar("AnyPart", bound=Part)


def _plain(part: type[AnyPart]) -> Callable[[], AnyPart]:
    """A part of which nothing is said."""
    return partial(part.model_validate, {})


class Policy(Part):
    """One version of an attribution policy."""

    policy: Annotated[Id, Field(description="its name, the same in every version")]
    version: Annotated[int, Field(ge=1, le=1_000_000, description="whole number from 1")]
    effective_from: Annotated[Day, Field(description="the first day it holds, in its time zone")]
    time_zone: Annotated[str, AfterValidator(known_zone), Field(description="where days begin")]
    terms_at: Annotated[
        Literal["claim-opened", "signing"],
        Field(
            description="whether a claim keeps the terms of its opening, or has those in force "
            "at the signing"
        ),
    ]
    claims: Annotated[
        dict[Side, SideTerms],
        Field(description="sides to the terms of their claims; a side that is absent makes none"),
    ]
    self_sourced: Annotated[
        Literal["weighed", "ignored"],
        Field(default="ignored", description="a signer's word that the deal is self-sourced"),
    ]
    same_customer: Annotated[
        list[SameCustomer],
        Field(
            default_factory=list[SameCustomer],
            max_length=20,
            description="keys by which customers are the same: one, or several that must agree",
        ),
    ]
    rules: Annotated[
        list[Rule], Field(min_length=1, max_length=50, description="tried in this order")
    ]
    existing_account: Annotated[
        ExistingAccount | None, Field(default=None, description="for the rule of that name")
    ]
    tie: Annotated[Tie | None, Field(default=None, description="for the rule of that name")]
    no_claim: Annotated[
        Literal["signers", "evidence"],
        Field(
            default="signers",
            description="what makes an unclaimed deal its signers' own: that they signed, or that "
            "they have evidence; else it is the house's",
        ),
    ]
    attributes: Attributes
    credit: Annotated[Credit, Field(default_factory=_plain(Credit), description="inside a class")]
    awards: Annotated[
        Awards, Field(default_factory=_plain(Awards), description="for working together")
    ]
    stages: Annotated[
        list[Stage],
        Field(default_factory=list[Stage], max_length=50, description="of the chain, in order"),
    ]
    disputes: Annotated[Disputes, Field(default_factory=_plain(Disputes), description="by when")]
    examples: Annotated[
        list[PolicyExample],
        Field(default_factory=list[PolicyExample], description="worked examples, executed"),
    ]

    @model_validator(mode="after")
    def _holds_together(self, told: ValidationInfo) -> Self:
        refuse(slips(self), told.context)
        return self

    @property
    def name(self) -> str:
        """The policy with its version: `source-of-deal@2`."""
        return f"{self.policy}@{self.version}"

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which its days begin."""
        return ZoneInfo(self.time_zone)

    @property
    def reads_touches(self) -> bool:
        """Whether anything in it depends on touches."""
        sides = (self.credit.marketing, self.credit.sales)
        terms = self.claims.values()
        return (
            self.self_sourced == "weighed"
            or self.no_claim == "evidence"
            or any(side.by == "touches" for side in sides)
            or any(each.evidence is not None or each.extended_by is not None for each in terms)
        )

    @property
    def reads_details(self) -> bool:
        """Whether anything in it depends on more of a deal than its value and its people."""
        fixed = any(not isinstance(rule, str) for rule in self.rules)
        sides = (self.credit.marketing, self.credit.sales)
        learned = any(side.by == "touches" and side.model.model == "learned" for side in sides)
        return self.self_sourced == "weighed" or fixed or learned

    def document(self) -> dict[str, Any]:
        """The policy as data, as it stands in the log."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)

    def digest(self) -> str:
        """SHA-256 of the document in canonical form, in hex."""
        return sha256(canonical(self.document())).hexdigest()


_NINETY: Final = {"protection_days": 90}
DEFAULT: Final = Policy.model_validate(
    {
        "policy": "default",
        "version": 1,
        "effective_from": "1990-01-01",
        "time_zone": "UTC",
        "terms_at": "signing",
        "claims": dict.fromkeys(("marketing", "sales", "partner"), _NINETY),
        "self_sourced": "ignored",
        "rules": ["named-lead", "first-claim", "no-claim"],
        "no_claim": "signers",
        "credit": {"marketing": {"by": "finder"}, "sales": {"by": "signers"}},
    }
).model_copy(update={"version": 0})
"""What holds until a policy is published; its zone is then that of the first published plan."""
