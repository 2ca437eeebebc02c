"""The generated reference of events and of errors, made from schemas and golden texts."""

import json
from collections.abc import Iterator
from typing import Any

from schemas.events import DECISIONS_TO_COME, EVENTS, Event
from schemas.publish import Document, event_schema, meaning
from schemas.values import AMOUNT_PATTERN, ID_PATTERN, INSTANT_PATTERN, SHARE_PATTERN
from tests.errors.instances import FAMILIES, Shown
from tests.schemas.samples import DECISIONS, sample

BEGIN, END = "<!-- generated: pytest --bless -->", "<!-- end -->"

FIELDS: dict[str, str] = {
    "actual": "what is paid, as the payee sees it",
    "amount": "how much, as a string",
    "approved_by": "the second person",
    "attributes": "words of yours about the deal, each a name and a text; a plan declares them",
    "base": "the currency that is exchanged",
    "by": "who did it; of `lead-created`: who found the lead and is paid for it",
    "campaign": "the campaign it came from",
    "channel": "the channel it came through",
    "cohort": "SHA-256 of the journeys that were read",
    "component": "the component it is about",
    "conversions": "how many of the journeys were signed",
    "corrects": "the value fact whose value was wrong; without it the latest one",
    "count": "the target, when it is a number of something",
    "criteria": "by which criteria",
    "customer": "the customer",
    "customer_type": "a word of yours for the kind of customer",
    "data": "the whole new content, as the type of the target has it",
    "deal": "the deal",
    "digest": "SHA-256 of what was issued, shown or learned",
    "dispute": "the dispute",
    "document": "the plan or policy as data, see plans.md and attribution.md",
    "effective_at": "the new instant, if it moves",
    "evidence": "where it can be looked up: an address, a document",
    "expected": "what should be paid",
    "facts": "how many of the records have columns of their own",
    "files": "files that are evidence, each by its name and its SHA-256",
    "first": "the position of the first record",
    "from": "from this instant on",
    "issue": "which issue of the period: 1, after a reopening 2",
    "journeys": "how many journeys were read",
    "keys": "words of yours by which the customer is recognised, as a domain or a tax number",
    "kind": "which kind",
    "language": "in which language it was shown",
    "last": "the position of the last record",
    "layout": "number of what the columns hold",
    "lead": "the lead",
    "line": "the line it is about: 16 hexadecimal digits",
    "manager": "whom the payee reports to",
    "matured_by": "journeys that were over by then were read",
    "measure": "what is counted",
    "metric": "which figure",
    "milestone": "what was reached: a word of yours, such as invoice or go-live",
    "name": "how people call them; never part of a line; of weights, theirs",
    "note": "free text, of no consequence",
    "other": "the other id of the same",
    "outcome": "what became of it",
    "override": "the override or settlement that is taken back, by its source and id",
    "part": "what their part was",
    "payee": "the payee",
    "payees": "who signed together, two or more, each once",
    "per": "of which window the target is: that month, its quarter or its year",
    "period": "the payout period",
    "plan": "the plan",
    "plan_version": "its version",
    "policy": "the policy",
    "policy_version": "its version",
    "position": "the last record that the close used",
    "positions": "positions of records in the log that are evidence",
    "products": "what was sold",
    "proposed": "the ruling that the payee asks for",
    "quote": "the currency it becomes",
    "rate": "units of `quote` for one unit of `base`, exact",
    "reason": "why",
    "reason_code": "what is wrong, in one word",
    "reference": "an invoice or a voucher",
    "role": "a word of yours for the position; what is credited is the role in the deal",
    "root": "Merkle root over the leaves of the records, RFC 6962",
    "ruling": "shares of classes, splits of a side, or which claims count: see attribution.md",
    "self_sourced": "the signer's claim to have found the customer; weighed, not believed",
    "semantics": "number of the engine's meaning that computed the lines",
    "side": "which side did it; of `lead-created`, absent means marketing",
    "signed_by": "who signed, with shares that sum to exactly 1, each payee once; may be empty",
    "target": "the fact that was wrong, by its source and id",
    "team": "a word of yours for the team",
    "term_months": "how long the contract runs",
    "to": "until this instant, or to whom",
    "training": "how they were learned, as data",
    "value": "what it is worth: of an amendment, the running term after it",
    "weights": "customer type, or `*` for all, to channel to whole ten-thousandths",
}


