"""A docket, and what is put before it: what tests of disputes and rulings are written in."""

from datetime import UTC, datetime
from typing import Any

from commands import disputes, rulings
from commands.disputes import AppealDispute, RaiseDispute, SettleDispute
from commands.docket import Docket, docket_after
from commands.rulings import OverrideCredit, RevokeRuling
from engine.facts import RuleFact
from schemas.events.base import Event, FactName
from schemas.events.disputes import (
    DisputeAppealed,
    DisputeRaised,
    DisputeSettled,
    DisputeWithdrawn,
)
from schemas.events.rulings import CreditOverridden, OverrideRevoked, Ruling

NOW = datetime(2026, 3, 1, tzinfo=UTC)
BEFORE = datetime(2026, 2, 1, tzinfo=UTC)
KNOWN = frozenset({"payee/mia", "deal/D1", "deal/D2", "lead/L1", "line/" + "a" * 16})
MIAS = Ruling.model_validate({"sales": [{"payee": "mia", "share": "1"}]})


def raised(dispute: str = "P1", **fields: Any) -> DisputeRaised:
    about = {} if "lead" in fields else {"deal": "D1"}
    said = {"payee": "mia", "reason_code": "wrong-split", "by": "hr"} | about | fields
    return DisputeRaised.model_validate({"dispute": dispute, **said})


def settled(**fields: Any) -> DisputeSettled:
    said = {"dispute": "P1", "outcome": "rejected", "by": "kim", "approved_by": "lee"}
    return DisputeSettled.model_validate(said | {"reason": "heard"} | fields)


def upheld(**fields: Any) -> DisputeSettled:
    return settled(**({"outcome": "upheld", "deal": "D1", "ruling": MIAS} | fields))


def appealed(by: str = "mia") -> DisputeAppealed:
    return DisputeAppealed(dispute="P1", by=by, reason="unheard")


def withdrawn(by: str = "mia") -> DisputeWithdrawn:
    return DisputeWithdrawn(dispute="P1", by=by)


def overridden(**people: Any) -> CreditOverridden:
    said = {"deal": "D1", "ruling": MIAS, "by": "kim", "approved_by": "lee", "reason": "so"}
    return CreditOverridden.model_validate(said | people)


def revoked(of: str = "fact-2", deal: str = "D1", **people: Any) -> OverrideRevoked:
    name = FactName(source="evenhand", id=of)
    said = {"deal": deal, "override": name, "by": "kim", "approved_by": "lee", "reason": "no"}
    return OverrideRevoked.model_validate(said | people)


def docket(*events: Event, same: dict[str, str] | None = None) -> Docket:
    """The docket after events, `fact-1` and so on, one a second."""
    facts = (
        RuleFact(event, number, event.stream(), "evenhand", f"fact-{number}", number)
        for number, event in enumerate(events, 1)
    )
    return docket_after(facts, same or {})


def raising(event: DisputeRaised, **more: Any) -> RaiseDispute:
    known = {"known": KNOWN, "until": None, "now": NOW, "position": 9} | more
    return RaiseDispute(raised=event, **known)


def settling(event: DisputeSettled, **more: Any) -> SettleDispute:
    people = {"covered": frozenset({"sam"}), "moved": frozenset[str](), "known": KNOWN} | more
    return SettleDispute(settled=event, **people)


def appealing(event: DisputeAppealed, until: datetime | None = None) -> AppealDispute:
    return AppealDispute(appealed=event, concerned=frozenset({"sam"}), until=until, now=NOW)


def overriding(event: CreditOverridden, **more: Any) -> OverrideCredit:
    people = {"covered": frozenset({"sam"}), "moved": frozenset[str](), "known": KNOWN} | more
    return OverrideCredit(overridden=event, **people)


def revoking(event: OverrideRevoked, **more: Any) -> RevokeRuling:
    people = {"covered": frozenset({"sam"}), "moved": frozenset[str]()} | more
    return RevokeRuling(revoked=event, **people)


def decide(command: Any, given: Docket) -> list[Any]:
    if isinstance(command, OverrideCredit | RevokeRuling):
        return list(rulings.decide(command, given))
    return list(disputes.decide(command, given))
