"""Facts as people write them in examples: one a line, `DATE type SUBJECT words`.

    2026-01-05 lead-created L1 customer C1 by mia
    2026-01-20 deal-signed D1 lead L1 by sam 100000.00 CNY
    2026-02-10 contract-amended D1 reduction 80000.00 CNY
    2026-02-11 joint-signing-confirmed D1 by mia sam

A date alone is its midnight in the plan's zone. Words are names of fields, each followed by its
value; an amount stands with its currency, a kind of amendment by itself. `by` names the signers of
a deal, each followed by a share unless it signs alone. No `side` means marketing, no `customer` on
a deal means its lead's. The source is `example`, the id the number of the line.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any, Final, get_args
from zoneinfo import ZoneInfo

from schemas.bad_events import BadEvent
from schemas.calendar import midnight
from schemas.errors import Malformed
from schemas.events import EVENTS
from schemas.events.deals import Kind
from schemas.recorded import Unrecorded
from schemas.wire import fact

SOURCE: Final = "example"
_AMOUNT = re.compile(r"-?[0-9][0-9,]*(\.[0-9]+)?\Z", re.ASCII)
_SHARE = re.compile(r"[0-9]+(\.[0-9]+|/[0-9]+)?\Z", re.ASCII)
_KINDS: Final = get_args(Kind)
_WORDS: Final = (
    "customer",
    "lead",
    "side",
    "channel",
    "campaign",
    "kind",
    "criteria",
    "to",
    "name",
)
_WORDS_OF_PEOPLE: Final = ("role", "team", "manager", "customer_type", "reason")


class BadExample(Malformed):
    """A line of an example that says no fact."""

    code = "bad-example"

    def __init__(self, number: int, line: str, reason: str) -> None:
        self.number, self.line = number, line
        super().__init__(
            f"Line {number} of the example, {line!r}, is not a fact: {reason}. "
            "Write it as in: 2026-01-20 deal-signed D1 lead L1 by sam 100000.00 CNY."
        )


def example_facts(text: str, zone: ZoneInfo, *, source: str = SOURCE) -> list[Unrecorded]:
    """The facts that the lines of a text say; empty lines and lines after # are skipped.

    Raises `BadExample`.
    """
    facts: list[Unrecorded] = []
    customers: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        words = line.partition("#")[0].split()
        if words:
            facts.append(_fact(number, words, zone, customers, source))
    return facts


def _fact(
    number: int, words: list[str], zone: ZoneInfo, customers: dict[str, str], source: str
) -> Unrecorded:
    line = " ".join(words)
    if len(words) < 3:  # noqa: PLR2004 - date, type, subject
        raise BadExample(number, line, "it has less than a date, a type and a subject")
    at, kind, *rest = words
    model = EVENTS.get(kind)
    if model is None or not model.is_fact:
        raise BadExample(number, line, f"{kind} is not a type of fact")
    prefix = next(iter(model.subjects))
    subject, rest = _subject(prefix, rest)
    try:
        content = {prefix: subject, **_content(kind, iter(rest))}
        _complete(kind, content, customers)
        return fact(
            {
                "specversion": "1.0",
                "id": str(number),
                "source": source,
                "type": kind,
                "time": _instant(at, zone).isoformat(),
                "subject": f"{prefix}/{subject}",
            },
            content,
        )
    except (ValueError, OverflowError, BadEvent) as bad:
        raise BadExample(number, line, str(bad).rstrip(".")) from None


def _subject(prefix: str, words: list[str]) -> tuple[str, list[str]]:
    """The subject, written `D1`, `deal/D1` or `deal D1`."""
    first, *rest = words
    if first == prefix and rest:
        first, *rest = rest
    return first.removeprefix(f"{prefix}/"), rest


def _content(kind: str, words: Iterator[str]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for word in words:
        if _AMOUNT.match(word):
            amount = {"amount": word.replace(",", ""), "currency": next(words, "")}
            content["value" if "value" in EVENTS[kind].model_fields else "amount"] = amount
        elif word in ("by", "payees"):
            content.update(_people(kind, words, content))
        elif word in _KINDS:
            content["kind"] = word
        elif word == "corrects":
            content["corrects"] = {"source": next(words, ""), "id": next(words, "")}
        elif word in (*_WORDS, *_WORDS_OF_PEOPLE):
            content[word] = next(words, "")
        else:
            raise ValueError(f"it has the word {word!r}, which names no field")
    return content


def _people(kind: str, words: Iterator[str], content: dict[str, Any]) -> dict[str, Any]:
    """Who did it: the rest of the line is people, shares, and at its end an amount."""
    rest = list(words)
    if len(rest) > 1 and _AMOUNT.match(rest[-2]) and rest[-1].isupper():
        content["value"] = {"amount": rest[-2].replace(",", ""), "currency": rest[-1]}
        rest = rest[:-2]
    fields = EVENTS[kind].model_fields
    if "signed_by" in fields:
        return {"signed_by": list(_signers(rest))}
    if "payees" in fields:
        return {"payees": rest}
    return {"by": rest[0] if rest else "", **_content(kind, iter(rest[1:]))}


def _signers(words: Iterable[str]) -> Iterator[dict[str, str]]:
    payee: str | None = None
    for word in words:
        if payee is not None and _SHARE.match(word):
            yield {"payee": payee, "share": word}
            payee = None
        elif payee is None:
            payee = word
        else:
            raise ValueError(f"{payee} signs with others and has no share")
    if payee is not None:
        yield {"payee": payee, "share": "1"}


def _complete(kind: str, content: dict[str, Any], customers: dict[str, str]) -> None:
    """What an example may leave out: a deal's customer is its lead's, signers may be nobody."""
    if kind == "lead-created" and "customer" in content:
        customers[content["lead"]] = content["customer"]
    if kind == "deal-signed":
        content.setdefault("signed_by", [])
        customer = customers.get(content.get("lead", ""))
        if customer is not None:
            content.setdefault("customer", customer)


def _instant(text: str, zone: ZoneInfo) -> datetime:
    if "T" not in text:
        return midnight(date.fromisoformat(text), zone)
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
