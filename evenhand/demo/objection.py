"""Zoe contests D05: raised before February is closed, shown to its effect, ruled by two others."""

from datetime import datetime
from typing import Any, Final

from commands.disputing import take
from commands.handle import kept_by
from evenhand.demo.facts import local
from evenhand.demo.people import FINANCE, MANAGER
from evenhand.sql.log import SqlLog
from replay.rulings import Preview, preview
from schemas.events.disputes import DisputeRaised, DisputeSettled

RAISED: Final = local("02-27 10:00")
RULED: Final = local("03-10 15:00")
NAME: Final = "D05-source"

_PROPOSED: Final[dict[str, Any]] = {"claims": [{"lead": "L02", "counts": False}]}


def raise_dispute(log: SqlLog, at: datetime) -> None:
    """Zoe asks for the 5% of a find of her own, and names the lead she entered as evidence."""
    [mine] = [each.position for each in log.stream("lead/L20") if each.type == "lead-created"]
    fields: dict[str, Any] = {
        "dispute": NAME,
        "payee": "zoe",
        "deal": "D05",
        "reason_code": "wrong-source",
        "expected": {"amount": "4000.00", "currency": "CNY"},
        "actual": {"amount": "1600.00", "currency": "CNY"},
        "proposed": _PROPOSED,
        "positions": [mine],
        "reason": "I called them before anybody from marketing met them.",
        "by": "zoe",
    }
    take(log, DisputeRaised.model_validate(fields), now=at)


def proposal(log: SqlLog, at: datetime) -> Preview:
    """What would follow if the dispute were upheld as zoe proposes it; nothing is recorded."""
    fields = {**_decided("upheld"), "ruling": _PROPOSED}
    return preview(log.columns(), kept_by(log), DisputeSettled.model_validate(fields), at)


def settle(log: SqlLog, at: datetime) -> None:
    """Finance and the manager, who have no part in D05, rule that the first live lead stands."""
    take(log, DisputeSettled.model_validate(_decided("rejected")), now=at)


def _decided(outcome: str) -> dict[str, Any]:
    return {
        "dispute": NAME,
        "deal": "D05",
        "outcome": outcome,
        "reason": "L02 was found on 8 January and protected for 90 days; her own word came later.",
        "by": MANAGER,
        "approved_by": FINANCE,
    }
