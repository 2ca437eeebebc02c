"""What a component is multiplied by for a payee, with the figure that says so."""

from fractions import Fraction

from engine.coefficients import figure_of_month
from engine.explanations.asked import Asked
from engine.explanations.words import month_name, percent
from engine.reasons import Reason
from engine.rulebook import Version
from schemas.plans import Coefficient
from schemas.rates import figure_text


def applies(asked: Asked) -> bool:
    """Whether any coefficient scales the line's component."""
    return any(asked.part.id in each.applies_to for each in asked.plan.coefficients)


def scale(asked: Asked) -> Fraction:
    """The product of the coefficients of a line."""
    return scale_of(asked, asked.version, asked.part.id, asked.dated)


def scale_of(asked: Asked, version: Version, component: str, month: int) -> Fraction:
    """The product of the coefficients on a component of a version, in a month, for the payee."""
    product = Fraction(1)
    for part in version.plan.coefficients:
        if component in part.applies_to:
            product *= _times(part, _figure(asked, part, month))
    return product


def coefficient_reasons(asked: Asked, component: str | None = None) -> tuple[Reason, ...]:
    """A reason for each coefficient on the line's component."""
    name = component or asked.part.id
    return tuple(
        _reason(asked, part) for part in asked.plan.coefficients if name in part.applies_to
    )


def _reason(asked: Asked, part: Coefficient) -> Reason:
    figure, month = _figure(asked, part, asked.dated), month_name(asked.dated)
    told = f"{part.metric} of {asked.payee} is {figure_text(figure or Fraction(0))} in {month}"
    if figure is None:
        told = f"no {part.metric} is reported for {month}, and {figure_text(part.missing)} holds"
    return Reason(f"Coefficient {part.id}: {percent(_times(part, figure))}, as {told}")


def _figure(asked: Asked, part: Coefficient, month: int) -> Fraction | None:
    figures = asked.world.people.figures.get((asked.payee, part.metric), ())
    return figure_of_month(figures, month, asked.zone)


def _times(part: Coefficient, figure: Fraction | None) -> Fraction:
    held = max(Fraction(0), part.missing if figure is None else figure)
    return next(row.times for row in reversed(part.rows) if row.starts <= held)
