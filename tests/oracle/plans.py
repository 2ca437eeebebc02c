"""Rules in effect: which plan version pays a payee at a date, and which rate of exchange holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle.facts import Fact
from tests.oracle.months import instant
from tests.oracle.numbers import exact


@dataclass(frozen=True, eq=False)
class Version:
    """One published version of a plan."""

    plan: str
    number: int
    starts: datetime
    zone: ZoneInfo
    currency: str
    rounding: str
    components: Sequence[Mapping[str, Any]]
    gates: Sequence[Mapping[str, Any]]
    splits: bool = False
    document: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.plan}@{self.number}"

    @property
    def year_starts(self) -> int:
        return int(self.document.get("year_starts") or 1)

    @property
    def decreases(self) -> str:
        return str(self.document.get("decreases") or "by-layer")

    def parts(self, name: str) -> Sequence[Mapping[str, Any]]:
        """A list of the document: measures, quotas, coefficients, instalments."""
        return self.document.get(name) or []


@dataclass(frozen=True)
class Rules:
    """Plans, assignments and rates as known, each in order of effect."""

    published: Sequence[Version]
    assignments: Sequence[Fact]
    rates: Sequence[Fact]

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the default policy: that of the first published plan."""
        return self.published[0].zone if self.published else ZoneInfo("UTC")

    def version_for(self, payee: str, at: datetime) -> Version | None:
        """The version that pays a payee for something dated `at`; none is an exception."""
        plan = self.plan_for(payee, at)
        in_effect = [v for v in self.published if v.plan == plan and v.starts <= at]
        return max(reversed(in_effect), key=lambda v: (v.starts, v.number), default=None)

    def windows_from(self, version: Version) -> datetime:
        """Since when the windows of a version count: since the last that split them, if any."""
        splits = [v.starts for v in self.published if v.plan == version.plan and v.splits]
        ever = datetime.min.replace(tzinfo=UTC)
        return max((at for at in splits if at <= version.starts), default=ever)

    def plan_for(self, payee: str, at: datetime) -> str | None:
        """The assigned plan; the only published one for a payee without any assignment."""
        own = [fact for fact in self.assignments if fact.data["payee"] == payee]
        if own:
            covering = [fact.data["plan"] for fact in own if covers(fact, at)]
            return covering[-1] if covering else None
        plans = {version.plan for version in self.published}
        return plans.pop() if len(plans) == 1 else None

    def splits_of(self, plan: str) -> list[datetime]:
        """The instants at which versions of a plan cut windows."""
        return sorted(v.starts for v in self.published if v.plan == plan and v.splits)

    def exchange_for(self, version: Version, currency: str, at: datetime) -> Fraction | None:
        """The plan's own rate if it has any (one not listed is none), else the market's."""
        if currency != version.currency and version.document.get("exchange") is not None:
            rate = version.document["exchange"].get(currency)
            return None if rate is None else exact(rate)
        return self.exchange(currency, version.currency, at)

    def exchange(self, base: str, quote: str, at: datetime) -> Fraction | None:
        """The latest rate of exactly this pair in effect at a date; none is an exception."""
        if base == quote:
            return Fraction(1)
        pair = [f for f in self.rates if (f.data["base"], f.data["quote"]) == (base, quote)]
        in_effect = [exact(fact.data["rate"]) for fact in pair if fact.at <= at]
        return in_effect[-1] if in_effect else None


def covers(assignment: Fact, at: datetime) -> bool:
    """Whether from <= at < to; without `to` it has no end."""
    until = assignment.data.get("to")
    return instant(assignment.data["from"]) <= at and (until is None or at < instant(until))


def rules_of(facts: Sequence[Fact]) -> Rules:
    """The rules among facts that stand in order of effect."""
    return Rules(
        published=[version_of(f.data["plan"]) for f in facts if f.type == "plan-published"],
        assignments=[fact for fact in facts if fact.type == "plan-assigned"],
        rates=[fact for fact in facts if fact.type == "rate-of-exchange-published"],
    )


def version_of(plan: Mapping[str, Any]) -> Version:
    """A plan document as one version."""
    zone = ZoneInfo(plan["time_zone"])
    day = date.fromisoformat(str(plan["effective_from"]))
    return Version(
        plan=plan["plan"],
        number=int(plan["version"]),
        starts=datetime.combine(day, time(), zone).astimezone(UTC),
        zone=zone,
        currency=plan["currency"],
        rounding=plan.get("rounding", "half-even"),
        components=plan["components"],
        gates=plan.get("gates", []),
        splits=plan.get("mid_period") == "split",
        document=plan,
    )
