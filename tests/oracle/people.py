"""People: when they take part in a plan, when they were away, who is above whom."""

from datetime import UTC, date, datetime, timedelta

from tests.oracle.facts import Fact
from tests.oracle.months import day_of, instant, months_between
from tests.oracle.plans import Version, covers
from tests.oracle.windows import Window
from tests.oracle.world import World

FOREVER = datetime.max.replace(tzinfo=UTC)
Span = tuple[datetime, datetime]


def absence(world: World, payee: str) -> Span | None:
    """From the last `payee-left` to the first enrolment after it."""
    left = world.of("payee-left", payee)
    if not left:
        return None
    returned = [f.at for f in world.of("payee-enrolled", payee) if f.at > left[-1].at]
    return left[-1].at, min(returned, default=FOREVER)


def is_away(world: World, payee: str, at: datetime) -> bool:
    """Whether an instant lies in the payee's absence."""
    away = absence(world, payee)
    return away is not None and away[0] <= at < away[1]


def stays(world: World, payee: str, plan: str) -> list[Span]:
    """The spans in which a payee takes part in a plan; those that meet are one.

    From max(first enrolment, start of an assignment) to min(end of the assignment, `payee-left`),
    half-open; without assignments the default plan from the first enrolment. A payee never enrolled
    but assigned takes part from the assignment.
    """
    enrolled = [fact.at for fact in world.of("payee-enrolled", payee)]
    assigned = [f for f in world.rules.assignments if f.data["payee"] == payee]
    if not enrolled and not assigned:
        return []
    edges = set(enrolled[:1]) | set(absence(world, payee) or ())
    for fact in assigned:
        edges |= {instant(fact.data[end]) for end in ("from", "to") if fact.data.get(end)}

    def takes_part(at: datetime) -> bool:
        here = not enrolled or at >= enrolled[0]
        return here and not is_away(world, payee, at) and world.rules.plan_for(payee, at) == plan

    spans: list[Span] = []
    ordered = sorted(edges)
    for starts, ends in zip(ordered, [*ordered[1:], FOREVER], strict=True):
        if starts < ends and takes_part(starts):
            if spans and spans[-1][1] == starts:
                spans[-1] = (spans[-1][0], ends)
            else:
                spans.append((starts, ends))
    return spans


def start(world: World, payee: str, version: Version) -> datetime | None:
    """When a payee first took part in the plan of a version."""
    return next((span[0] for span in stays(world, payee, version.plan)), None)


def month_number(world: World, payee: str, version: Version, month: str) -> int | None:
    """The how-manieth month of a payee it is, the first being 0; None: they never took part."""
    started = start(world, payee, version)
    if started is None:
        return None
    local = day_of(started, version.zone)
    return max(0, months_between(f"{local.year:04}-{local.month:02}", month))


def days_taken_part(
    world: World, payee: str, version: Version, window: Window, *, first_day: bool = True
) -> set[date]:
    """The local days of a window on which a payee takes part in the plan.

    The day something starts counts; the day somebody left or an assignment ends does not.
    Without `first_day` the first day of a stay is left out.
    """
    days: set[date] = set()
    for starts, ends in stays(world, payee, version.plan):
        first, last = day_of(starts, version.zone), min(ends, window.ends)
        until = day_of(last, version.zone)
        if first < until and not first_day:
            first += timedelta(days=1)
        day = max(first, day_of(window.starts, version.zone))
        while day < until:
            days.add(day)
            day += timedelta(days=1)
    return days


def manager_of(world: World, payee: str, at: datetime) -> str | None:
    """The manager of the position held at an instant, else that of the last enrolment."""
    positions = [f for f in world.of("payee-assigned", payee) if covers(f, at)]
    enrolments = [f for f in world.of("payee-enrolled", payee) if f.at <= at]
    for facts in (positions, enrolments):
        named = [fact.data["manager"] for fact in facts if fact.data.get("manager")]
        if named:
            return str(named[-1])
    return None


def managers_above(world: World, payee: str, at: datetime) -> list[str]:
    """The managers above a payee, nearest first; a person met again ends the way."""
    way = [payee]
    while (above := manager_of(world, way[-1], at)) is not None and above not in way:
        way.append(above)
    return way[1:]


def ground(world: World, payee: str, window: Window) -> Fact | None:
    """Why a payee has pay for a window: the last assignment that starts in time, or enrolment."""
    assigned = [
        f
        for f in world.rules.assignments
        if f.data["payee"] == payee and instant(f.data["from"]) < window.ends
    ]
    enrolled = [f for f in world.of("payee-enrolled", payee)[:1] if f.at < window.ends]
    return next(iter(assigned[-1:] + enrolled), None)
