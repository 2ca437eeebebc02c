"""How the parts of a plan hold together: every slip, with its place in the document.

A part is checked by itself where it is defined; here is what takes the whole plan to see. Each
check yields all that it finds; the plan refuses the first, a linter tells all of them.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel
from pydantic_core import PydanticCustomError

from schemas.currencies import DIGITS
from schemas.plans.reading import measured, read
from schemas.plans.windows import window_begins, windows
from schemas.slips import Found, Place, Slip, named_twice
from schemas.values import Money, minor_units

if TYPE_CHECKING:
    from schemas.plans.plan import Plan

OF_DEALS: Final = ("commission", "tiered", "matrix", "override", "overlay", "spiff", "flat")
"""Kinds of components whose lines belong to a deal's layers."""
_PAYING: Final = (*OF_DEALS, "points", "award", "bonus", "scorecard")


def slips(plan: "Plan") -> Iterator[Slip]:
    """Everything that does not hold together, in the order in which it is looked for."""
    if plan.currency not in DIGITS:
        error = PydanticCustomError("unknown-currency", "currency is a current ISO 4217 code")
        yield Slip(("currency",), error)
        return
    for check in (_twice, _other_currency, _mid_period, _dangling, measured, read, _expected):
        yield from (Slip(place, error) for place, error in check(plan))


def _named(plan: "Plan") -> Iterator[tuple[Place, str]]:
    """Every part of those that share one space of names: its place and its id."""
    for group in ("components", "gates", "instalments", "coefficients"):
        for number, part in enumerate(getattr(plan, group)):
            yield (group, number), part.id
    if plan.payment is not None and plan.payment.holdback is not None:
        yield ("payment", "holdback"), plan.payment.holdback.id


def _twice(plan: "Plan") -> Found:
    yield from named_twice(_named(plan))
    for group in ("measures", "quotas"):
        parts = enumerate(getattr(plan, group))
        yield from named_twice(((group, number), part.id) for number, part in parts)


def _other_currency(plan: "Plan") -> Found:
    for place, money in _amounts((), plan):
        if money.currency != plan.currency:
            yield (
                place,
                PydanticCustomError(
                    "mixed-currency", "every amount of a plan is in the plan's currency"
                ),
            )
    for code, rate in (plan.exchange or {}).items():
        if code == plan.currency or code not in DIGITS or rate <= 0:
            yield (
                ("exchange", code),
                PydanticCustomError(
                    "bad-exchange",
                    "plan rates are above zero, of ISO 4217 codes other than the plan's",
                ),
            )


def _amounts(place: Place, value: Any) -> Iterator[tuple[Place, Money]]:
    """Every amount of money anywhere in a part, with its place."""
    if isinstance(value, Money):
        yield place, value
    elif isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            yield from _amounts((*place, field.alias or name), getattr(value, name))
    elif isinstance(value, list):
        for number, each in enumerate(value):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
            yield from _amounts((*place, number), each)


def _mid_period(plan: "Plan") -> Found:
    day, first = plan.effective_from, plan.year_starts
    begins = all(window_begins(day, window, first) for window in windows(plan))
    if plan.mid_period is None and not begins:
        yield (
            ("mid_period",),
            PydanticCustomError(
                "mid-period",
                "a version that starts inside a payout period or a window says mid_period: "
                "split (windows start anew) or carry (windows go on)",
            ),
        )


def _dangling(plan: "Plan") -> Found:
    """A part that names another which is not there, or is of a kind it cannot name."""
    kinds = {part.id: part.kind for part in plan.components}
    for place, part, allowed in _appliers(plan):
        for number, name in enumerate(part.applies_to):
            if kinds.get(name) not in allowed:
                yield (
                    (*place, "applies_to", number),
                    PydanticCustomError(
                        "unknown-component",
                        "{part} applies to {name}, which is no {kinds} of this plan",
                        {"part": part.id, "name": name, "kinds": " or ".join(allowed)},
                    ),
                )
    measures, quotas = {part.id for part in plan.measures}, {part.id for part in plan.quotas}
    for number, quota in enumerate(plan.quotas):
        if quota.measure not in measures:
            yield ("quotas", number, "measure"), _unknown("measure", quota.measure, quota.id)
    for place, owner, name in quotas_named(plan):
        if name not in quotas:
            yield place, _unknown("quota", name, owner)


def _unknown(what: str, name: str, owner: str) -> PydanticCustomError:
    return PydanticCustomError(
        "unknown-name",
        "{owner} names the {what} {name}, which this plan does not have",
        {"owner": owner, "what": what, "name": name},
    )


def _appliers(plan: "Plan") -> Iterator[tuple[Place, Any, tuple[str, ...]]]:
    """Every part with `applies_to`, its place, and the kinds of components it can apply to."""
    for number, part in enumerate(plan.components):
        if part.kind == "clawback":
            yield ("components", number), part, ("commission", "matrix")
        elif part.kind in ("ceiling", "guarantee"):
            yield ("components", number), part, _PAYING
    groups = (("gates", _PAYING), ("coefficients", _PAYING), ("instalments", OF_DEALS))
    for group, allowed in groups:
        for number, part in enumerate(getattr(plan, group)):
            yield (group, number), part, allowed
    if plan.payment is not None and plan.payment.holdback is not None:
        yield ("payment", "holdback"), plan.payment.holdback, (*OF_DEALS, "award")


def quotas_named(plan: "Plan") -> Iterator[tuple[Place, str, str]]:
    """Every naming of a quota: where, by whom, which."""
    for group in ("components", "gates"):
        for number, part in enumerate(getattr(plan, group)):
            for place, name in _quotas_of(part):
                yield (group, number, *place), part.id, name


def _quotas_of(part: Any) -> Iterator[tuple[Place, str]]:
    if (name := getattr(part, "quota", None)) is not None:
        yield ("quota",), name
    for number, card in enumerate(getattr(part, "cards", ())):
        yield ("cards", number, "quota"), card.quota
        if card.needs is not None:
            yield ("cards", number, "needs"), card.needs


def _expected(plan: "Plan") -> Found:
    """An amount that an example expects and the currency cannot hold."""
    for place, amount in _amounts_expected(plan):
        try:
            minor_units(amount, plan.currency)
        except PydanticCustomError as bad:
            yield place, bad


def _amounts_expected(plan: "Plan") -> Iterator[tuple[Place, str]]:
    for number, example in enumerate(plan.examples):
        for each, line in enumerate(example.expect):
            yield ("examples", number, "expect", each, "amount"), line.amount
        for each, balance in enumerate(example.balances):
            for name, amount in balance.told.items():
                yield ("examples", number, "balances", each, name), amount
