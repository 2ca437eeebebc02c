"""What a plan reads of deals and people: its conditions, the axes of its matrices, its quotas.

Checked with the attributes that the plan declares, so that nothing is asked which no deal can say.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pydantic_core import PydanticCustomError

from schemas.expressions import BadCondition, Condition, Kind, parsed
from schemas.expressions.reading import may_be_declared
from schemas.plans.deals import MatrixCommission, Tiered
from schemas.plans.tables import Axis
from schemas.plans.targets import Measure, Scorecard
from schemas.slips import Found, Place

if TYPE_CHECKING:
    from schemas.plans.plan import Plan

FIGURES: Final = frozenset({"amount", "term", "attainment"})
"""What an axis of a matrix reads as a figure."""
WORDS: Final = frozenset({"product", "customer type"})
"""What an axis of a matrix reads as words."""


def conditions(plan: "Plan") -> Iterator[tuple[Place, str]]:
    """Every condition of a plan: its place and its text."""
    for group in ("components", "measures"):
        for number, part in enumerate(getattr(plan, group)):
            where = getattr(part, "where", None)
            if where is not None:
                yield (group, number, "where"), where


def kinds_of(plan: "Plan") -> dict[str, Kind]:
    """The attributes a plan declares, by name, with what their values are."""
    return {name: Kind(kind) for name, kind in plan.attributes.items()}


@lru_cache(maxsize=1024)
def condition(text: str, attributes: frozenset[tuple[str, Kind]]) -> Condition:
    """The condition that a text says of deals with these attributes. Raises `BadCondition`."""
    return parsed(text, dict(attributes))


def read(plan: "Plan") -> Found:
    """Conditions and axes that ask for what no deal of the plan can say."""
    kinds = kinds_of(plan)
    yield from unreadable(kinds, conditions(plan))
    kinds = {name: kind for name, kind in kinds.items() if may_be_declared(name, kind)}
    for number, part in enumerate(plan.components):
        if isinstance(part, MatrixCommission):
            for place, error in _matrix(part, kinds):
                yield ("components", number, *place), error


def unreadable(kinds: Mapping[str, Kind], texts: Iterable[tuple[Place, str]]) -> Found:
    """Attributes that cannot be called so, and conditions that cannot be read with the others."""
    good = {name: kind for name, kind in kinds.items() if may_be_declared(name, kind)}
    for name in [name for name in kinds if name not in good]:
        yield (
            ("attributes", name),
            PydanticCustomError(
                "bad-attribute",
                "no attribute can be called {name}: it is a field or a word of the language",
                {"name": name},
            ),
        )
    for place, text in texts:
        try:
            condition(text, frozenset(good.items()))
        except BadCondition as bad:
            yield place, bad


def _matrix(part: MatrixCommission, kinds: dict[str, Kind]) -> Found:
    attained = "attainment" in (part.table.rows.by, part.table.columns.by)
    if attained != (part.quota is not None):
        said = "names its `quota`" if attained else "has no `quota`: no axis is by attainment"
        yield (
            ("quota",),
            PydanticCustomError("bad-table", "this matrix {said}", {"said": said}),
        )
    for side, axis in (("rows", part.table.rows), ("columns", part.table.columns)):
        error = _axis(axis, kinds)
        if error is not None:
            yield ("table", side, "by"), error


def _axis(axis: Axis, kinds: dict[str, Kind]) -> PydanticCustomError | None:
    """Why an axis cannot be looked up, if it cannot."""
    figures = FIGURES | {name for name in kinds if kinds[name] in (Kind.NUMBER, Kind.RATE)}
    words = WORDS | {name for name in kinds if kinds[name] is Kind.TEXT}
    if axis.by not in figures | words:
        return PydanticCustomError(
            "bad-table",
            "an axis is by one of {known}, or an attribute declared as text, number or rate; not "
            "by {by}",
            {"known": ", ".join(sorted(figures | words)), "by": axis.by},
        )
    if (axis.starts is not None) != (axis.by in figures):
        rows = "figures (`from`)" if axis.by in figures else "words (`of`)"
        return PydanticCustomError(
            "bad-table", "an axis by {by} has rows of {rows}", {"by": axis.by, "rows": rows}
        )
    return None


def measured(plan: "Plan") -> Found:
    """Quotas that do not fit their measure, and what is read from them."""
    measures = {part.id: part for part in plan.measures}
    for number, quota in enumerate(plan.quotas):
        measure = measures.get(quota.measure)
        if measure is None:
            continue
        of_money = measure.of in ("value", "cash")
        if (quota.amount is not None) != of_money:
            wanted = "an `amount`" if of_money else "a `count`"
            yield (
                ("quotas", number),
                PydanticCustomError(
                    "bad-quota",
                    "a quota of a measure of {of} has {wanted}",
                    {"of": measure.of, "wanted": wanted},
                ),
            )
        if quota.lower_is_better and measure.of != "metric":
            yield (
                ("quotas", number, "lower_is_better"),
                PydanticCustomError("bad-quota", "less is better only of a reported metric"),
            )
    of_quotas = {quota.id: measures.get(quota.measure) for quota in plan.quotas}
    for number, part in enumerate(plan.components):
        if isinstance(part, Tiered) and part.quota is not None:
            counts = plan.counts_what_it_pays(part)
            for place, error in _tiers(part, of_quotas.get(part.quota), counts=counts):
                yield ("components", number, *place), error
        if isinstance(part, Scorecard):
            for place, error in _cards(part):
                yield ("components", number, *place), error


def _tiers(part: Tiered, measure: Measure | None, *, counts: bool) -> Found:
    """A table by attainment: of value; its slices are those of deals only if it counts those."""
    if measure is None:
        return
    if measure.of != "value":
        yield (
            ("quota",),
            PydanticCustomError(
                "bad-table", "tiers by attainment read a quota of a measure of value"
            ),
        )
    elif part.table.mode == "marginal" and not counts:
        yield (
            ("table", "mode"),
            PydanticCustomError(
                "bad-table",
                "marginal tiers by attainment pay for what their measure counts: say the same "
                "credits, source and where in both, or mode: retroactive",
            ),
        )


def _cards(part: Scorecard) -> Found:
    quotas = [card.quota for card in part.cards]
    for number, card in enumerate(part.cards):
        others = [quota for place, quota in enumerate(quotas) if place != number]
        if card.needs is not None and card.needs not in others:
            yield (
                ("cards", number, "needs"),
                PydanticCustomError(
                    "bad-scorecard", "`needs` names the quota of another card of the scorecard"
                ),
            )
