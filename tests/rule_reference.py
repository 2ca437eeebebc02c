"""The generated reference of plans and policies, made from their models."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from schemas.plans import DAY_PATTERN, Plan
from schemas.plans.choices import CHOICES
from schemas.plans.conventions import Choice
from schemas.policies import Policy
from schemas.policies.choices import CHOICES as POLICY_CHOICES
from schemas.publish import Document
from schemas.rates import FIGURE_PATTERN, RATE_PATTERN
from schemas.values import ID_PATTERN
from tests.reference import holds

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

CREDITING_PARTS = frozenset(
    {"FirstTouch", "LastTouch", "LastNonExcluded", "Linear", "LinearDistinct", "Position"}
    | {"Milestones", "TimeDecay", "ChannelWeights", "Learned"}
)
"""Parts of a policy that docs/crediting-models.md tells."""

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


def policy_reference() -> str:
    """The keys of a policy and of all its parts, and the choices among them."""
    schema: Document = Policy.model_json_schema(by_alias=True)
    parts = {"Policy": schema, **schema["$defs"]}
    keys = [
        line
        for name, part in parts.items()
        if name not in CREDITING_PARTS
        for line in _part(name, part)
    ]
    return "\n".join([*keys, f"### Choices\n\n{choices_reference(choices=POLICY_CHOICES)}"])


def _plan_parts() -> dict[str, Document]:
    """Every part of a plan as JSON Schema, by the name of its model."""
    schema: Document = Plan.model_json_schema(by_alias=True)
    return {"Plan": schema, **schema["$defs"]}


def part_reference(name: str, schema: Document) -> str:
    """The keys of a part that stands alone."""
    return "\n".join(_part(name, schema))


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
        without = (
            "" if default in (None, [], {}) or isinstance(default, dict) else f" (else `{said}`)"
        )
        means = part.get("description") or told_by(part)
        yield f"| {mark}`{key}`{mark} | {_plan_holds(part)}{without} | {means} |"
    yield ""


def told_by(part: Document) -> str:
    """Where a key without words of its own is explained."""
    return "see there" if "$ref" in part else ""


def choices_reference(
    names: Sequence[str] = (), choices: Mapping[tuple[str, str], Choice] = CHOICES
) -> str:
    """Choices between conventions, once, with an example of the difference; of some parts or all.

    Nothing where those parts have none. What kind a gate is belongs to every gate.
    """
    owners: dict[int, list[str]] = {}
    for (part, key), choice in choices.items():
        owner = "FlowGate" if key == "count" else part
        if not names or owner in names:
            owners.setdefault(id(choice), []).append(part)
    told = {id(choice): choice for choice in choices.values() if id(choice) in owners}
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
            return holds(part)
