"""The stages of the chain from lead to settlement, with the time each may take."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.plans.parts import Part
from schemas.policies.claims import DAYS_MAX
from schemas.values import Text, Word

Happening = Literal[
    "lead-created",
    "lead-assigned",
    "lead-qualified",
    "lead-disqualified",
    "lead-recycled",
    "touch-recorded",
    "deal-signed",
    "contract-amended",
    "payment-received",
    "milestone-reached",
    "statement",
]
"""What begins or ends a stage; `statement` is the close that first states a line of the deal."""


class Moment(Part):
    """A fact of the chain, the first of it: of a touch or a milestone, of one kind."""

    on: Annotated[Happening, Field(description="the type of the fact, or statement")]
    kind: Annotated[
        Text | None, Field(default=None, description="a touch's kind, a milestone's name")
    ]


class Stage(Part):
    """A stretch of the chain: from a moment until the first of others after it."""

    id: Annotated[Word, Field(description="its name, once in the policy")]
    begins: Annotated[Moment, Field(description="what begins it")]
    ends: Annotated[list[Moment], Field(min_length=1, description="whichever of these comes first")]
    limit_days: Annotated[
        int | None,
        Field(default=None, ge=0, le=DAYS_MAX, description="longer than so many days is a delay"),
    ]
    owner: Annotated[
        Literal["lead", "signers"],
        Field(
            default="lead",
            description="whose stage it is: who the lead is assigned to (else its finder), or the "
            "signers of the deal",
        ),
    ]
