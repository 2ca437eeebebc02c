"""From lines to cash, step by step, in words; and balances as rows."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import polars as pl

from schemas.statements import KEPT_BACK, Issue, balance_documents, ledger_documents

BALANCE_COLUMNS: Final = (
    "period", "issue", "payee", "currency", "stated", "carried_before", *KEPT_BACK, "cash",
    "carried",
)  # fmt: skip
MOVEMENT_COLUMNS: Final = (
    "period", "issue", "payee", "kind", "deal", "lead", "line", "plan", "fact", "amount",
    "currency",
)  # fmt: skip

_KEPT: Final[Mapping[str, str]] = {
    "held": "held back of deal {deal}",
    "released": "released of deal {deal}",
    "forfeited": "let go of deal {deal}, for line {line} takes it",
    "disputed": "in dispute of {of}",
    "undisputed": "no longer in dispute of {of}",
    "capped": "above the cap, paid later",
    "uncapped": "from above the cap of before",
    "drawn": "paid ahead, to be owed back",
    "recovered": "recovered of what was paid ahead",
}
_TAKEN_BACK: Final[Mapping[str, str]] = {
    "held": "no longer held back of deal {deal}, whose lines are less",
    "disputed": "no longer in dispute of {of}, whose lines are less",
    "drawn": "no longer paid ahead",
    "recovered": "no longer recovered",
}
_ADDS: Final = ("released", "forfeited", "undisputed", "uncapped", "drawn")
"""Kinds of movements that add to cash, unless they take back what an issue before them did."""


def balance_rows(issue: Issue) -> list[dict[str, Any]]:
    """The balances of an issue, as rows."""
    return [_of(issue, row) for row in balance_documents(issue.balances)]


def movement_rows(issue: Issue) -> list[dict[str, Any]]:
    """What moved between the lines of an issue and its cash, as rows."""
    return [_of(issue, row) for row in ledger_documents(issue.ledger)]


def _of(issue: Issue, row: dict[str, Any]) -> dict[str, Any]:
    return {"period": str(issue.period), "issue": issue.number, **row}


def balance_words(issue: Issue, payee: str, draft: str) -> Iterator[str]:
    """How the lines of a payee became cash: a sentence, or a step a line where something moved."""
    rows = issue.balances.filter(pl.col("payee") == payee)
    moved = ledger_documents(issue.ledger.filter(pl.col("payee") == payee))
    if rows.is_empty():
        yield f"{payee} has no lines and no balance in {issue.period}"
    for row in balance_documents(rows):
        named = f"{payee} {issue.period}{'' if issue.number == 1 else f' issue {issue.number}'}"
        steps = [each for each in moved if each["currency"] == row["currency"]]
        if steps or any(name in row for name in KEPT_BACK):
            yield f"{named}{draft}, from lines to cash in {row['currency']}:"
            yield from _steps(row, steps)
        else:
            yield (
                f"{named}{draft}: lines {row['stated']}, "
                f"carried from before {row['carried_before']}, "
                f"cash {row['cash']}, carried on {row['carried']} {row['currency']}"
            )


def _steps(row: Mapping[str, Any], moved: list[dict[str, Any]]) -> Iterator[str]:
    """One line a step, the amounts below each other; then what is left in the balances."""
    told = [
        ("lines", row["stated"]),
        ("carried from before", row["carried_before"]),
        *((_words(each), each["amount"]) for each in moved),
        ("carried on", _negated(row["carried"])),
        ("cash", row["cash"]),
    ]
    shown = [(words, amount) for words, amount in told if amount.strip("-0.") or words == "cash"]
    width = max(len(words) for words, _ in shown)
    digits = max(len(amount) for _, amount in shown)
    for words, amount in shown:
        yield f"  {words.ljust(width)}  {amount.rjust(digits)}"
    left = [f"{name} {row[name]}" for name in KEPT_BACK if name in row]
    if left:
        yield f"  left after it: {', '.join(left)}"


def _words(entry: Mapping[str, Any]) -> str:
    """What a movement is, with the fact that caused it."""
    kind, adds = entry["kind"], not entry["amount"].startswith("-")
    reversed_ = kind in _TAKEN_BACK and adds != (kind in _ADDS)
    of = f"lead {entry['lead']}" if "lead" in entry else f"deal {entry['deal']}"
    text = (_TAKEN_BACK if reversed_ else _KEPT)[kind].format_map({**entry, "of": of})
    fact = entry["fact"]
    return text if fact is None else f"{text} (by {fact['source']} {fact['id']})"


def _negated(amount: str) -> str:
    return amount.removeprefix("-") if amount.startswith("-") else f"-{amount}"
