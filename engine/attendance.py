"""Attendance: when a payee takes part under a plan, in local days and in the windows they cut.

A payee takes part from their enrolment, or the start of an assignment, until the assignment ends or
they leave. Days are calendar dates of the plan's zone: the day something starts counts, the day it
ends does not. A version that splits its windows off from those before sees its own side alone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from zoneinfo import ZoneInfo

from engine.ground import Ground
from engine.people import People
from engine.rulebook import BEFORE_ALL_TIME, Rulebook, Version
from schemas.calendar import PayoutPeriod
from schemas.plans import MONTHS_OF, Plan
from schemas.recorded import instant, microseconds

AFTER_ALL_TIME = 2**62
Days = tuple[date, date]
"""Calendar dates from the first to the day after the last."""
Stretch = tuple[int, int]
"""Instants in microseconds UTC, half-open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A calendar window of a plan, or what a split leaves of it.

    `first` and `last` are payout periods; `days` its local dates, of `length` that a whole one has.
    `ends` is the first instant after it (microseconds UTC).
    """

    kind: str
    number: int
    first: int
    last: int
    days: Days
    length: int
    ends: int

    @property
    def months(self) -> range:
        """Its payout periods."""
        return range(self.first, self.last + 1)


@dataclass(frozen=True)
class Attendance:
    """When payees take part under one version of a plan, and the versions it shares windows with.

    Windows run over the versions of a plan between two splits: its *run*.
    """

    ground: Ground
    version: Version

    @cached_property
    def run(self) -> Stretch:
        """The instants between two splits in which the windows of the version lie."""
        versions = self._rules.versions[self.version.plan.plan]
        later = [v.runs_from for v in versions if v.runs_from > self.version.runs_from]
        return self.version.runs_from, min(later, default=AFTER_ALL_TIME)

    @cached_property
    def names(self) -> Sequence[str]:
        """The versions of the run: what is dated under any of them counts."""
        return [version.plan.name for version in self._versions]

    @cached_property
    def names_in_currency(self) -> Sequence[str]:
        """Those of the run that pay in the currency of this one."""
        currency = self.version.plan.currency
        return [v.plan.name for v in self._versions if v.plan.currency == currency]

    @property
    def _versions(self) -> Iterator[Version]:
        for version in self._rules.versions[self.version.plan.plan]:
            if version.runs_from == self.version.runs_from:
                yield version

    def window(self, kind: str, number: int) -> Window:
        """A window by its number (`Plan.window_of`), cut to the run. Only for windows in it."""
        plan, (since, until) = self.version.plan, self.run
        first = number * MONTHS_OF[kind] + plan.year_starts - 1
        starts = PayoutPeriod(first).first_day
        ends = PayoutPeriod(first + MONTHS_OF[kind]).first_day
        run_starts, run_ends = _days((since, until), self._zone)
        cut_starts, cut_ends = max(starts, run_starts), min(ends, run_ends)
        over = PayoutPeriod(first + MONTHS_OF[kind]).start(self._zone)
        return Window(
            kind=kind,
            number=number,
            first=PayoutPeriod.of(cut_starts).number,
            last=_last_period(cut_ends),
            days=(cut_starts, cut_ends),
            length=(ends - starts).days,
            ends=min(microseconds(over), until),
        )

    def windows_since(self, period: int, kind: str) -> Iterator[Window]:
        """The windows of the run from one that holds a period up to the ground's horizon."""
        starts, ends = _days(self.run, self._zone)
        first = max(period, PayoutPeriod.of(starts).number)
        last = min(_last_period(ends), self.ground.through)
        window_of = self.version.plan.window_of
        for number in range(window_of(first, kind), window_of(last, kind) + 1):
            if first <= last:
                yield self.window(kind, number)

    def windows(self, payee: str, kind: str) -> Iterator[Window]:
        """The windows up to the ground's horizon in which a payee takes part a day or more."""
        plan, numbers = self.version.plan, set[int]()
        for starts, ends in self.days(payee):
            first = PayoutPeriod.of(starts).number
            last = min(_last_period(ends), self.ground.through)
            if starts < ends and first <= last:
                numbers |= set(range(plan.window_of(first, kind), plan.window_of(last, kind) + 1))
        return (self.window(kind, number) for number in sorted(numbers))

    def days(self, payee: str) -> Sequence[Days]:
        """The days under the plan on this side of its splits, in order."""
        return self._days_told.get(payee, ())

    def days_in(self, payee: str, days: Days, *, first_day: bool = True) -> int:
        """How many of some days a payee takes part, with the first day of each stay or without."""
        held = [(max(a, days[0]), min(b, days[1])) for a, b in self.days(payee)]
        taken = sum(max(0, (ends - starts).days) for starts, ends in held)
        if first_day:
            return taken
        return taken - sum(a <= first < b for first in self._firsts.get(payee, ()) for a, b in held)

    def part(self, payee: str, window: Window, *, first_day: bool = True) -> Fraction:
        """The part of a whole window that a payee takes part in: days over days."""
        return Fraction(self.days_in(payee, window.days, first_day=first_day), window.length)

    def months(self, payee: str, window: Window) -> Sequence[int]:
        """The payout periods of a window in which a payee takes part a day or more."""
        return [month for month in window.months if self.days_in(payee, _days_of(month))]

    def begins(self, payee: str, window: Window) -> int:
        """The payout period of a window in which the version and the payee's days have begun.

        Only for a window in which the payee takes part a day or more.
        """
        first = next(max(a, window.days[0]) for a, b in self.days(payee) if b > window.days[0])
        since = local_day(self.version.starts, self._zone)
        return PayoutPeriod.of(max(first, since)).number

    def start(self, payee: str) -> date | None:
        """The first day of taking part in the plan, None for somebody who never does."""
        return next(iter(self._firsts.get(payee, ())), None)

    def months_since_start(self, payee: str, month: int) -> int | None:
        """How many months a month comes after that of the payee's start; None without a start."""
        start = self.start(payee)
        return None if start is None else month - PayoutPeriod.of(start).number

    def pays(self, payee: str, window: Window) -> bool:
        """Whether the window is for this version to pay: in force at its last instant."""
        at_end = self._rules.version_at(payee, window.ends - 1)
        return at_end is not None and at_end.plan.name == self.version.plan.name

    @cached_property
    def payees(self) -> Sequence[str]:
        """Everybody who was enrolled or assigned, by name."""
        return sorted({*self._people.joined, *self._people.assigned})

    @cached_property
    def _days_told(self) -> Mapping[str, Sequence[Days]]:
        """Payee to the days under the plan on this side of its splits."""
        return {payee: list(self._cut(stays)) for payee, stays in self._stays.items()}

    def _cut(self, stays: Sequence[Stretch]) -> Iterator[Days]:
        since, until = self.run
        for starts, ends in stays:
            if max(starts, since) < min(ends, until):
                yield _days((max(starts, since), min(ends, until)), self._zone)

    @cached_property
    def _firsts(self) -> Mapping[str, Sequence[date]]:
        """Payee to the first day of each stay."""
        return {
            payee: [local_day(starts, self._zone) for starts, _ in stays]
            for payee, stays in self._stays.items()
        }

    @cached_property
    def _stays(self) -> Mapping[str, Sequence[Stretch]]:
        """Payee to the instants at which they take part in the plan, whatever the version."""
        return {payee: self._present(payee) for payee in self.payees}

    def _present(self, payee: str) -> Sequence[Stretch]:
        joined = self._people.joined.get(payee, (BEFORE_ALL_TIME, 0))[0]
        under = plan_stretches(self._rules, payee, self.version.plan.plan)
        present = [(max(starts, joined), ends) for starts, ends in under]
        here = [part for each in present for part in _without(each, self._absence(payee))]
        return _joined(here)

    def _absence(self, payee: str) -> Stretch:
        """From leaving until a later enrolment; empty for who never left."""
        if payee not in self._people.left:
            return AFTER_ALL_TIME, AFTER_ALL_TIME
        left = self._people.left[payee][0]
        return left, self._people.returned.get(payee, AFTER_ALL_TIME)

    @property
    def _rules(self) -> Rulebook:
        return self.ground.world.rules

    @property
    def _people(self) -> People:
        return self.ground.world.people

    @property
    def _zone(self) -> ZoneInfo:
        return self.ground.zone


