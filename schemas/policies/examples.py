"""Worked examples of a policy: facts, and what becomes of their deals."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.plans.parts import Part
from schemas.policies.rules import Vector
from schemas.rates import Rate
from schemas.values import Id, Text, Word

Status = Literal[
    "live",
    "superseded",
    "duplicate",
    "insufficient-evidence",
    "lapsed",
    "disqualified",
    "not-admitted",
    "ruled-out",
    "late",
    "unknown",
]
"""What becomes of a claim on a deal."""
SELF_SOURCED = "self-sourced"
"""By what name an example speaks of the claim of a deal's signers, which has no lead."""


class ExpectedSource(Part):
    """What an example expects of a deal; only what is named counts."""

    deal: Annotated[Id, Field(description="the deal")]
    shares: Annotated[
        Vector | None, Field(default=None, description="classes to their shares, all of them")
    ]
    rule: Annotated[
        Word | None, Field(default=None, description="the rule that decides, as it is recorded")
    ]
    claims: Annotated[
        dict[Id, Status] | None,
        Field(
            default=None,
            description="leads to the status of their claim; `self-sourced`: the signers' own",
        ),
    ]
    marketing: Annotated[
        dict[Id, Rate] | None,
        Field(default=None, description="payees to their shares of that side, all of them"),
    ]
    sales: Annotated[
        dict[Id, Rate] | None,
        Field(default=None, description="payees to their shares of that side, all of them"),
    ]


class PolicyExample(Part):
    """A worked example: facts, one a line, and what becomes of the deals."""

    name: Annotated[Text, Field(description="what it shows")]
    events: Annotated[str, Field(description="the facts, one a line")]
    expect: Annotated[list[ExpectedSource], Field(min_length=1, description="what must follow")]
