"""What the demo's CRM sends: CloudEvents, one JSON object each, as bytes, and when they arrive."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

SOURCE: Final = "/crm/demo"
ZONE: Final = ZoneInfo("Asia/Shanghai")
_NIGHTLY: Final = time(21)
"""The CRM sends in the evening what happened during the day."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message of the CRM, and when it arrives."""

    arrives: datetime
    raw: bytes


def local(text: str) -> datetime:
    """An instant of 2026 in the company's zone: `03-31` (09:00) or `03-31 18:00`."""
    day, _, clock = text.partition(" ")
    return datetime.fromisoformat(f"2026-{day}T{clock or '09:00'}").replace(tzinfo=ZONE)


def evening(at: datetime) -> datetime:
    """When the CRM sends what happened at an instant."""
    day = at.date() if at.time() < _NIGHTLY else at.date() + timedelta(days=1)
    return datetime.combine(day, _NIGHTLY, tzinfo=ZONE)


def sent(  # noqa: PLR0913 - the attributes of a CloudEvent
    type_: str,
    when: str,
    subject: str,
    content: Mapping[str, Any],
    *,
    id_: str,
    arrives: str | None = None,
) -> Sent:
    """A fact as its CloudEvent; it arrives the same evening unless it is late."""
    kind, _, name = subject.partition("/")
    named = {} if type_ == "fact-voided" else {kind: name}
    at = local(when)
    event = {
        "specversion": "1.0",
        "id": id_,
        "source": SOURCE,
        "type": type_,
        "time": at.isoformat(),
        "subject": subject,
        "data": {**named, **content},
    }
    raw = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
    return Sent(evening(at) if arrives is None else local(arrives), raw)


def signed(
    deal: str,
    when: str,
    signers: Mapping[str, str],
    value: str,
    *,
    currency: str = "CNY",
    **content: Any,
) -> Sent:
    """A contract, signed by payees with their shares."""
    told = {
        "signed_by": [{"payee": payee, "share": share} for payee, share in signers.items()],
        "value": {"amount": value, "currency": currency},
        **content,
    }
    return sent("deal-signed", when, f"deal/{deal}", told, id_=f"{deal}-signed")


def amended(deal: str, when: str, kind: str, value: str, *, arrives: str | None = None) -> Sent:
    """A contract that is worth something else from a time on."""
    told = {"kind": kind, "value": {"amount": value, "currency": "CNY"}}
    return sent(
        "contract-amended", when, f"deal/{deal}", told, id_=f"{deal}-{kind}", arrives=arrives
    )


def together(deal: str, when: str, *payees: str) -> Sent:
    """Payees who signed a deal together, and say so."""
    told = {"payees": list(payees)}
    return sent("joint-signing-confirmed", when, f"deal/{deal}", told, id_=f"{deal}-together")
