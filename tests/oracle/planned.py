"""Plans and facts of the worked components: short to write, and accepted by `schemas.plans`."""

from typing import Any

from schemas.plans import Plan
from tests.oracle.cases import at
from tests.oracle.entitlement import Line
from tests.oracle.law import earned
from tests.strategies import Record, Value, amended, decision, fact, published

Part = dict[str, Any]
SELF = {"credits": "sales", "source": "self"}


def cny(amount: str) -> Value:
    return {"amount": amount, "currency": "CNY"}


def part(kind: str, id_: str = "c", **fields: Any) -> Part:
    """A component."""
    return {"id": id_, "kind": kind, **fields}


def commission(rate: str = "10%", id_: str = "c", **fields: Any) -> Part:
    return part("commission", id_, **{**SELF, "rate": rate, **fields})


def rows(*bounds: tuple[str, str | None, str], pays: str = "rate") -> list[Part]:
    """Half-open rows: from, to, what it pays."""
    return [
        {"from": low, pays: paid} | ({"to": high} if high else {}) for low, high, paid in bounds
    ]


def tiered(table: list[Part], by: str = "amount", mode: str = "marginal", **fields: Any) -> Part:
    whole = {"by": by, "mode": mode, "rows": table}
    return part("tiered", **{"window": "month", **SELF, "table": whole, **fields})


def value_quota(amount: str = "1000.00", **fields: Any) -> Part:
    """A measure of value and a quota of it, as top-level parts of a plan."""
    measure = {"id": "revenue", "of": "value", **SELF}
    quota = {"id": "q", "measure": "revenue", "per": "month", "amount": cny(amount)}
    conventions = {"prorate": "none", "zero": "reached"}
    return {"measures": [measure], "quotas": [{**quota, **conventions, **fields}]}


def planned(*components: Part, **top: Any) -> Record:
    """The publication of a plan."""
    document = {
        "plan": "p",
        "version": 1,
        "effective_from": "2026-01-01",
        "currency": "CNY",
        "period": "month",
        "time_zone": "Asia/Shanghai",
        "components": list(components),
        **top,
    }
    Plan.model_validate(document)
    return published(document)


def told(record: Record, **fields: Any) -> Record:
    """A record with more in its data."""
    return {**record, "data": {**record["data"], **fields}}


def shrunk(name: str, on: str, amount: str | None = None) -> Record:
    """A reduction, or without an amount a cancellation."""
    kind = "reduction" if amount else "cancellation"
    return amended(name, at(on), f"{kind}-{name}-{on}", kind, amount)


def of(payee: str, type_: str, on: str, **fields: Any) -> Record:
    """A fact about a payee."""
    return fact(type_, f"payee/{payee}", at(on), f"{type_}-{payee}-{on}", **fields)


def on_deal(name: str, type_: str, on: str, **fields: Any) -> Record:
    """A fact about a deal."""
    return fact(type_, f"deal/{name}", at(on), f"{type_}-{name}-{on}", **fields)


def assigned(
    payee: str, plan: str = "p", since: str = "2026-01-01", to: str | None = None
) -> Record:
    fields = {"plan": plan, "from": at(since), "to": at(to) if to else None}
    return decision("plan-assigned", f"payee/{payee}", at(since), f"as-{payee}-{since}", **fields)


def lines(*log: Record, through: str = "2026-07") -> list[Line]:
    return earned(log, through)


def paid(*log: Record, through: str = "2026-07") -> dict[tuple[str, str], int]:
    """(payee, period) -> minor units."""
    summed: dict[tuple[str, str], int] = {}
    for line in lines(*log, through=through):
        key = (line.payee, line.period[5:])
        summed[key] = summed.get(key, 0) + line.amount
    return {key: amount for key, amount in summed.items() if amount}


def by_deal(*log: Record) -> dict[tuple[str, str], int]:
    """(deal, period) -> minor units."""
    summed: dict[tuple[str, str], int] = {}
    for line in lines(*log):
        key = (line.deal or line.subject, line.period[5:])
        summed[key] = summed.get(key, 0) + line.amount
    return summed
