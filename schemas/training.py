"""How weights of channels are learned, as data: the journeys, the model, and what tames it."""

from fractions import Fraction
from hashlib import sha256
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.crediting import Pooled
from schemas.json_text import canonical
from schemas.plans.parts import Part
from schemas.policies.claims import DAYS_MAX, Kinds
from schemas.policies.policy import Side
from schemas.rates import Rate
from schemas.values import Word

_Days = Annotated[int, Field(ge=1, le=DAYS_MAX)]


class Training(Part):
    """What is learned from which journeys, and how far a learned weight may go.

    A journey is a customer's: from its first lead on, for `observation_days`. It counts once all of
    these days are over, so that those who sign late are not taken for those who never do.
    """

    name: Annotated[Word, Field(description="what the weights are called")]
    model: Annotated[
        Pooled,
        Field(discriminator="model", description="what channels are worth over all journeys"),
    ]
    of: Annotated[
        Literal["channel", "kind"],
        Field(
            description="what has a weight: channels (where a touch names none its kind), or kinds"
        ),
    ]
    side: Annotated[Side, Field(description="whose touches are read")]
    kinds: Annotated[
        Kinds | None, Field(default=None, description="kinds of touches that count; absent: all")
    ]
    lead: Annotated[
        Literal["counts", "does-not-count"], Field(description="whether finding a lead is a touch")
    ]
    observation_days: Annotated[_Days, Field(description="how long a journey is watched")]
    lookback_days: Annotated[
        int,
        Field(
            default=0, ge=0, le=DAYS_MAX, description="touches so long before the first lead count"
        ),
    ]
    by: Annotated[
        Literal["all", "customer-type"],
        Field(description="one set of weights, or one for each type of customer besides"),
    ]
    shrink: Annotated[
        int,
        Field(
            ge=0,
            le=1_000_000,
            description="a type's shares are drawn to those of all as if they had so many "
            "conversions more: (n x own + k x all) / (n + k)",
        ),
    ]
    minimum: Annotated[
        int,
        Field(
            ge=1, le=1_000_000, description="a type with fewer conversions has the shares of all"
        ),
    ]
    floor: Annotated[
        Rate,
        Field(
            default=Fraction(0),
            description="a share below it counts as it, before all are scaled to 1",
        ),
    ]
    ceiling: Annotated[
        Rate,
        Field(
            default=Fraction(1),
            description="a share above it counts as it, before all are scaled to 1",
        ),
    ]

    @model_validator(mode="after")
    def _leaves_room(self) -> Self:
        if not self.floor < self.ceiling <= 1:
            raise PydanticCustomError(
                "bad-share", "the floor is below the ceiling, and the ceiling at most 1"
            )
        return self

    def document(self) -> dict[str, Any]:
        """The training as data, as it stands in the log."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


def weights_digest(training: dict[str, Any], weights: dict[str, dict[str, int]]) -> str:
    """SHA-256 of how weights were learned and what they are, in hex."""
    return sha256(canonical({"training": training, "weights": weights})).hexdigest()
