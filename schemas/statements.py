"""What a payee is told: lines, balances, and the document of an issue, in canonical form.

A document holds ids and never names, positions or instants of recording, so that erasure of a
person's name or another order of arrival changes no byte of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import sha256
from typing import Any, Final, Literal

import polars as pl

from schemas.calendar import PayoutPeriod
from schemas.frames import KEY, Schema
from schemas.json_text import canonical
from schemas.values import amount_text

NAMES: Final = pl.List(pl.Struct({"source": pl.String(), "id": pl.String()}))

LINES: Final[Schema] = {
    "payee": pl.String(),
    "period": pl.Int64(),  # in which it was earned
    "subject": pl.String(),
    "deal": pl.String(),
    "lead": pl.String(),
    "fact_source": pl.String(),
    "fact_id": pl.String(),
    "component": pl.String(),
    "source": pl.String(),  # class of the deal
    "plan": pl.String(),
    "currency": pl.String(),
    "role": pl.String(),
    "rate": pl.String(),
    "share_num": pl.Int64(),
    "share_den": pl.Int64(),
    "base": pl.Int64(),
    "base_currency": pl.String(),
    "amount": pl.Int64(),
    "because": NAMES,
}
"""Earned lines as they are told: facts by (source, id). One row a key."""

PAYABLE: Final[Schema] = {
    **LINES,
    "stated_in": pl.Int64(),
    "issue": pl.Int64(),
    "cause": NAMES,
}
"""Lines of an issue of statements."""

BALANCES: Final[Schema] = {
    "payee": pl.String(),
    "currency": pl.String(),
    "stated": pl.Int64(),  # sum of the lines of this issue
    "carried_before": pl.Int64(),
    "held": pl.Int64(),  # after this issue, as are those that follow
    "disputed": pl.Int64(),
    "capped": pl.Int64(),
    "owed": pl.Int64(),  # from draws, by the payee
    "cash": pl.Int64(),  # paid out by this issue
    "carried": pl.Int64(),
}
"""Cash and balances of an issue, one row a payee and currency.

stated + carried_before + the amounts of its ledger = cash + carried; and over all issues so far,
cash + held + disputed + capped + carried - owed = stated.
"""

KEPT_BACK: Final = ("held", "disputed", "capped", "owed")
"""The balances beside what is carried: in a document only where they are not zero."""

Kind = Literal[
    "held",
    "released",
    "forfeited",
    "disputed",
    "undisputed",
    "capped",
    "uncapped",
    "drawn",
    "recovered",
]

LEDGER: Final[Schema] = {
    "payee": pl.String(),
    "currency": pl.String(),
    "kind": pl.String(),  # a `Kind`
    "deal": pl.String(),  # null: of a lead, or of all that the payee is paid
    "lead": pl.String(),  # whose lines are in dispute
    "line": pl.String(),  # the id of the line that it undoes, if it is one
    "plan": pl.String(),  # the version that says so; null: no version says otherwise any more
    "fact_source": pl.String(),  # the fact that moved it, null where the plan alone does
    "fact_id": pl.String(),
    "amount": pl.Int64(),  # what it adds to the cash of this issue; below zero it keeps back
}
"""What moved between the lines of an issue and its cash, one row a movement of a balance.

What is carried from issue to issue stands in the balances themselves.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """The statements of one close of a period: (2026-03, 1), or 2 after it was reopened."""

    period: PayoutPeriod
    number: int
    lines: pl.DataFrame
    balances: pl.DataFrame
    ledger: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=LEDGER))

    def document(self) -> bytes:
        """The canonical bytes that are kept, and whose digest stands in the log.

        A ledger in which nothing moved is left out: such issues are what they were before there
        were ledgers, to the byte.
        """
        told = {
            "period": str(self.period),
            "issue": self.number,
            "lines": line_documents(self.lines),
            "balances": balance_documents(self.balances),
        }
        moved = {} if self.ledger.is_empty() else {"ledger": ledger_documents(self.ledger)}
        return canonical({**told, **moved})

    def digest(self) -> str:
        """SHA-256 of the document, in hex."""
        return digest(self.document())


