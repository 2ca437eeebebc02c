"""Who is credited inside a class."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.crediting import Learned, PerJourney
from schemas.plans.parts import Part
from schemas.policies.claims import DAYS_MAX, Kinds

TouchModel = Annotated[PerJourney | Learned, Field(discriminator="model")]
"""A model that shares one deal by a rule, or by weights that were activated."""


class ByFinder(Part):
    """Whoever opened the claim that decides."""

    by: Annotated[Literal["finder"], Field(description="which way")]


class BySigners(Part):
    """The split of the signers."""

    by: Annotated[Literal["signers"], Field(description="which way")]


class ByTouches(Part):
    """The payees of the side's touches, by a crediting model."""

    by: Annotated[Literal["touches"], Field(description="which way")]
    model: Annotated[TouchModel, Field(description="how the touches share")]
    kinds: Annotated[
        Kinds | None, Field(default=None, description="kinds of touches that count; absent: all")
    ]
    lookback_days: Annotated[
        int, Field(ge=1, le=DAYS_MAX, description="counted so many days before the signing")
    ]
    lead: Annotated[
        Literal["counts", "does-not-count"],
        Field(description="whether finding a lead of the customer is a touch"),
    ]
    once: Annotated[
        Literal["each", "actor-day"],
        Field(description="each touch, or one of a kind by a payee and day"),
    ]


MarketingCredit = Annotated[ByFinder | ByTouches, Field(discriminator="by")]
SalesCredit = Annotated[BySigners | ByTouches, Field(discriminator="by")]


class Credit(Part):
    """Who is credited on each side."""

    marketing: Annotated[
        MarketingCredit,
        Field(
            default=ByFinder(by="finder"), description="the marketing side of the class marketing"
        ),
    ]
    sales: Annotated[
        SalesCredit, Field(default=BySigners(by="signers"), description="the sales side")
    ]
