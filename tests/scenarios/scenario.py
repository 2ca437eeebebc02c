"""Scenarios: stories of facts with the answers expected of them, as a payroll clerk writes them.

    A smaller contract claws back what was overpaid.

    plan seed
    2026-01-05  lead-created      lead 7   by mia
    2026-01-20  deal-signed       deal 42  lead 7  by sam  10,000.00 CNY
    2026-02-01  close             2026-01

    statement 2026-01
      mia  deal 42  ...

The first paragraph is the title. Then one row a line, in the order in which the log learned them; a
row `recorded 2026-03-02` at its end was learned then and not on its date, and `refused CODE` at its
end means that it must be refused so. Facts are written as in the examples of plans; other rows are
`plan NAME` (without a date: published when it takes effect), `rate`, `assign`, `close`, `reopen`,
and, naming a row by the number of its line in the file, `void`, `correct` and `again`. Below the
rows stand questions, and below each its answer, indented. Text after # is a remark.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
PATHS = sorted(FOLDER.glob("*.txt"))

_DATE = re.compile(r"2[0-9]{3}-[0-9]{2}-[0-9]{2}(T\S+)?\Z")
QUESTIONS = (
    "statement", "balances", "exceptions", "explain", "replay", "deals", "quarantine", "periods",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """What happened: the number of its line, its date, its verb or type, and the other words."""

    number: int
    at: str | None
    verb: str
    words: tuple[str, ...]
    recorded: str | None
    refused: str | None


@dataclass(frozen=True)
class Question:
    """A question with the remarks above it."""

    remarks: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Scenario:
    """A title, what happened, and what is asked. `head` is all above the first question."""

    title: str
    rows: tuple[Row, ...]
    head: str
    questions: tuple[Question, ...]

    def text(self, answers: list[list[str]]) -> str:
        """The scenario as it stands in its file, with these answers."""
        parts = [self.head.rstrip()]
        for question, answer in zip(self.questions, answers, strict=True):
            lines = [*question.remarks, question.text, *(f"  {line}" for line in answer)]
            parts.append("\n".join(line.rstrip() for line in lines))
        return "\n\n".join(parts) + "\n"


def read(path: Path) -> Scenario:
    """The scenario in a file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    first = next(number for number, line in enumerate(lines) if _is_question(line))
    while first and lines[first - 1].startswith("#"):
        first -= 1
    title_end = lines.index("")
    return Scenario(
        title=" ".join(lines[:title_end]),
        rows=tuple(_rows(lines[:first], title_end)),
        head="\n".join(lines[:first]),
        questions=tuple(_questions(lines[first:])),
    )


def _rows(lines: list[str], title_end: int) -> Iterator[Row]:
    for number, line in enumerate(lines, 1):
        words = line.partition("#")[0].split()
        if not words or number <= title_end:
            continue
        refused, words = _ending("refused", words)
        recorded, words = _ending("recorded", words)
        at, words = (words[0], words[1:]) if _DATE.match(words[0]) else (None, words)
        yield Row(number, at, words[0], tuple(words[1:]), recorded, refused)


def _ending(word: str, words: list[str]) -> tuple[str | None, list[str]]:
    if len(words) > 2 and words[-2] == word:
        return words[-1], words[:-2]
    return None, words


def _questions(lines: list[str]) -> Iterator[Question]:
    remarks: list[str] = []
    for line in lines:
        if line.startswith("#"):
            remarks.append(line)
        elif _is_question(line):
            yield Question(tuple(remarks), line.rstrip())
            remarks = []
        elif line.strip() and not line.startswith("  "):
            raise ValueError(f"{line!r} is neither a question nor an indented answer")


def _is_question(line: str) -> bool:
    return line.partition(" ")[0] in QUESTIONS
