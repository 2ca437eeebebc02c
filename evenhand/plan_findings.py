"""What is found in a plan file: where it stands, which key, why it is wrong, what to do instead."""

import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from evenhand.yaml_files import Mark, parsed
from schemas.expressions import BadCondition, Kind
from schemas.expressions.reading import may_be_declared
from schemas.plans import Plan
from schemas.plans.choices import CHOICES
from schemas.plans.conventions import Choice
from schemas.plans.reading import condition
from schemas.plans.wholes import Place, Slip

_KEYS: Final = "there is no such key"
REMEDIES: Final[Mapping[str, str]] = {
    "missing": "Add it.",
    "extra_forbidden": "Take it out.",
    "name-twice": "Give one of them another name.",
    "mixed-currency": "Write it in the plan's currency.",
    "unknown-currency": "Write a code such as CNY.",
    "unknown-zone": "Write one such as Asia/Shanghai.",
    "unknown-component": "Name a component that is there, or add it.",
    "unknown-name": "Declare it, or name one that is there.",
    "wrong-type": "Put it in quotes.",
    "weights-not-one": "Change the weights until they do.",
    "bad-attribute": "Call it otherwise.",
    "bad-condition": "See docs/conditions.md.",
    "date_type": "Write 2026-01-31.",
}
"""What to do about a finding, by its code, where the reason does not say it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is found: the place in the file, the key by its path, the reason, a remedy."""

    line: int
    column: int
    key: str
    code: str
    reason: str
    remedy: str = ""

    def __str__(self) -> str:
        told = self.reason if self.reason.endswith("?") else f"{self.reason.rstrip('.')}."
        where = f"line {self.line}, column {self.column}: {self.key}"
        return f"{where}: {told} {self.remedy}".rstrip()


class Document:
    """A plan file as it was written: its content, and where each key of it stands."""

    def __init__(self, raw: bytes) -> None:
        """Raises `NoYaml`."""
        self.content, self._marks = parsed(raw)

    def finding(self, place: Place, code: str, reason: str, remedy: str = "") -> Finding:
        """A finding at a place of the document."""
        mark = self._mark(place)
        remedy = remedy or REMEDIES.get(code, "")
        return Finding(
            line=mark.line,
            column=mark.column,
            key=self._key(place),
            code=code,
            reason=reason,
            remedy=remedy,
        )

    def within(self, place: Place, bad: BadCondition) -> Iterator[Finding]:
        """What is wrong with a condition, at the column of the file where it stands on a line."""
        mark = self._mark(place)
        for each in bad.findings:
            found = self.finding(place, bad.code, str(each))
            shown = mark.column if mark.text is None else mark.text + each.column - 1
            yield replace(found, column=shown)

    def _mark(self, place: Place) -> Mark:
        """The mark of a place, or of the nearest one above it."""
        above = (place[:length] for length in range(len(place), -1, -1))
        return next((self._marks[path] for path in above if path in self._marks), Mark(1, 1))

    def _key(self, place: Place) -> str:
        """The path of keys, with the names of parts instead of their numbers."""
        words: list[str] = []
        content: Any = self.content
        for step in place:
            content = _under_key(content, step)
            name = _under_key(content, "id")
            numbered = name if isinstance(name, str) else str(step)
            words.append(step if isinstance(step, str) else numbered)
        return ".".join(words) or "the plan"


def _under_key(content: Any, step: str | int) -> Any:
    try:
        return content[step]
    except (LookupError, TypeError):
        return None


def of_errors(document: Document, errors: Iterable[ErrorDetails]) -> Iterator[Finding]:
    """What pydantic says is wrong with parts of a plan, in the words of the language."""
    for error in errors:
        place, owner = _place(error["loc"])
        yield _finding(document, place, owner, error)


def of_slips(document: Document, slips: Iterable[Slip]) -> Iterator[Finding]:
    """What does not hold together."""
    for place, error in slips:
        if isinstance(error, BadCondition):
            yield from document.within(place, error)
        else:
            choice = CHOICES.get(("Plan", str(place[-1]))) if len(place) == 1 else None
            remedy = "" if choice is None else str(choice)
            yield document.finding(place, error.type, error.message(), remedy)


def of_raw_conditions(document: Document) -> Iterator[Finding]:
    """What is wrong with conditions of a plan whose parts are not all parts, so far as is told."""
    kinds = frozenset(_declared(_under_key(document.content, "attributes")))
    for place, text in _raw_conditions(document):
        try:
            condition(text, kinds)
        except BadCondition as bad:
            yield from document.within(place, bad)


