"""The generated parts of the documentation, made from models, schemas and golden texts."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from schemas.events import DECISIONS_TO_COME, EVENTS, Event
from schemas.plans import DAY_PATTERN, Plan
from schemas.plans.choices import CHOICES
from schemas.publish import Document, event_schema, meaning
from schemas.rates import FIGURE_PATTERN, RATE_PATTERN
from schemas.values import AMOUNT_PATTERN, ID_PATTERN, INSTANT_PATTERN, SHARE_PATTERN
from tests.errors.instances import FAMILIES, Shown
from tests.schemas.samples import DECISIONS, sample

BEGIN, END = "<!-- generated: pytest --bless -->", "<!-- end -->"

FIELDS: dict[str, str] = {
    "amount": "how much, as a string",
    "approved_by": "the second person",
    "base": "the currency that is exchanged",
    "attributes": "words of yours about the deal, each a name and a text; a plan declares them",
    "by": "who did it; of `lead-created`: who found the lead and is paid for it",
    "campaign": "the campaign it came from",
    "channel": "the channel it came through",
    "corrects": "the value fact whose value was wrong; without it the latest one",
    "count": "the target, when it is a number of something",
    "criteria": "by which criteria",
    "customer": "the customer",
    "customer_type": "a word of yours for the kind of customer",
    "data": "the whole new content, as the type of the target has it",
    "deal": "the deal",
    "digest": "SHA-256 of the document that was issued or shown",
    "document": "the plan as data, see plans.md",
    "effective_at": "the new instant, if it moves",
    "evidence": "where it can be looked up: an address, a document",
    "from": "from this instant on",
    "issue": "which issue of the period: 1, after a reopening 2",
    "kind": "which kind",
    "language": "in which language it was shown",
    "lead": "the lead",
    "manager": "whom the payee reports to",
    "measure": "what is counted",
    "metric": "which figure",
    "milestone": "what was reached: a word of yours, such as invoice or go-live",
    "name": "how people call the payee; never part of a line",
    "note": "free text, of no consequence",
    "other": "the other id of the same",
    "part": "what their part was",
    "payee": "the payee",
    "per": "of which window the target is: that month, its quarter or its year",
    "payees": "who signed together, two or more, each once",
    "period": "the payout period",
    "plan": "the plan",
    "plan_version": "its version",
    "position": "the last record that the close used",
    "products": "what was sold",
    "quote": "the currency it becomes",
    "rate": "units of `quote` for one unit of `base`, exact",
    "reason": "why",
    "reference": "an invoice or a voucher",
    "role": "a word of yours for the position; what is credited is the role in the deal",
    "self_sourced": "the signer's claim to have found the customer; weighed, not believed",
    "semantics": "number of the engine's meaning that computed the lines",
    "side": "which side did it; of `lead-created`, absent means marketing",
    "signed_by": "who signed, with shares that sum to exactly 1, each payee once; may be empty",
    "target": "the fact that was wrong, by its source and id",
    "team": "a word of yours for the team",
    "term_months": "how long the contract runs",
    "to": "until this instant, or to whom",
    "value": "what it is worth: of an amendment, the running term after it",
}


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
        holds = _holds(schema["properties"][name])
        yield f"| {mark}`{name}`{mark} | {holds} | {FIELDS[name]} |"
    example: Any = sample(kind) if model.is_fact else {"type": kind, "data": DECISIONS[kind]}
    yield f"\n```json\n{json.dumps(example, ensure_ascii=False)}\n```\n"


def _holds(part: Document) -> str:
    named = {
        ID_PATTERN: "id",
        INSTANT_PATTERN: "instant",
        AMOUNT_PATTERN: "amount",
        SHARE_PATTERN: "share",
    }
    match part:
        case {"anyOf": choices}:
            return " or ".join(_holds(choice) for choice in choices if choice != {"type": "null"})
        case {"$ref": reference}:
            names = {"Money": "money", "Signer": "signer", "FactName": "source and id"}
            return names[reference.rpartition("/")[2]]
        case {"enum": words}:
            return ", ".join(f"`{word}`" for word in words)
        case {"const": word}:
            return f"`{word}`"
        case {"type": "array", "items": inner}:
            return f"list of {_holds(inner)}"
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


OF_PAGES: dict[str, tuple[str, ...]] = {
    "commission": ("Commission",),
    "tiered": ("Tiered",),
    "matrix": ("MatrixCommission",),
    "override": ("Override",),
    "overlay": ("Overlay",),
    "points": ("Points",),
    "award": ("Award",),
    "flat": ("Flat",),
    "spiff": ("Spiff",),
    "bonus": ("Bonus",),
    "scorecard": ("Scorecard",),
    "guarantee": ("Guarantee",),
    "ceiling": ("Ceiling",),
    "clawback": ("Clawback",),
    "gates": ("FlowGate", "CohortGate", "AttainmentGate"),
    "measures-and-quotas": ("Measure", "Quota"),
    "coefficients": ("Coefficient",),
    "instalments": ("Instalments",),
    "payment": ("Payment",),
    "leaving": ("Leaving",),
}
"""Page in docs/components to the parts it is about; what those refer to is told there too."""

PLAN_PARTS = ("Plan", "Example", "Expected", "ExpectedBalance")
"""What docs/plans.md tells itself."""


def plan_reference() -> str:
    """The keys of a plan itself and of its examples."""
    told = _plan_parts()
    return "\n".join(line for name in PLAN_PARTS for line in _part(name, told[name]))


def page_reference(page: str) -> str:
    """The keys of what a page is about, and the choices among them."""
    told, names = _plan_parts(), list(OF_PAGES[page])
    for name in names:  # it grows: what a part refers to comes after it, in the order of its keys
        found = re.findall(r"#/\$defs/(\w+)", json.dumps(told[name].get("properties")))
        names += [each for each in dict.fromkeys(found) if each not in names]
    keys = [line for name in names for line in _part(name, told[name])]
    choices = choices_reference(names)
    return "\n".join([*keys, *([f"### Choices\n\n{choices}"] if choices else [])])


def _plan_parts() -> dict[str, Document]:
    """Every part of a plan as JSON Schema, by the name of its model."""
    schema: Document = Plan.model_json_schema(by_alias=True)
    return {"Plan": schema, **schema["$defs"]}


def _part(name: str, schema: Document) -> Iterator[str]:
    words = [schema["properties"].get(key, {}).get("const") for key in ("kind", "count")]
    which = next((f": `{word}`" for word in words if word), "")
    yield f"### {name}{which}\n\n{schema['description'].partition(chr(10) * 2)[0]}\n"
    yield "| key | holds | means |\n| --- | --- | --- |"
    needed = schema.get("required", [])
    for key, part in schema["properties"].items():
        mark = "**" if key in needed else ""
        default = part.get("default")
        said = str(default).lower() if isinstance(default, bool) else default
        without = "" if default in (None, [], {}) else f" (else `{said}`)"
        means = part.get("description") or told_by(part)
        yield f"| {mark}`{key}`{mark} | {_plan_holds(part)}{without} | {means} |"
    yield ""


def told_by(part: Document) -> str:
    """Where a key without words of its own is explained."""
    return "see there" if "$ref" in part else ""


def choices_reference(names: Sequence[str] = ()) -> str:
    """Choices between conventions, once, with an example of the difference; of some parts or all.

    Nothing where those parts have none. What kind a gate is belongs to every gate.
    """
    owners: dict[int, list[str]] = {}
    for (part, key), choice in CHOICES.items():
        owner = "FlowGate" if key == "count" else part
        if not names or owner in names:
            owners.setdefault(id(choice), []).append(part)
    told = {id(choice): choice for choice in CHOICES.values() if id(choice) in owners}
    if not told:
        return ""
    rows = (
        f"| `{choice.key}` of {', '.join(owners[each])} | "
        f"{'; '.join(f'`{word}`: {meaning}' for word, meaning in choice.means.items())} | "
        f"{choice.difference} |"
        for each, choice in told.items()
    )
    return "\n".join(["| key | choices | for example |", "| --- | --- | --- |", *rows])


def _plan_holds(part: Document) -> str:
    """What a key of a plan holds; parts by their names."""
    forms = {
        RATE_PATTERN: "rate",
        FIGURE_PATTERN: "figure",
        ID_PATTERN: "id",
        DAY_PATTERN: "date",
        r"^[A-Z]{3}$": "ISO 4217 code",
        r"^[a-z0-9]+(-[a-z0-9]+)*$": "word",
        r"^[0-9]{4}-(0[1-9]|1[0-2])$": "period",
    }
    match part:
        case {"anyOf": choices} | {"oneOf": choices}:
            told = [_plan_holds(each) for each in choices if each != {"type": "null"}]
            return told[0] if len(told) == 1 else " or ".join(told)
        case {"$ref": reference}:
            return str(reference).rpartition("/")[2]
        case {"properties": {"amount": _, "currency": _}}:
            return "money"
        case {"type": "array", "items": inner}:
            return f"list of {_plan_holds(inner)}"
        case {"type": "object", "additionalProperties": inner} if inner:
            return f"names, each with {_plan_holds(inner)}"
        case {"type": "object", "patternProperties": inner}:
            return f"names, each with {_plan_holds(next(iter(inner.values())))}"
        case {"pattern": pattern}:
            return forms.get(pattern, "text of a form")
        case _:
            return _holds(part)
