"""What bounds, spreads and takes back pay: gates, ceilings, guarantees, clawbacks, instalments."""

from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.plans.parts import Own, Part, Window
from schemas.rates import Figure, Rate
from schemas.values import Amount, Word

_ID = Field(description="its name, once in the plan")
_APPLIES = Field(min_length=1, description="the components of this plan that it applies to")
_MISSED = Field(
    description="lost, or deferred: whether a later window that reaches it pays what an earlier "
    "one missed"
)
_INCLUSIVE = Field(description="whether exactly the threshold is enough")


class FlowGate(Part):
    """A payee's conversion that must be reached before the named components pay anything.

    The payee's leads first signed in the window, over the payee's leads qualified in it.
    """

    id: Annotated[Word, _ID]
    applies_to: Annotated[list[Word], _APPLIES]
    count: Annotated[Literal["flow"], Field(description="which kind it is")]
    window: Annotated[Window, Field(description="the calendar window that is counted")]
    threshold: Annotated[Rate, Field(description="the conversion to be reached")]
    inclusive: Annotated[bool, _INCLUSIVE]
    zero_qualified: Annotated[
        Literal["open", "closed"], Field(description="what holds when no lead was qualified")
    ]
    missed: Annotated[Literal["lost", "deferred"], _MISSED]


class CohortGate(Part):
    """The conversion of one cohort: of the leads qualified in the window, those signed in time."""

    id: Annotated[Word, _ID]
    applies_to: Annotated[list[Word], _APPLIES]
    count: Annotated[Literal["cohort"], Field(description="which kind it is")]
    window: Annotated[Window, Field(description="the window in which the leads were qualified")]
    days: Annotated[
        int, Field(ge=0, le=3_650, description="signed by the end of the window and so many days")
    ]
    threshold: Annotated[Rate, Field(description="the conversion to be reached")]
    inclusive: Annotated[bool, _INCLUSIVE]
    zero_qualified: Annotated[
        Literal["open", "closed"], Field(description="what holds when no lead was qualified")
    ]
    missed: Annotated[Literal["lost", "deferred"], _MISSED]


class AttainmentGate(Part):
    """An attainment that must be reached before the named components pay anything."""

    id: Annotated[Word, _ID]
    applies_to: Annotated[list[Word], _APPLIES]
    count: Annotated[Literal["attainment"], Field(description="which kind it is")]
    quota: Annotated[Word, Field(description="the quota whose attainment counts")]
    window: Annotated[Window, Field(description="the window in which it must be reached")]
    threshold: Annotated[Figure, Field(description="the attainment to be reached")]
    inclusive: Annotated[bool, _INCLUSIVE]
    missed: Annotated[Literal["lost", "deferred"], _MISSED]


Gate = Annotated[FlowGate | CohortGate | AttainmentGate, Field(discriminator="count")]


class Ceiling(Part):
    """At most so much for several components together, per payee and window; the rest is lost."""

    id: Annotated[Word, _ID]
    kind: Annotated[Literal["ceiling"], Field(description="which kind it is")]
    applies_to: Annotated[list[Word], _APPLIES]
    window: Annotated[Window, Field(description="the window of the deals' dates")]
    amount: Annotated[Amount, Field(description="at most so much")]
    prorate: Annotated[
        Literal["none", "days"],
        Field(description="whether it shrinks by the days a payee is not under the plan"),
    ]


class Guarantee(Part):
    """An amount that a payee has for a window whatever they earn: a draw that is not owed back."""

    id: Annotated[Word, _ID]
    kind: Annotated[Literal["guarantee"], Field(description="which kind it is")]
    applies_to: Annotated[list[Word], _APPLIES]
    basis: Annotated[
        Literal["top-up", "on-top"],
        Field(description="top-up: what the components leave short of it; on-top: beside them"),
    ]
    window: Annotated[Window, Field(description="the window that it is for")]
    amount: Annotated[Amount, Field(description="at least so much")]
    own: Own
    months: Annotated[
        int | None,
        Field(default=None, ge=1, le=600, description="only in a payee's first so many months"),
    ]
    prorate: Annotated[
        Literal["none", "days"],
        Field(description="whether it shrinks by the days a payee is not under the plan"),
    ]


class Clawback(Part):
    """What a payee keeps of a commission when the contract shrinks: by when, or by time served.

    Without one a decrease takes back all that the layer it shrinks had earned. The line of a
    clawback is what is kept, beside the commission's line that takes everything back.
    """

    id: Annotated[Word, _ID]
    kind: Annotated[Literal["clawback"], Field(description="which kind it is")]
    applies_to: Annotated[list[Word], Field(min_length=1, description="commissions of this plan")]
    takes: Annotated[
        Literal["all", "unserved"],
        Field(
            description="all: everything when the contract shrinks within the term; unserved: the "
            "part of the term that is not served. After the term nothing is taken back"
        ),
    ]
    unit: Annotated[
        Literal["months", "days"], Field(description="completed months, or days, are counted")
    ]
    within: Annotated[
        int | None,
        Field(
            default=None,
            ge=1,
            le=36_500,
            description="the term, in the unit; without it the deal's own term",
        ),
    ]
    first_day: Annotated[
        Literal["counts", "does-not-count"] | None,
        Field(default=None, description="days: whether the first day is a day served"),
    ]

    @model_validator(mode="after")
    def _says_how_days_count(self) -> Self:
        if (self.unit == "days") != (self.first_day is not None):
            raise PydanticCustomError("bad-clawback", "`first_day` is said where days are counted")
        return self


class Instalment(Part):
    """A part of a component, and what it waits for."""

    share: Annotated[Rate, Field(description="its part; all sum to 1")]
    on: Annotated[
        Literal["signing", "cash", "milestone", "months"],
        Field(description="what it waits for"),
    ]
    milestone: Annotated[
        Word | None, Field(default=None, description="the milestone: invoice, go-live, ...")
    ]
    months: Annotated[
        int | None, Field(default=None, ge=1, le=600, description="so many months after the date")
    ]

    @model_validator(mode="after")
    def _names_what_it_waits_for(self) -> Self:
        if (self.on == "milestone") != (self.milestone is not None):
            raise PydanticCustomError("bad-instalments", "a milestone is named, and only there")
        if (self.on == "months") != (self.months is not None):
            raise PydanticCustomError("bad-instalments", "`months` says how many, and only there")
        return self


class Instalments(Part):
    """When components are earned, part by part: booking, invoice, cash, go-live."""

    id: Annotated[Word, _ID]
    applies_to: Annotated[list[Word], _APPLIES]
    parts: Annotated[
        list[Instalment], Field(min_length=1, max_length=60, description="the parts, in order")
    ]
    cash: Annotated[
        Literal["in-full", "in-proportion"] | None,
        Field(
            default=None,
            description="cash: earned when the customer has paid everything, or as they pay",
        ),
    ]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        total = sum((part.share for part in self.parts), Fraction(0))
        if total != 1:
            raise PydanticCustomError(
                "bad-instalments",
                "the shares of instalments sum to exactly 1, these to {total}",
                {"total": str(total)},
            )
        if any(part.on == "cash" for part in self.parts) != (self.cash is not None):
            raise PydanticCustomError("bad-instalments", "`cash` is said where a part waits for it")
        return self