def digest(document: bytes) -> str:
    """The digest by which a document is kept."""
    return sha256(document).hexdigest()


def line_documents(lines: pl.DataFrame) -> list[dict[str, Any]]:
    """Lines (PAYABLE) as JSON objects, in the order of the frame."""
    return [line_document(row) for row in lines.iter_rows(named=True)]


def line_document(row: Mapping[str, Any]) -> dict[str, Any]:
    """One line (PAYABLE) as the JSON object of the public contract."""
    stated_in = PayoutPeriod(row["stated_in"])
    share = None if row["share_num"] is None else Fraction(row["share_num"], row["share_den"])
    base = None if row["base"] is None else amount_text(row["base"], row["base_currency"])
    plain = row["subject"] == _subject(row)
    return {
        "line": line_id(row),
        **({} if plain else {"subject": row["subject"]}),
        "payee": row["payee"],
        "period": str(PayoutPeriod(row["period"])),
        "stated_in": str(stated_in),
        "issue": row["issue"],
        "deal": row["deal"],
        "lead": row["lead"],
        "fact": {"source": row["fact_source"], "id": row["fact_id"]},
        "plan": row["plan"],
        "component": row["component"],
        "source": row["source"],
        "role": row["role"],
        "share": None if share is None else str(share),
        "base": base,
        "base_currency": row["base_currency"],
        "rate": row["rate"],
        "slices": None,
        "amount": amount_text(row["amount"], row["currency"]),
        "currency": row["currency"],
        "because": list(row["because"]),
        "cause": list(row["cause"]),
    }


def _subject(row: Mapping[str, Any]) -> str:
    """What a line is about, as its deal or lead says; a document names only another subject."""
    return f"lead/{row['lead']}" if row["deal"] is None else f"deal/{row['deal']}"


def line_id(row: Mapping[str, Any]) -> str:
    """The first 16 hex digits of SHA-256 over key, `stated_in` and issue."""
    key = [row[name] for name in KEY if name != "period"]
    times = [str(PayoutPeriod(row["period"])), str(PayoutPeriod(row["stated_in"])), row["issue"]]
    return sha256(canonical([*key, *times])).hexdigest()[:16]


def balance_documents(balances: pl.DataFrame) -> list[dict[str, Any]]:
    """Balances (BALANCES) as JSON objects, in the order of the frame; see `KEPT_BACK`."""
    return [_balance_document(row) for row in balances.iter_rows(named=True)]


def _balance_document(row: Mapping[str, Any]) -> dict[str, Any]:
    kept_back = tuple(name for name in KEPT_BACK if row[name])
    names = ("stated", "carried_before", *kept_back, "cash", "carried")
    amounts = {name: amount_text(row[name], row["currency"]) for name in names}
    return {"payee": row["payee"], "currency": row["currency"], **amounts}


def ledger_documents(ledger: pl.DataFrame) -> list[dict[str, Any]]:
    """Movements (LEDGER) as JSON objects, in the order of the frame."""
    return [
        {
            **{name: row[name] for name in _MOVED},
            **({} if row["lead"] is None else {"lead": row["lead"]}),
            "fact": None
            if row["fact_id"] is None
            else {"source": row["fact_source"], "id": row["fact_id"]},
            "amount": amount_text(row["amount"], row["currency"]),
        }
        for row in ledger.iter_rows(named=True)
    ]


_MOVED: Final = ("payee", "currency", "kind", "deal", "line", "plan")


def minor_of(amount: str) -> int:
    """Minor units of an amount that we wrote ourselves, with all the digits of its currency."""
    return int(amount.replace(".", ""))


def total(lines: Sequence[Mapping[str, Any]]) -> int:
    """The sum of line documents of one currency, in minor units."""
    return sum(minor_of(line["amount"]) for line in lines)
