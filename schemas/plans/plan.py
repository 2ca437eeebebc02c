"""One version of a plan: its parts, and how they hold together."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Any, Final, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.calendar import PayoutPeriod
from schemas.currencies import DIGITS
from schemas.plans.deals import Commission, MatrixCommission, Overlay, Override, Tiered
from schemas.plans.limits import Ceiling, Clawback, Gate, Guarantee, Instalments
from schemas.plans.occasions import Award, Flat, Points, Spiff
from schemas.plans.parts import MONTHS_OF, Day, Part, Rounding
from schemas.plans.payment import Leaving, Payment
from schemas.plans.targets import Bonus, Coefficient, Measure, Quota, Scorecard
from schemas.rates import Figure
from schemas.values import Id, Money, Text, Word, minor_units

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
AttributeKind = Literal["text", "number", "rate", "date", "yes-no"]
OF_DEALS: Final = ("commission", "tiered", "matrix", "override", "overlay", "spiff", "flat")
"""Kinds of components whose lines belong to a deal's layers."""


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder
        raise PydanticCustomError(
            "unknown-zone", "a time zone is an IANA name such as Asia/Shanghai"
        ) from None
    return name


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
        str, AfterValidator(_known_zone), Field(description="where days and months begin")
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
    attributes: Annotated[
        dict[Word, AttributeKind],
        Field(
            default_factory=dict[str, AttributeKind],
            description="of deals, that conditions may name",
        ),
    ]
    measures: Annotated[list[Measure], Field(default_factory=list[Measure])]
    quotas: Annotated[list[Quota], Field(default_factory=list[Quota])]
    components: Annotated[list[Component], Field(min_length=1, max_length=200)]
    coefficients: Annotated[list[Coefficient], Field(default_factory=list[Coefficient])]
    gates: Annotated[list[Gate], Field(default_factory=list[Gate])]
    instalments: Annotated[list[Instalments], Field(default_factory=list[Instalments])]
    payment: Annotated[Payment | None, Field(default=None)]
    leaving: Annotated[Leaving | None, Field(default=None)]
    examples: Annotated[list[Example], Field(default_factory=list[Example])]

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.currency not in DIGITS:
            raise PydanticCustomError("unknown-currency", "currency is a current ISO 4217 code")
        for refused in (_twice, _other_currency, _mid_period, _dangling):
            refused(self)
        for example in self.examples:
            for line in example.expect:
                minor_units(line.amount, self.currency)
            for balance in example.balances:
                for amount in balance.told.values():
                    minor_units(amount, self.currency)
        return self

    @property
    def name(self) -> str:
        """The plan with its version, as lines name it: `seed-4-2-5@1`."""
        return f"{self.plan}@{self.version}"

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which its payout periods are cut."""
        return ZoneInfo(self.time_zone)

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


def window_begins(day: date, window: str, year_starts: int) -> bool:
    """Whether a date begins a window."""
    return day.day == 1 and (day.month - year_starts) % MONTHS_OF[window] == 0


def _twice(plan: Plan) -> None:
    parts = (*plan.components, *plan.gates, *plan.instalments, *plan.coefficients)
    held = plan.payment.holdback if plan.payment else None
    names = [part.id for part in (*parts, *([held] if held else []))]
    _refuse_twice(names)
    _refuse_twice([part.id for part in plan.measures])
    _refuse_twice([part.id for part in plan.quotas])


def _refuse_twice(names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise PydanticCustomError(
                "name-twice", "two parts are called {name}; each id stands once", {"name": name}
            )


def _other_currency(plan: Plan) -> None:
    if any(money.currency != plan.currency for money in _amounts(plan)):
        raise PydanticCustomError(
            "mixed-currency", "every amount of a plan is in the plan's currency"
        )
    if plan.exchange is not None and (
        plan.currency in plan.exchange
        or any(code not in DIGITS for code in plan.exchange)
        or any(rate <= 0 for rate in plan.exchange.values())
    ):
        raise PydanticCustomError(
            "bad-exchange", "plan rates are above zero, of ISO 4217 codes other than the plan's"
        )


def _amounts(part: BaseModel) -> Iterator[Money]:
    """Every amount of money anywhere in a part."""
    for name in type(part).model_fields:
        yield from _amounts_in(getattr(part, name))


def _amounts_in(value: Any) -> Iterator[Money]:
    if isinstance(value, Money):
        yield value
    elif isinstance(value, BaseModel):
        yield from _amounts(value)
    elif isinstance(value, list):
        for each in value:  # pyright: ignore[reportUnknownVariableType]
            yield from _amounts_in(each)


def _mid_period(plan: Plan) -> None:
    if plan.mid_period is None and not _begins(plan):
        raise PydanticCustomError(
            "mid-period",
            "a version that starts inside a payout period or a window says mid_period: "
            "split (windows start anew) or carry (windows go on)",
        )


def windows(plan: Plan) -> set[str]:
    """The kinds of windows that a plan counts in."""
    found = {"month"}
    for part in (*plan.components, *plan.gates):
        found |= {getattr(part, "window", "month")} - {"deal"}
        cap = getattr(part, "cap", None)
        limit = getattr(part, "limit", None)
        pool = getattr(part, "pool", None)
        found |= {bound.per for bound in (cap, limit, pool) if bound is not None} - {"deal"}
    return found | {quota.per for quota in plan.quotas}


def _begins(plan: Plan) -> bool:
    """Whether the plan's first day begins the payout period and every window it counts in."""
    day, first = plan.effective_from, plan.year_starts
    return all(window_begins(day, window, first) for window in windows(plan))


