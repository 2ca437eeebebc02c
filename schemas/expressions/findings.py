"""What is wrong with a condition: where it stands, what was found, and what to write instead."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, Self

from pydantic_core import PydanticCustomError

_EXCERPT = 40
_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong. `column` counts the characters of the text from 1."""

    column: int
    found: str
    expected: str
    suggestion: str | None = None

    def __str__(self) -> str:
        hint = f"; did you mean {self.suggestion}?" if self.suggestion else ""
        return f"column {self.column}: found {self.found}, expected {self.expected}{hint}"


class BadCondition(PydanticCustomError):
    """A text is no condition; `findings` say why. As a pydantic error its type is the code."""

    code: Final = "bad-condition"
    findings: tuple[Finding, ...]

    def __new__(cls, findings: Sequence[Finding]) -> Self:
        """An error that pydantic shows with all its findings."""
        shown = [str(finding) for finding in findings[:_SHOWN]]
        left = [f"and {len(findings) - _SHOWN} more"] if len(findings) > _SHOWN else []
        said = "; ".join((*shown, *left))
        return super().__new__(cls, "bad-condition", "{findings}", {"findings": said})

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)


def quoted(text: str) -> str:
    """A piece of a text as an error shows it: short, and without signs that do harm."""
    cut = text if len(text) <= _EXCERPT else f"{text[:_EXCERPT]}…"
    shown = "".join(map(_visible, cut))
    return shown if shown.startswith('"') and len(shown) > 1 else f'"{shown}"'


def _visible(sign: str) -> str:
    return sign if sign.isprintable() else f"<U+{ord(sign):04X}>"


def sign_name(sign: str) -> str:
    """A character with its name where it is not ASCII, for those that look like others."""
    if sign.isascii():
        return quoted(sign)
    return f"{quoted(sign)} (U+{ord(sign):04X} {unicodedata.name(sign, 'unnamed')})"


def closest(word: str, among: Iterable[str]) -> str | None:
    """The word that was perhaps meant, in quotes."""
    found = get_close_matches(word[:_EXCERPT].lower(), list(among), n=1)
    return quoted(found[0]) if found else None
