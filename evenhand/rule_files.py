"""Files of rules, plans and policies: YAML 1.2 (or JSON) read, or all that is wrong at once."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from evenhand.findings import Document, Finding, Grammar, of_errors, of_raw_conditions, of_slips
from evenhand.yaml_files import NoYaml
from schemas.errors import Malformed, Missing
from schemas.examples import BadExample
from schemas.slips import Note, Place, Slip

Rules = TypeVar("Rules", bound=BaseModel)


class NoSuchFile(Missing):
    """A file was named that is not there, or cannot be read."""

    code = "no-such-file"

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(
            f"{path} was to be read, and there is no such file that may be read. Check the name."
        )


@dataclass(frozen=True, slots=True)
class Linted(Generic[Rules]):
    """Rules that can be published, with what is worth a second look."""

    rules: Rules
    notes: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class Surprising:
    """An expectation of an example that does not hold: its place below the example, and how."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFiles(Generic[Rules]):
    """Files of one language.

    Attributes:
        model: what a file holds.
        grammar: how its findings are told.
        bad: the error of a file, by its path and all findings.
        gaps: what only a linter refuses.
        surprises: what of an example, by its number, does not hold. Raises `BadExample`.
        notes: what is allowed and worth a second look.
    """

    model: type[Rules]
    grammar: Grammar
    bad: Callable[[Path, list[str]], Malformed]
    gaps: Callable[[Rules], Iterable[Slip]]
    surprises: Callable[[Rules, int], Iterable[Surprising]]
    notes: Callable[[Rules], Iterable[Note]]

    def read(self, path: Path) -> Rules:
        """The rules in a file. Raises `NoSuchFile` and the error of a bad file."""
        return self._read(path, self._document(path))

    def linted(self, path: Path) -> Linted[Rules]:
        """The same with its examples executed, and notes. Raises `NoSuchFile` and `bad`."""
        document = self._document(path)
        rules = self._read(path, document)
        findings = [
            *of_slips(document, self.grammar, self.gaps(rules)),
            *self._of_examples(document, rules),
        ]
        if findings:
            raise self.bad(path, _told(findings))
        told = [document.finding(place, "note", text) for place, text in self.notes(rules)]
        return Linted(rules, _in_order(told))

    def _document(self, path: Path) -> Document:
        try:
            return Document(read_bytes(path))
        except NoYaml as bad:
            raise self.bad(path, [str(bad)]) from None

    def _read(self, path: Path, document: Document) -> Rules:
        """The rules of a document, or everything that is wrong with its parts and the whole."""
        slips: list[Slip] = []
        try:
            rules = self.model.model_validate(document.content, context={"slips": slips})
        except ValidationError as invalid:
            asked = [
                *of_errors(document, self.grammar, invalid.errors()),
                *of_raw_conditions(document, self.grammar),
            ]
            raise self.bad(path, _told(asked)) from None
        if slips:
            gaps = [*slips, *self.gaps(rules)]
            raise self.bad(path, _told(of_slips(document, self.grammar, gaps)))
        return rules

    def _of_examples(self, document: Document, rules: Rules) -> Iterator[Finding]:
        """The examples that do not come out as they say, or say no facts."""
        examples: Any = getattr(rules, "examples", ())
        for number in range(len(examples)):
            place: Place = ("examples", number)
            try:
                found = list(self.surprises(rules, number))
            except BadExample as bad:
                yield document.finding((*place, "events"), bad.code, str(bad))
                continue
            for each in found:
                yield document.finding((*place, *each.place), "surprise", each.text, _EITHER)


_EITHER = "Correct the rules, or the example."


def read_bytes(path: Path) -> bytes:
    """The bytes of a file. Raises `NoSuchFile`."""
    try:
        return path.read_bytes()
    except OSError:
        raise NoSuchFile(path) from None


def _told(findings: Iterable[Finding]) -> list[str]:
    return [str(finding) for finding in _in_order(findings)]


def _in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Findings as they stand in the file."""
    return sorted(findings, key=lambda finding: (finding.line, finding.column))
