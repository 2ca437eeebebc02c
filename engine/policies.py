"""The attribution policies of a log prefix, and which version holds when."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

import polars as pl

from engine.facts import RuleFact
from engine.rulebook import BEFORE_ALL_TIME
from schemas.calendar import midnight
from schemas.events.attribution import AttributionPolicyPublished
from schemas.policies import DEFAULT, Policy
from schemas.recorded import microseconds


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """A version of a policy, in force from `starts` (microseconds UTC) on; as which fact says it.

    `order` is that fact's, None of the default policy, which nobody published.
    """

    policy: Policy
    starts: int
    order: int | None = None


@dataclass(frozen=True)
class Policies:
    """Every version, by (start, version, name); the first is the default policy, for ever."""

    versions: Sequence[PolicyVersion]

    def at(self, instant: int) -> PolicyVersion:
        """The version in force at an instant."""
        return self.versions[bisect_right(self._starts, instant) - 1]

    @property
    def published(self) -> Sequence[PolicyVersion]:
        """What people published; without it the default policy holds for everything."""
        return self.versions[1:]

    @cached_property
    def named(self) -> Mapping[str, PolicyVersion]:
        """Every version by its name (`source-of-deal@2`)."""
        return {version.policy.name: version for version in self.versions}

    def spans(self) -> pl.DataFrame:
        """From when on which version holds: `since, policy`, sorted, a row a start."""
        rows = {version.starts: version.policy.name for version in self.versions}
        schema = {"since": pl.Int64(), "policy": pl.String()}
        return pl.DataFrame(sorted(rows.items()), schema=schema, orient="row")

    @cached_property
    def _starts(self) -> list[int]:
        return [version.starts for version in self.versions]


def policies(rules: Iterable[RuleFact], zone: ZoneInfo) -> Policies:
    """The policies that live rules (in order of effect) publish; the default's zone is given."""
    default = DEFAULT.model_copy(update={"time_zone": zone.key})
    found = [PolicyVersion(default, BEFORE_ALL_TIME)]
    for order, rule in enumerate(rules):
        if isinstance(rule.event, AttributionPolicyPublished):
            policy = rule.event.as_policy
            starts = microseconds(midnight(policy.effective_from, policy.zone))
            found.append(PolicyVersion(policy, starts, order))
    return Policies(sorted(found, key=_by_start))


def _by_start(version: PolicyVersion) -> tuple[int, int, bytes]:
    return version.starts, version.policy.version, version.policy.policy.encode()