def plan_stretches(rules: Rulebook, payee: str, plan: str) -> Sequence[Stretch]:
    """The instants at which a payee is assigned to a plan; with no assignment to the default one.

    Where assignments overlap the last in order of effect holds.
    """
    spans = rules.spans.get(payee)
    if spans is None:
        return [(BEFORE_ALL_TIME, AFTER_ALL_TIME)] if rules.default_plan == plan else []
    held: list[Stretch] = []
    for span in spans:
        taken = (span.starts, AFTER_ALL_TIME if span.ends is None else span.ends)
        held = [part for stretch in held for part in _without(stretch, taken)]
        if span.plan == plan:
            held.append(taken)
    return sorted(held)


def ground_of(people: People, payee: str, window: Window) -> int | None:
    """The fact by which a payee has lines of windows: the last assignment, else the enrolment."""
    assigned = [fact for starts, fact in people.assigned.get(payee, ()) if starts < window.ends]
    if assigned:
        return assigned[-1]
    joined = people.joined.get(payee)
    return joined[1] if joined is not None and joined[0] < window.ends else None


def window_name(plan: Plan, window: Window) -> str:
    """The name of a window: `2026-03`, `2026-Q1`, `2026`, by the fiscal year that holds it."""
    if window.kind == "month":
        return str(PayoutPeriod(window.number + plan.year_starts - 1))
    if window.kind == "quarter":
        return f"{window.number // 4:04d}-Q{window.number % 4 + 1}"
    return f"{window.number:04d}"


def _without(stretch: Stretch, gone: Stretch) -> Iterator[Stretch]:
    """What is left of a stretch without another."""
    (starts, ends), (since, until) = stretch, gone
    for part in ((starts, min(ends, since)), (max(starts, until), ends)):
        if part[0] < part[1]:
            yield part


def _joined(stretches: Iterable[Stretch]) -> Sequence[Stretch]:
    """Stretches in order, those that meet as one."""
    whole: list[Stretch] = []
    for starts, ends in sorted(stretches):
        if whole and whole[-1][1] == starts:
            whole[-1] = (whole[-1][0], ends)
        elif starts < ends:
            whole.append((starts, ends))
    return whole


def _days(stretch: Stretch, zone: ZoneInfo) -> Days:
    starts, ends = stretch
    first = date.min if starts == BEFORE_ALL_TIME else local_day(starts, zone)
    return first, date.max if ends == AFTER_ALL_TIME else local_day(ends, zone)


def _days_of(month: int) -> Days:
    return PayoutPeriod(month).first_day, PayoutPeriod(month).following.first_day


def local_day(at: int, zone: ZoneInfo) -> date:
    """The local date of an instant."""
    return instant(at).astimezone(zone).date()


def _last_period(ends: date) -> int:
    """The payout period of the day before a date."""
    return PayoutPeriod.of(date.fromordinal(ends.toordinal() - 1)).number