def _raw_conditions(document: Document) -> Iterator[tuple[Place, str]]:
    """Every text under a `where`, and its place, whatever stands around it."""
    for group in ("components", "measures"):
        parts = _under_key(document.content, group)
        for number, _ in enumerate(parts if isinstance(parts, list) else ()):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
            text = _under_key(_under_key(parts, number), "where")
            if isinstance(text, str):
                yield (group, number, "where"), text


def _declared(attributes: Any) -> Iterator[tuple[str, Kind]]:
    """The attributes of a document that are declared as they should be."""
    if isinstance(attributes, dict):
        for name, kind in attributes.items():  # pyright: ignore[reportUnknownVariableType]
            if isinstance(name, str) and kind in list(Kind) and may_be_declared(name, Kind(kind)):
                yield name, Kind(kind)


def _finding(
    document: Document, place: Place, owner: type[BaseModel] | None, error: ErrorDetails
) -> Finding:
    code, key = error["type"], str(place[-1]) if place else ""
    choice = None if owner is None else CHOICES.get((owner.__name__, key))
    remedy = "" if choice is None else str(choice)
    match code:
        case "extra_forbidden":
            known = [] if owner is None else _keys(owner)
            return document.finding(place, code, _KEYS, _meant(key, known))
        case "missing":
            return document.finding(place, code, "the key is missing", remedy)
        case "literal_error":
            reason = f"it is none of {_listed(error)}"
            close = "" if choice is None else _meant(str(error["input"]), list(choice.means))
            meant = close if close.endswith("?") else ""
            return document.finding(place, code, reason, f"{meant} {remedy}".strip())
        case "bool_type":
            return document.finding(place, code, "it is neither true nor false", remedy)
        case "union_tag_invalid" | "union_tag_not_found":
            return _of_a_tag(document, place, error)
        case _:
            return document.finding(place, code, error["msg"], remedy)


def _of_a_tag(document: Document, place: Place, error: ErrorDetails) -> Finding:
    """A part that does not say which kind it is, or one that is none."""
    context = error.get("ctx", {})
    name = str(context.get("discriminator", "")).strip("'")
    missing = error["type"] == "union_tag_not_found"
    tags = [tag.strip(" '") for tag in str(context.get("expected_tags", "")).split(",")]
    reason = "the key is missing" if missing else f"it is none of {', '.join(tags)}"
    meant = "" if missing else _meant(str(context.get("tag")), tags)
    choice: Choice | None = CHOICES.get(("Plan", name))
    remedy = " ".join([meant, "" if choice is None else str(choice)]).strip()
    return document.finding((*place, name), error["type"], reason, remedy)


def _listed(error: ErrorDetails) -> str:
    return str(error.get("ctx", {}).get("expected", "")).replace("'", "").replace(" or ", ", ")


def _meant(word: str, known: Sequence[str]) -> str:
    close = get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return f"Did you mean {close[0]}?"
    return f"Known here: {', '.join(known)}." if known else ""


def _keys(owner: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in owner.model_fields.items()]


def _place(location: Sequence[str | int]) -> tuple[Place, type[BaseModel] | None]:
    """The place in the document of an error of pydantic, and the part whose key it is.

    Pydantic names the kind of a component on the way as well, where the document has no key.
    """
    place: list[str | int] = []
    owner: type[BaseModel] | None = Plan
    here: Any = Plan
    for step in location:
        here = _plain(here)
        if get_origin(here) in (Union, types.UnionType):
            here = next((each for each in get_args(here) if step in _tags(each)), None)
        else:
            owner = here if _is_part(here) else None
            here = _under(here, step)
            place.append(step)
    return tuple(place), owner


def _plain(annotation: Any) -> Any:
    """An annotation without remarks, and without None beside it."""
    if get_origin(annotation) is Annotated:
        return _plain(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        kinds = [each for each in get_args(annotation) if each is not type(None)]
        return _plain(kinds[0]) if len(kinds) == 1 else annotation
    return annotation


def _is_part(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _under(annotation: Any, step: str | int) -> Any:
    if _is_part(annotation):
        fields = annotation.model_fields.items()
        return next((each.annotation for name, each in fields if step in (each.alias, name)), None)
    arguments = get_args(annotation)
    return arguments[-1] if arguments else None


def _tags(annotation: Any) -> tuple[Any, ...]:
    """The word by which a part of several kinds is told from the others."""
    if not _is_part(annotation):
        return ()
    for name in ("kind", "count"):
        field = annotation.model_fields.get(name)
        if field is not None:
            return get_args(field.annotation)
    return ()
