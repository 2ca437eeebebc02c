"""Facts of the worked examples, with everything a test does not care about filled in."""

from typing import Any

from tests.oracle.entitlement import Line
from tests.strategies import Record, fact, vary_plan

UNGATED = vary_plan(gate={})


def lead(name: str = "L1", on: str = "2026-01-05", by: str | None = "mia", **more: Any) -> Record:
    fields = {"customer": "C1", "by": by, **more}
    return fact("lead-created", f"lead/{name}", at(on), f"created-{name}", **fields)


def enrolled(payee: str = "sam", on: str = "2026-01-01") -> Record:
    fields = {"name": payee.title(), "role": "sales"}
    return fact("payee-enrolled", f"payee/{payee}", at(on), f"enrolled-{payee}", **fields)


def qualified(name: str = "L1", on: str = "2026-01-09", verdict: str = "lead-qualified") -> Record:
    return fact(verdict, f"lead/{name}", at(on), f"{verdict}-{name}", by="sam")


def signed(  # noqa: PLR0917 - a signing is what these tests are made of
    name: str = "D1",
    on: str = "2026-01-20",
    amount: str = "100000.00",
    lead: str | None = "L1",
    by: str = "sam",
    currency: str = "CNY",
) -> Record:
    payees = by.split()
    share = f"1/{len(payees)}"
    return fact(
        "deal-signed",
        f"deal/{name}",
        at(on),
        f"signed-{name}",
        customer="C1",
        lead=lead,
        signed_by=[{"payee": payee, "share": share} for payee in payees],
        value={"amount": amount, "currency": currency},
    )


def at(on: str) -> str:
    return on if "T" in on else f"{on}T00:00:00+08:00"


def joint(name: str = "D1", on: str = "2026-01-20", payees: str = "mia sam") -> Record:
    key = f"joint-{name}"
    fields = {"payees": payees.split()}
    return fact("joint-signing-confirmed", f"deal/{name}", at(on), key, **fields)


def amounts(lines: list[Line]) -> dict[tuple[str, str, str], int]:
    """(payee, period, component) -> minor units, lines of several layers summed."""
    summed: dict[tuple[str, str, str], int] = {}
    for line in lines:
        key = (line.payee, line.period, line.component)
        summed[key] = summed.get(key, 0) + line.amount
    return summed


def of_payee(lines: list[Line], payee: str) -> dict[str, int]:
    """Period -> minor units of a payee."""
    summed: dict[str, int] = {}
    for line in lines:
        if line.payee == payee:
            summed[line.period] = summed.get(line.period, 0) + line.amount
    return summed
