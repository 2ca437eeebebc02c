"""One version of a plan: its parts, and how they hold together."""

from hashlib import sha256
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, ValidationInfo, model_validator

from schemas.calendar import PayoutPeriod
from schemas.json_text import canonical
from schemas.plans.deals import Commission, MatrixCommission, Overlay, Override, Tiered
from schemas.plans.limits import Ceiling, Clawback, Gate, Guarantee, Instalments
from schemas.plans.occasions import Award, Flat, Points, Spiff
from schemas.plans.parts import MONTHS_OF, Attributes, Day, Part, Rounding, known_zone
from schemas.plans.payment import Leaving, Payment
from schemas.plans.targets import Bonus, Coefficient, Measure, Quota, Scorecard
from schemas.plans.wholes import slips
from schemas.rates import Figure
from schemas.slips import refuse
from schemas.values import Id, Text, Word

Component = Annotated[
    Commission
    | Tiered
    | MatrixCommission
    | Override
    | Overlay
    | Points
    | Award
    | Flat
    | Spiff
    | Bonus
    | Scorecard
    | Guarantee
    | Ceiling
    | Clawback,
    Field(discriminator="kind"),
]


class Expected(Part):
    """A line that an example expects; `amount` is the sum of the lines it names."""

    payee: Annotated[Id, Field(description="whose line")]
    period: Annotated[PayoutPeriod, Field(description="the period it is earned in")]
    component: Annotated[Word, Field(description="the component")]
    amount: Annotated[str, Field(description="what it comes to")]


class ExpectedBalance(Part):
    """The cash of a period and what is left in the balances after it; only those named count."""

    payee: Annotated[Id, Field(description="whose balances")]
    period: Annotated[PayoutPeriod, Field(description="after the close of this period")]
    cash: Annotated[str | None, Field(default=None, description="paid out")]
    held: Annotated[str | None, Field(default=None, description="held back")]
    capped: Annotated[str | None, Field(default=None, description="above the cap, waiting")]
    carried: Annotated[str | None, Field(default=None, description="carried on")]
    owed: Annotated[str | None, Field(default=None, description="owed from draws")]

    @property
    def told(self) -> dict[str, str]:
        """The amounts that are expected, by name."""
        names = ("cash", "held", "capped", "carried", "owed")
        return {name: value for name in names if (value := getattr(self, name)) is not None}


class Example(Part):
    """A worked example: facts, one a line, and the lines and balances that must follow."""

    name: Annotated[Text, Field(description="what it shows")]
    events: Annotated[str, Field(description="the facts, one a line")]
    expect: Annotated[list[Expected], Field(min_length=1, description="lines that must follow")]
    balances: Annotated[
        list[ExpectedBalance],
        Field(default_factory=list[ExpectedBalance], description="balances that must follow"),
    ]


class Plan(Part):
    """One version of a plan."""

    plan: Annotated[Id, Field(description="its name, the same in every version")]
    version: Annotated[int, Field(ge=1, le=1_000_000, description="whole number from 1")]
    effective_from: Annotated[Day, Field(description="the first day it holds, in its time zone")]
    currency: Annotated[
        str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217 code of what it pays in")
    ]
    period: Annotated[Literal["month"], Field(description="the payout period")]
    time_zone: Annotated[
        str, AfterValidator(known_zone), Field(description="where days and months begin")
    ]
    year_starts: Annotated[
        int, Field(default=1, ge=1, le=12, description="the month quarters and years count from")
    ]
    rounding: Annotated[
        Rounding,
        Field(default="half-even", description="how an entitlement becomes minor units, once"),
    ]
    decreases: Annotated[
        Literal["by-layer", "own-slice", "current-window"],
        Field(default="by-layer", description="at which prices a smaller contract takes back"),
    ]
    mid_period: Annotated[
        Literal["split", "carry"] | None,
        Field(default=None, description="for a version that starts inside a window"),
    ]
    exchange: Annotated[
        dict[str, Figure] | None,
        Field(
            default=None,
            description="plan rates: units of the plan's currency for one of another; without it "
            "the market rate published for the date",
        ),
    ]
    attributes: Attributes
    measures: Annotated[
        list[Measure],
        Field(default_factory=list[Measure], description="what is counted of a payee"),
    ]
    quotas: Annotated[
        list[Quota], Field(default_factory=list[Quota], description="the targets of measures")
    ]
    components: Annotated[
        list[Component], Field(min_length=1, max_length=200, description="what it pays for")
    ]
    coefficients: Annotated[
        list[Coefficient],
        Field(default_factory=list[Coefficient], description="what components are multiplied by"),
    ]
    gates: Annotated[
        list[Gate], Field(default_factory=list[Gate], description="what must be reached first")
    ]
    instalments: Annotated[
        list[Instalments],
        Field(default_factory=list[Instalments], description="what is earned part by part"),
    ]
    payment: Annotated[Payment | None, Field(default=None, description="when money moves")]
    leaving: Annotated[Leaving | None, Field(default=None, description="what leavers are worth")]
    examples: Annotated[
        list[Example],
        Field(default_factory=list[Example], description="worked examples, that are executed"),
    ]

    @model_validator(mode="after")
    def _holds_together(self, told: ValidationInfo) -> Self:
        refuse(slips(self), told.context)
        return self

    @property
    def name(self) -> str:
        """The plan with its version, as lines name it: `seed-4-2-5@1`."""
        return f"{self.plan}@{self.version}"

    def document(self) -> dict[str, Any]:
        """The plan as data, as it stands in the log."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)

    def digest(self) -> str:
        """SHA-256 of the document in canonical form, in hex."""
        return sha256(canonical(self.document())).hexdigest()

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which its payout periods are cut."""
        return ZoneInfo(self.time_zone)

    def counts_what_it_pays(self, part: Tiered) -> bool:
        """Whether the measure of a tiered component's quota counts just what the component pays."""
        measures = {quota.id: quota.measure for quota in self.quotas}
        counted = (m for m in self.measures if m.id == measures.get(part.quota or ""))
        pays = (part.credits, part.source, part.where)
        return any(m.of == "value" and (m.credits, m.source, m.where) == pays for m in counted)

    def goes_by_measure(self, part: Tiered) -> bool:
        """Whether the row of a tier is told by its quota's measure, not by what it pays for."""
        whole = part.quota is not None and part.table.mode == "retroactive"
        return whole and not self.counts_what_it_pays(part)

    @property
    def reads_touches(self) -> bool:
        """Whether anything in it depends on touches."""
        counted = any(measure.of == "touches" for measure in self.measures)
        return counted or any(
            part.kind == "flat" and part.on == "touch-recorded" for part in self.components
        )

    @property
    def reads_details(self) -> bool:
        """Whether anything in it depends on more of a deal than its value and its people."""
        parts = (*self.components, *self.measures)
        conditions = any(getattr(part, "where", None) is not None for part in parts)
        return conditions or any(part.kind in ("matrix", "clawback") for part in self.components)

    def window_of(self, period: int, window: str) -> int:
        """The number of the calendar window that holds a payout period."""
        return (period - self.year_starts + 1) // MONTHS_OF[window]
