"""Facts as people write them in examples: one a line, `DATE type SUBJECT words`.

    2026-01-05 lead-created L1 customer C1 by mia
    2026-01-20 deal-signed D1 lead L1 product Cloud margin=25% by sam 100000.00 CNY
    2026-02-10 contract-amended D1 reduction 80000.00 CNY
    2026-02-11 joint-signing-confirmed D1 by mia sam

A date alone is its midnight in the zone of the plan or policy. What the words mean is in
`schemas.example_words`, the whole grammar in docs/plans.md. The source is `example`, the id the
number of the line. A plan may be assigned, a rate of exchange published, and a credit overridden as
well: decisions, of the source `evenhand`.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from schemas.bad_events import BadEvent
from schemas.calendar import midnight
from schemas.errors import Malformed
from schemas.events import EVENTS, OWN_SOURCE, Event
from schemas.events.decisions import PlanAssigned, RateOfExchangePublished
from schemas.events.rulings import CreditOverridden, OverrideRevoked
from schemas.example_words import content_of
from schemas.recorded import Unrecorded
from schemas.values import instant_text
from schemas.wire import fact, unrecorded

SOURCE: Final = "example"
DECISIONS: Final = (
    PlanAssigned.type,
    RateOfExchangePublished.type,
    CreditOverridden.type,
    OverrideRevoked.type,
)
"""What is no fact and may stand in an example all the same: it is taken as decided."""

_BEFORE_REMARK = re.compile(r'(?:[^"#]|"[^"]*"?)*')
_WORD = re.compile(r'(?:[^\s"]|"[^"]*")+')


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
    """The facts that the lines of a text say; empty lines and all after # are skipped.

    Raises `BadExample`.
    """
    facts: list[Unrecorded] = []
    customers: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        said = _BEFORE_REMARK.match(line)
        told = "" if said is None else said[0].strip()
        if not told:
            continue
        try:
            facts.append(_told(str(number), told, zone, customers, source))
        except (ValueError, OverflowError, BadEvent) as bad:
            raise BadExample(number, " ".join(told.split()), str(bad).rstrip(".")) from None
    return facts


def _told(
    id_: str, line: str, zone: ZoneInfo, customers: dict[str, str], source: str
) -> Unrecorded:
    """The fact on a line; `customers` of leads are remembered from line to line."""
    when, model, words = _parts(line)
    at = _instant(when, zone)
    content = content_of(model, words, at=at, instant=lambda text: _instant(text, zone))
    _complete(model.type, content, customers)
    if not model.is_fact:
        decision = model.model_validate(content)
        return unrecorded(decision, effective_at=at, source=OWN_SOURCE, id=id_)
    attributes = {
        "specversion": "1.0",
        "id": id_,
        "source": source,
        "type": model.type,
        "time": instant_text(at),
        "subject": _subject(model, content),
    }
    return fact(attributes, content)


def _parts(line: str) -> tuple[str, type[Event], list[str]]:
    """When, which type, and the words from the subject on; quotes hold a word together."""
    if line.count('"') % 2:
        raise ValueError("a quote is opened and not closed")
    words = [word.replace('"', "") for word in _WORD.findall(line)]
    if len(words) < 3:  # noqa: PLR2004 - date, type, subject
        raise ValueError("it has less than a date, a type and a subject")
    when, kind, *rest = words
    model = EVENTS.get(kind)
    if model is None or not (model.is_fact or kind in DECISIONS):
        raise ValueError(f"{kind} is not a type of fact")
    return when, model, rest


def _subject(model: type[Event], content: Mapping[str, Any]) -> str:
    """What the fact is about: the first of the type's subjects that it names."""
    named = (
        f"{prefix}/{content[field]}" for prefix, field in model.subjects.items() if field in content
    )
    return next(named, "")


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
