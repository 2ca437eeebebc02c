"""The rules in force: plan versions, who is paid under which, rates of exchange, who is enrolled.

Built from decisions and from facts about people in order of effect. The frames it hands to the
kernel are small: a version, a span or a rate a row.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from zoneinfo import ZoneInfo

import polars as pl

from engine.facts import RuleFact
from schemas.calendar import midnight
from schemas.events.decisions import PlanAssigned, PlanPublished, RateOfExchangePublished
from schemas.events.people import PayeeEnrolled
from schemas.plans import Plan
from schemas.recorded import microseconds

BEFORE_ALL_TIME = -(2**62)
UTC_ZONE = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a plan, in force from `starts` (microseconds UTC) on.

    `runs_from` is the instant from which its windows count: the start of the last version, up to
    this one, that split its windows off from those before; else before all time.
    """

    plan: Plan
    starts: int
    source: str
    id: str
    runs_from: int = BEFORE_ALL_TIME


@dataclass(frozen=True, slots=True)
class Span:
    """A payee is paid under a plan, half-open; `ends` is None while it lasts."""

    plan: str
    starts: int
    ends: int | None


@dataclass(frozen=True)
class Rulebook:
    """All rules of a log prefix. Versions of a plan are sorted by (start, version number)."""

    versions: Mapping[str, Sequence[Version]] = field(default_factory=dict[str, Sequence[Version]])
    spans: Mapping[str, Sequence[Span]] = field(default_factory=dict[str, Sequence[Span]])
    rates: Mapping[tuple[str, str], Sequence[tuple[int, Fraction]]] = field(
        default_factory=dict[tuple[str, str], Sequence[tuple[int, Fraction]]]
    )
    enrolled: frozenset[str] = frozenset()
    zone: ZoneInfo = UTC_ZONE

    @property
    def default_plan(self) -> str | None:
        """The plan of payees without an assignment: the only one published."""
        return next(iter(self.versions)) if len(self.versions) == 1 else None

    def version_at(self, payee: str, at: int) -> Version | None:
        """The version a payee is paid under for a layer of that date, None if no plan tells."""
        plan = self._plan_at(payee, at)
        versions = self.versions.get(plan, ()) if plan is not None else ()
        place = bisect_right([version.starts for version in versions], at)
        return versions[place - 1] if place else None

    def rate_at(self, base: str, quote: str, at: int) -> Fraction | None:
        """What one unit of `base` is worth in units of `quote`, None if nobody has said."""
        if base == quote:
            return Fraction(1)
        rates = self.rates.get((base, quote), ())
        place = bisect_right([starts for starts, _ in rates], at)
        return rates[place - 1][1] if place else None

    def _plan_at(self, payee: str, at: int) -> str | None:
        spans = self.spans.get(payee)
        if spans is None:
            return self.default_plan
        current = [
            span for span in spans if span.starts <= at and (span.ends is None or at < span.ends)
        ]
        return current[-1].plan if current else None

    @cached_property
    def named(self) -> Mapping[str, Version]:
        """Every version by its name (`seed-4-2-5@1`)."""
        return {
            version.plan.name: version
            for versions in self.versions.values()
            for version in versions
        }

    @cached_property
    def spans_of_assigned(self) -> pl.DataFrame:
        """`version_spans` of everybody who was ever assigned to a plan, sorted by `since`."""
        return self.version_spans(self.spans).sort("since")

    def version_spans(self, payees: Iterable[str]) -> pl.DataFrame:
        """From when on a payee is paid under which version: `payee, since, plan` (null: none).

        One row a change; sorted by payee and `since`, for a backward as-of join on the date.
        """
        rows: list[tuple[str, int, str | None]] = []
        for payee in payees:
            for since in self._changes(payee):
                version = self.version_at(payee, since)
                rows.append((payee, since, None if version is None else version.plan.name))
        schema = {"payee": pl.String(), "since": pl.Int64(), "plan": pl.String()}
        return pl.DataFrame(rows, schema=schema, orient="row").sort("payee", "since")

    def _changes(self, payee: str) -> list[int]:
        """The instants at which the version of a payee may change."""
        spans = self.spans.get(payee, ())
        assigned: set[str | None] = {span.plan for span in spans}
        plans = assigned or {self.default_plan}
        bounds = {
            version.starts
            for plan in plans
            if plan is not None
            for version in self.versions.get(plan, ())
        }
        for span in spans:
            bounds.add(span.starts)
            if span.ends is not None:
                bounds.add(span.ends)
        return sorted(bounds)


def rulebook(rules: Sequence[RuleFact]) -> Rulebook:
    """The rulebook that live rules (in order of effect) write."""
    versions: dict[str, list[Version]] = defaultdict(list)
    spans: dict[str, list[Span]] = defaultdict(list)
    rates: dict[tuple[str, str], list[tuple[int, Fraction]]] = defaultdict(list)
    enrolled: set[str] = set()
    for rule in rules:
        match rule.event:
            case PlanPublished() as event:
                plan = event.as_plan
                starts = microseconds(midnight(plan.effective_from, plan.zone))
                versions[plan.plan].append(Version(plan, starts, rule.source, rule.id))
            case PlanAssigned() as event:
                ends = None if event.ends is None else microseconds(event.ends)
                spans[event.payee].append(Span(event.plan, microseconds(event.starts), ends))
            case RateOfExchangePublished() as event:
                rates[event.base, event.quote].append((rule.effective_at, event.rate))
            case PayeeEnrolled() as event:
                enrolled.add(event.payee)
            case _:
                pass
    ordered = {name: _in_runs(sorted(found, key=_by_start)) for name, found in versions.items()}
    first = next((rule.event for rule in rules if isinstance(rule.event, PlanPublished)), None)
    zone = first.as_plan.zone if first is not None else UTC_ZONE
    return Rulebook(ordered, dict(spans), dict(rates), frozenset(enrolled), zone)


def _in_runs(versions: Sequence[Version]) -> list[Version]:
    """Versions in order, each with the instant from which its windows count."""
    runs_from = BEFORE_ALL_TIME
    told: list[Version] = []
    for version in versions:
        if version.plan.mid_period == "split":
            runs_from = version.starts
        told.append(replace(version, runs_from=runs_from))
    return told


def _by_start(version: Version) -> tuple[int, int]:
    return version.starts, version.plan.version