_NAMED: dict[str, str] = {
    "FactName": "source and id",
    "File": "name and digest",
    "Money": "money",
    "Ruling": "ruling",
    "Signer": "signer",
}
"""Parts of events in one or two words."""


def events_reference() -> str:
    """Every event type: meaning, who may send it, fields, example."""
    parts: list[str] = []
    for kind, model in EVENTS.items():
        parts.extend(_event(kind, model))
    return "\n".join(parts)


def _event(kind: str, model: type[Event]) -> Iterator[str]:
    schema = event_schema(model)
    sender = "a CRM, or a person through `evenhand`" if model.is_fact else "a person, by a command"
    subjects = " or ".join(f"`{prefix}/<id>`" for prefix in model.subjects)
    yield f"### `{kind}`\n\n{meaning(model)}\n"
    yield f"Sent by {sender}. Subject {subjects}. Version {model.version}.\n"
    yield "| field | holds | means |\n| --- | --- | --- |"
    needed = schema.get("required", [])
    for name in sorted(schema["properties"], key=lambda name: name not in needed):
        mark = "**" if name in needed else ""
        held = holds(schema["properties"][name])
        yield f"| {mark}`{name}`{mark} | {held} | {FIELDS[name]} |"
    example: Any = sample(kind) if model.is_fact else {"type": kind, "data": DECISIONS[kind]}
    yield f"\n```json\n{json.dumps(example, ensure_ascii=False)}\n```\n"


def holds(part: Document) -> str:
    """What a field holds, in a word or two."""
    named = {
        ID_PATTERN: "id",
        INSTANT_PATTERN: "instant",
        AMOUNT_PATTERN: "amount",
        SHARE_PATTERN: "share",
    }
    match part:
        case {"anyOf": choices}:
            return " or ".join(holds(choice) for choice in choices if choice != {"type": "null"})
        case {"$ref": reference}:
            return _NAMED[reference.rpartition("/")[2]]
        case {"enum": words}:
            return ", ".join(f"`{word}`" for word in words)
        case {"const": word}:
            return f"`{word}`"
        case {"type": "array", "items": inner}:
            return f"list of {holds(inner)}"
        case {"pattern": pattern}:
            return named.get(pattern, "text of a form")
        case {"type": "string"}:
            return "text"
        case {"type": kind}:
            return {"integer": "whole number", "boolean": "true or false"}.get(kind, str(kind))
        case _:
            return "anything"


def reserved_names() -> str:
    """Names of decisions to come."""
    return ", ".join(f"`{kind}`" for kind in sorted(DECISIONS_TO_COME)) + "."


def errors_reference(errors: list[Shown]) -> str:
    """Every code with its family, its status and the text of its golden file."""
    single = [error for error in errors if "/" not in error.name]
    lines: list[str] = []
    for family in FAMILIES:
        described = (family.__doc__ or "").splitlines()[0]
        members = [error for error in single if error.family == family.__name__]
        if members:
            lines += [f"## {family.__name__}", "", described, ""]
            lines += [_row(error) for error in sorted(members, key=lambda error: error.code)]
            lines.append("")
    for prefix, title in (("wire/", "Messages that are quarantined"), ("import/", "Imports")):
        lines += [f"## {title}", "", f"All are {FAMILIES[0].__name__}, 422.", ""]
        lines += [_row(error) for error in errors if error.name.startswith(prefix)]
        lines.append("")
    return "\n".join(lines)


def _row(error: Shown) -> str:
    text = " ".join(error.text.split())
    return f"- **`{error.code}`** ({error.status}): {text}"
