"""What is found in a file of rules: where it stands, which key, why it is wrong, what to do."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any, Final

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from evenhand.places import keys_of, place_of
from evenhand.yaml_files import Mark, parsed
from schemas.expressions import BadCondition, Kind
from schemas.expressions.reading import may_be_declared
from schemas.plans.conventions import Choice
from schemas.plans.reading import condition
from schemas.slips import Place, Slip

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
    "rule-twice": "Take one of them out.",
    "rule-unreached": "Move it before them, or take it out.",
    "open-end": "Add no-claim as the last rule.",
    "name-taken": "Give it another name.",
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """A language of rules as files are read by it.

    Attributes:
        model: what a whole document is.
        choices: of keys, by the part's name and the key, what each convention means.
        asking: the groups whose parts may have a condition under `where`.
    """

    model: type[BaseModel]
    choices: Mapping[tuple[str, str], Choice]
    asking: Sequence[str]

    def choice(self, owner: type[BaseModel] | None, key: str) -> Choice | None:
        """The choice that a key of a part is, if it is one."""
        return None if owner is None else self.choices.get((owner.__name__, key))


class Document:
    """A file of rules as it was written: its content, and where each key of it stands."""

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
        return ".".join(words) or "the file"


def _under_key(content: Any, step: str | int) -> Any:
    try:
        return content[step]
    except (LookupError, TypeError):
        return None


def of_errors(
    document: Document, grammar: Grammar, errors: Iterable[ErrorDetails]
) -> Iterator[Finding]:
    """What pydantic says is wrong with parts of a document, in the words of the language."""
    for error in errors:
        place, owner = place_of(error["loc"], grammar.model)
        yield _finding(document, grammar, (place, owner), error)


def of_slips(document: Document, grammar: Grammar, slips: Iterable[Slip]) -> Iterator[Finding]:
    """What does not hold together."""
    for place, error in slips:
        if isinstance(error, BadCondition):
            yield from document.within(place, error)
        else:
            _, owner = place_of(place, grammar.model)
            choice = grammar.choice(owner, str(place[-1]))
            remedy = "" if choice is None else str(choice)
            yield document.finding(place, error.type, error.message(), remedy)


def of_raw_conditions(document: Document, grammar: Grammar) -> Iterator[Finding]:
    """What is wrong with conditions in a file whose parts are not all parts, so far as is told."""
    kinds = frozenset(_declared(_under_key(document.content, "attributes")))
    for place, text in _raw_conditions(document, grammar.asking):
        try:
            condition(text, kinds)
        except BadCondition as bad:
            yield from document.within(place, bad)


def _raw_conditions(document: Document, groups: Iterable[str]) -> Iterator[tuple[Place, str]]:
    """Every text under a `where`, and its place, whatever stands around it."""
    for group in groups:
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
    document: Document,
    grammar: Grammar,
    at: tuple[Place, type[BaseModel] | None],
    error: ErrorDetails,
) -> Finding:
    (place, owner), code = at, error["type"]
    key = str(place[-1]) if place else ""
    choice = grammar.choice(owner, key)
    remedy = "" if choice is None else str(choice)
    match code:
        case "extra_forbidden":
            known = [] if owner is None else keys_of(owner)
            return document.finding(place, code, _KEYS, _meant(key, known))
        case "missing":
            return document.finding(place, code, "the key is missing", remedy)
        case "literal_error":
            reason = f"it is none of {_listed(error)}"
            close = _meant(str(error["input"]), _listed(error).split(", "))
            meant = close if close.endswith("?") else ""
            return document.finding(place, code, reason, f"{meant} {remedy}".strip())
        case "bool_type":
            return document.finding(place, code, "it is neither true nor false", remedy)
        case "union_tag_invalid" | "union_tag_not_found":
            return _of_a_tag(document, grammar, place, error)
        case _:
            return document.finding(place, code, error["msg"], remedy)


def _of_a_tag(document: Document, grammar: Grammar, place: Place, error: ErrorDetails) -> Finding:
    """A part that does not say which kind it is, or one that is none."""
    context = error.get("ctx", {})
    name = str(context.get("discriminator", "")).strip("'")
    missing = error["type"] == "union_tag_not_found"
    tags = [tag.strip(" '") for tag in str(context.get("expected_tags", "")).split(",")]
    reason = "the key is missing" if missing else f"it is none of {', '.join(tags)}"
    meant = "" if missing else _meant(str(context.get("tag")), tags)
    choice = grammar.choice(grammar.model, name)
    remedy = " ".join([meant, "" if choice is None else str(choice)]).strip()
    return document.finding((*place, name), error["type"], reason, remedy)


def _listed(error: ErrorDetails) -> str:
    return str(error.get("ctx", {}).get("expected", "")).replace("'", "").replace(" or ", ", ")


def _meant(word: str, known: Sequence[str]) -> str:
    close = get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return f"Did you mean {close[0]}?"
    return f"Known here: {', '.join(known)}." if known else ""