def _dangling(plan: Plan) -> None:
    """Refuse a part that names another which is not there, or is of a kind it cannot name."""
    kinds = {part.id: part.kind for part in plan.components}
    for part, allowed in _appliers(plan):
        for name in part.applies_to:
            if kinds.get(name) not in allowed:
                raise PydanticCustomError(
                    "unknown-component",
                    "{part} applies to {name}, which is no {kinds} of this plan",
                    {"part": part.id, "name": name, "kinds": " or ".join(allowed)},
                )
    measures, quotas = {part.id for part in plan.measures}, {part.id for part in plan.quotas}
    for quota in plan.quotas:
        _known("measure", quota.measure, measures, quota.id)
    for owner, name in _quotas_named(plan):
        _known("quota", name, quotas, owner)


def _known(what: str, name: str, among: Iterable[str], owner: str) -> None:
    if name not in among:
        raise PydanticCustomError(
            "unknown-name",
            "{owner} names the {what} {name}, which this plan does not have",
            {"owner": owner, "what": what, "name": name},
        )


_PAYING: Final = (*OF_DEALS, "points", "award", "bonus", "scorecard")


def _appliers(plan: Plan) -> Iterator[tuple[Any, tuple[str, ...]]]:
    """Every part with `applies_to`, and the kinds of components it can apply to."""
    for part in plan.components:
        if part.kind == "clawback":
            yield part, ("commission", "matrix")
        elif part.kind in ("ceiling", "guarantee"):
            yield part, _PAYING
    yield from ((gate, _PAYING) for gate in plan.gates)
    yield from ((part, _PAYING) for part in plan.coefficients)
    yield from ((part, OF_DEALS) for part in plan.instalments)
    if plan.payment is not None and plan.payment.holdback is not None:
        yield plan.payment.holdback, (*OF_DEALS, "award")


def _quotas_named(plan: Plan) -> Iterator[tuple[str, str]]:
    """Every naming of a quota: by whom, which."""
    for part in (*plan.components, *plan.gates):
        name = getattr(part, "quota", None)
        if name is not None:
            yield part.id, name
        for card in getattr(part, "cards", ()):
            yield part.id, card.quota
            if card.needs is not None:
                yield part.id, card.needs
