"""Terms of payment: which version of a plan says how a payee's lines become cash at a close.

They are those in force for the payee at the last instant of the period; of a payee who left before
its end, at the last instant before that. Who is under no version then, or under one that says
nothing of payment, is paid everything.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from engine.allocation import rounded
from engine.attendance import AFTER_ALL_TIME, Attendance
from engine.ground import Ground
from engine.own_amounts import amount_of
from engine.rulebook import Version
from engine.world import World
from engine.zones import period_end
from schemas.calendar import PayoutPeriod
from schemas.plans import Draw, Payment
from schemas.recorded import instant


@dataclass(frozen=True, slots=True)
class Level:
    """A draw as it is in one period: the amount paid ahead, and how it is recovered."""

    draw: Draw
    amount: int
    recovers: bool


@dataclass(frozen=True, slots=True)
class Terms:
    """How the lines of one payee become cash at the close of a period.

    `left` is when the payee left and the order of the fact that says so; who left has no `level`.
    """

    version: Version
    payment: Payment
    ends: int  # the first instant after the period, microseconds UTC
    left: tuple[int, int] | None
    level: Level | None


def payment_terms(world: World, period: int, payees: Iterable[str]) -> Mapping[str, Terms]:
    """The terms of some payees, and of all who are enrolled or assigned, at a period's close.

    Those who have none are left out.
    """
    versions = [version for version in world.rules.named.values() if version.plan.payment]
    if not versions:
        return {}
    levels = _Levels(world, period)
    told: dict[str, Terms] = {}
    for payee in sorted({*payees, *world.people.joined, *world.people.assigned}):
        version = version_at_close(world, payee, period, versions)
        if version is None or version.plan.payment is None:
            continue
        ends = period_end(period, version.plan.zone)
        left = left_before(world, payee, ends)
        level = None if left is not None else levels.of(payee, version)
        told[payee] = Terms(version, version.plan.payment, ends, left, level)
    return told


def first_paid(lines: pl.DataFrame, world: World, through: int | None = None) -> int | None:
    """The first period in which money moves: the first of `lines`, or of a draw before them.

    Without lines, draws are looked for up to and with `through`, else in their first month alone.
    """
    lowest = lines["period"].min()
    line = None if lowest is None else int(str(lowest))
    drawn = _first_start(world)
    if drawn is None:
        return line
    until = line if line is not None else (drawn if through is None else through) + 1
    return next((period for period in range(drawn, until) if _is_drawn(world, period)), line)


def _first_start(world: World) -> int | None:
    """The first period in which somebody may be under a version with a draw."""
    versions = [
        version
        for version in world.rules.named.values()
        if version.plan.payment is not None and version.plan.payment.draw is not None
    ]
    joined = [at for at, _ in world.people.joined.values()]
    assigned = [at for spans in world.people.assigned.values() for at, _ in spans]
    if not versions or not (joined or assigned):
        return None
    first = min(versions, key=lambda version: version.starts)
    at = max(first.starts, min(joined + assigned))
    return PayoutPeriod.of(instant(at).astimezone(first.plan.zone)).number


def _is_drawn(world: World, period: int) -> bool:
    told = payment_terms(world, period, ())
    return any(terms.level is not None and terms.level.amount > 0 for terms in told.values())


def left_before(world: World, payee: str, ends: int) -> tuple[int, int] | None:
    """When a payee left who is away just before an instant, and the order of that fact."""
    left = world.people.left.get(payee)
    back = world.people.returned.get(payee, AFTER_ALL_TIME)
    return left if left is not None and left[0] < ends <= back else None


def version_at_close(
    world: World, payee: str, period: int, versions: Iterable[Version]
) -> Version | None:
    """The version whose terms of payment hold for a payee at the close of a period.

    The end of a period is that of the version's own zone; of versions in several zones that would
    do, the first by name of the zone.
    """
    for zone in sorted({version.plan.time_zone: version.plan.zone for version in versions}.items()):
        ends = period_end(period, zone[1])
        left = left_before(world, payee, ends)
        found = world.rules.version_at(payee, (ends if left is None else left[0]) - 1)
        if found is not None and found.plan.time_zone == zone[0]:
            return found
    return None


class _Levels:
    """The draws of one period, with the attendance that each version's are counted by."""

    def __init__(self, world: World, period: int) -> None:
        self.world, self.period = world, period
        self.attendances: dict[str, Attendance] = {}

    def of(self, payee: str, version: Version) -> Level | None:
        """The draw of a payee who is under a version, None where it has none."""
        draw = version.plan.payment.draw if version.plan.payment else None
        if draw is None:
            return None
        attendance = self._attendance(version)
        month = attendance.months_since_start(payee, self.period) or 0
        part = self._part(attendance, payee, draw)
        over = draw.months is not None and month >= draw.months
        whole = amount_of(attendance, payee, self.period, draw.amount, draw.own)
        amount = 0 if over else rounded(whole * part, version.plan.rounding)
        return Level(draw, amount, recovers=month + 1 >= draw.recovered_from)

    def _part(self, attendance: Attendance, payee: str, draw: Draw) -> Fraction:
        """The part of the draw that a payee has for their days under the plan."""
        plan = attendance.version.plan
        window = attendance.window("month", plan.window_of(self.period, "month"))
        part = attendance.part(payee, window)
        return part if draw.prorate == "days" else Fraction(part > 0)

    def _attendance(self, version: Version) -> Attendance:
        name = version.plan.name
        if name not in self.attendances:
            ground = Ground(world=self.world, versions=[version], through=self.period)
            self.attendances[name] = Attendance(ground, version)
        return self.attendances[name]
