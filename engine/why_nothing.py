"""Why nothing: what each step of a component that applies leaves of a line, and which takes all.

Also for components that pay for a window and not for a deal: asked by payee, component and period.
"""

from engine.attendance import Attendance, ground_of, window_name
from engine.explanations import worth
from engine.explanations.asked import Asked, Books
from engine.explanations.words import money, month_name
from engine.reasons import Reason
from engine.rulebook import Version
from engine.world import World
from engine.zones import period_end
from schemas.calendar import PayoutPeriod
from schemas.plans import Bonus, Ceiling, Component, Guarantee, Scorecard

OfWindows = Bonus | Scorecard | Guarantee | Ceiling


def why_nothing(asked: Asked) -> tuple[Reason, ...]:
    """What a line comes to in the books' last period, with every step, the last a verdict."""
    told = worth(asked, asked.ground.through)
    end = f"as at the end of {month_name(asked.ground.through)}"
    verdict = f"It comes to {money(told.amount, asked.currency)} {end}"
    if not told.reasons:
        verdict = f"No: {asked.part.id} entitles {asked.payee} to nothing {end}"
    elif told.amount == 0:
        verdict = f"No: it comes to nothing {end}"
    return (*told.reasons, Reason(verdict))


def why_not_in(payee: str, component: str, period: PayoutPeriod, world: World) -> Reason:
    """What a component says about a payee in a period: days under the plan, quota, amount."""
    text = f"What {payee} is paid for {component} in {period}"
    return Reason(text, (), _of_period(payee, component, period.number, world))


def _of_period(payee: str, component: str, period: int, world: World) -> tuple[Reason, ...]:
    version = world.rules.version_at(payee, period_end(period, world.rules.zone) - 1)
    if version is None:
        return (Reason(f"No: {payee} is under no plan at the end of {month_name(period)}"),)
    part = next((each for each in version.plan.components if each.id == component), None)
    if part is None:
        return (Reason(f"No: plan {version.plan.name} has no component {component}"),)
    if not isinstance(part, OfWindows):
        ask = f"evenhand explain --payee {payee} --deal DEAL"
        return (Reason(f"{component} pays for deals, leads or touches; ask by deal: {ask}"),)
    rule = Reason(f"The rule: plan {version.plan.name}, component {component}")
    return (rule, *_of_window(payee, (version, part), period, world))


def _of_window(
    payee: str, of: tuple[Version, OfWindows], period: int, world: World
) -> tuple[Reason, ...]:
    version, part = of
    plan, books = version.plan, Books.of(world, version, period)
    attendance = Attendance(books.ground, version)
    window = attendance.window(part.window, plan.window_of(period, part.window))
    name = window_name(plan, window)
    ground = ground_of(world.people, payee, window)
    if ground is None:
        why = f"No: {payee} is neither enrolled nor assigned to a plan before the end of {name}"
        return (Reason(why),)
    if not attendance.pays(payee, window):
        return (Reason(f"No: another version pays for {name}: that in force at its end"),)
    if not isinstance(part, Ceiling) and not attendance.days_in(payee, window.days):
        return (Reason(f"No: {payee} is under the plan on no day of {name}"),)
    months = attendance.months_since_start(payee, window.first)
    if isinstance(part, Guarantee) and part.months is not None and (months or 0) >= part.months:
        return (Reason(f"No: it is for the first {part.months} months of {payee} alone"),)
    if _waits(part) and period < window.last:
        return (Reason(f"No: it is paid with the last month of {name}"),)
    source, id_ = books.named(ground)
    line = {
        "payee": payee,
        "subject": f"window/{name}",
        "deal": None,
        "fact_source": source,
        "fact_id": id_,
        "component": part.id,
        "source": None,
        "role": None,
        "plan": plan.name,
        "currency": plan.currency,
        "dated": window.last,
    }
    return why_nothing(Asked(line, books, version, part))


def _waits(part: Component) -> bool:
    """Whether nothing is paid before the last month of the window."""
    if isinstance(part, Bonus | Scorecard):
        return part.paid == "at-end"
    return isinstance(part, Guarantee)
