"""Plain builders of records: CloudEvents as dicts, one a call."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

Record = dict[str, Any]
Value = dict[str, Any]

CRM = "/crm/demo"
NAMED = {"lead", "deal", "payee", "customer", "period"}


def record(type_: str, subject: str, at: str, key: tuple[str, str], **fields: Any) -> Record:
    """A record whose data also holds the id its subject names, but for a repair.

    A field of None is left out.
    """
    kind, _, name = subject.partition("/")
    is_repair = type_ in {"fact-corrected", "fact-voided"}
    named = {kind: name} if kind in NAMED and not is_repair else {}
    present = {field: value for field, value in fields.items() if value is not None}
    return {
        "specversion": "1.0",
        "source": key[0],
        "id": key[1],
        "type": type_,
        "time": at,
        "subject": subject,
        "data": {**named, **present},
    }


def fact(type_: str, subject: str, at: str, id_: str, **fields: Any) -> Record:
    """A fact from the demo CRM."""
    return record(type_, subject, at, (CRM, id_), **fields)


def decision(type_: str, subject: str, at: str, id_: str, **fields: Any) -> Record:
    """A decision taken in evenhand."""
    return record(type_, subject, at, ("evenhand", id_), **fields)


def amended(deal: str, at: str, id_: str, kind: str, amount: str | None = None) -> Record:
    """An amendment in CNY."""
    value = None if amount is None else {"amount": amount, "currency": "CNY"}
    return fact("contract-amended", f"deal/{deal}", at, id_, kind=kind, value=value)


def published(plan: Mapping[str, Any], id_: str | None = None) -> Record:
    """The publication of a plan version, at the midnight it takes effect."""
    day = datetime.fromisoformat(str(plan["effective_from"]))
    at = day.replace(tzinfo=ZoneInfo(plan["time_zone"])).isoformat()
    name, version = plan["plan"], plan["version"]
    id_ = id_ or f"plan-{name}-{version}"
    return decision("plan-published", f"plan/{name}", at, id_, plan=dict(plan))


def closed(period: str, position: int, issue: int = 1) -> Record:
    """The close of a period from the records up to a position."""
    year, month = divmod(int(period[:4]) * 12 + int(period[5:]), 12)
    return decision(
        "period-closed",
        f"period/{period}",
        f"{year:04}-{month + 1:02}-02T00:00:00+00:00",
        f"close-{period}-{issue}",
        position=position,
        digest="",
    )
