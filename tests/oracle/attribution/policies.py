"""Policies in force: which version decides at an instant, and the terms it has for a side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle.facts import Fact

Document = Mapping[str, Any]

NINETY = {"protection_days": 90}
DEFAULT: Document = {
    "policy": "default",
    "version": 0,
    "terms_at": "signing",
    "claims": {"marketing": NINETY, "sales": NINETY, "partner": NINETY},
    "rules": ["named-lead", "first-claim", "no-claim"],
}


@dataclass(frozen=True, eq=False)
class SideTerms:
    """What a claim of a side needs, in days of a zone."""

    zone: ZoneInfo
    document: Document

    @property
    def protection_days(self) -> int:
        return int(self.document["protection_days"])

    @property
    def extension_days(self) -> int:
        return int(self.document.get("extension_days") or self.protection_days)

    @property
    def evidence(self) -> Document:
        """Without any the lead itself suffices."""
        return {"minimum": 0, "from_days": -30, "to_days": 14} | (
            self.document.get("evidence") or {}
        )


@dataclass(frozen=True, eq=False)
class Policy:
    """One version of an attribution policy."""

    starts: datetime
    zone: ZoneInfo
    document: Document

    @property
    def name(self) -> str:
        return f"{self.document['policy']}@{self.document['version']}"

    @property
    def rules(self) -> Sequence[Any]:
        """Names of rules, and rules with a condition."""
        return list(self.document["rules"])

    def terms(self, side: str) -> SideTerms | None:
        """Of a side that makes no claims: none."""
        listed = self.document["claims"].get(side)
        return SideTerms(self.zone, listed) if listed else None

    def credit(self, side: str) -> Document:
        """Who is credited on a side."""
        given = (self.document.get("credit") or {}).get(side)
        return given or {"by": "finder" if side == "marketing" else "signers"}

    @property
    def awards(self) -> Document:
        """What awards for working together ask for; without any all count."""
        return self.document.get("awards") or {}

    @property
    def precedence(self) -> tuple[datetime, int, bytes]:
        return self.starts, self.document["version"], self.document["policy"].encode()


@dataclass(frozen=True, eq=False)
class Policies:
    """All published versions, and what holds before them."""

    published: Sequence[Policy]
    default: Policy

    def at(self, instant: datetime) -> Policy:
        """The version with the greatest start; then the highest version, then the last name."""
        in_effect = [policy for policy in self.published if policy.starts <= instant]
        return max(reversed(in_effect), key=lambda each: each.precedence, default=self.default)


def policies_of(facts: Sequence[Fact], zone: ZoneInfo) -> Policies:
    """The policies among facts; the default one is in the zone of the first published plan."""
    published = [
        policy_of(fact.data["document"])
        for fact in facts
        if fact.type == "attribution-policy-published"
    ]
    return Policies(published, Policy(datetime.min.replace(tzinfo=UTC), zone, DEFAULT))


def policy_of(document: Document) -> Policy:
    """A document as one version: law from midnight in its zone."""
    zone = ZoneInfo(document["time_zone"])
    day = date.fromisoformat(str(document["effective_from"]))
    return Policy(datetime.combine(day, time(), zone).astimezone(UTC), zone, document)
