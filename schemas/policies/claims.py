"""What a claim of a side needs: how long it is protected, and by how much evidence."""

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.plans.parts import Part
from schemas.values import Text

DAYS_MAX = 3_650
_Days = Annotated[int, Field(ge=0, le=DAYS_MAX)]
Kinds = Annotated[list[Text], Field(min_length=1, max_length=100)]


class Evidence(Part):
    """So many touches of these kinds, near the opening of the claim."""

    minimum: Annotated[int, Field(ge=0, le=1_000, description="at least so many pieces")]
    kinds: Annotated[
        Kinds | None, Field(default=None, description="kinds of touches that count; absent: all")
    ]
    from_days: Annotated[
        int,
        Field(default=-30, ge=-DAYS_MAX, le=0, description="counted from so many days before it"),
    ]
    to_days: Annotated[
        int,
        Field(default=14, ge=1, le=DAYS_MAX, description="until so many days after it, half-open"),
    ]


class SideTerms(Part):
    """The terms of claims of one side."""

    protection_days: Annotated[
        int, Field(ge=1, le=DAYS_MAX, description="protected half-open from its opening")
    ]
    max_days: Annotated[
        int | None,
        Field(
            default=None, ge=1, le=DAYS_MAX, description="extended to at most so many days in all"
        ),
    ]
    extended_by: Annotated[
        Kinds | None, Field(default=None, description="kinds of touches that extend it")
    ]
    extension_days: Annotated[
        int | None,
        Field(
            default=None,
            ge=1,
            le=DAYS_MAX,
            description="protected so long from such a touch; absent: as from the opening",
        ),
    ]
    evidence: Annotated[
        Evidence | None, Field(default=None, description="absent: the lead itself suffices")
    ]

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.max_days is not None and self.max_days < self.protection_days:
            raise PydanticCustomError(
                "bad-window",
                "max_days is at least protection_days, or nothing is protected so long",
            )
        if self.extended_by is None and (self.max_days or self.extension_days):
            raise PydanticCustomError(
                "bad-window", "max_days and extension_days say something only with extended_by"
            )
        return self
