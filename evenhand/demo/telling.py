"""What every chapter of the story shares: the page, the words, the answers; cells of tables."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from evenhand.demo.asked import Asked, Row
from evenhand.demo.facts import ZONE
from evenhand.demo.life import Life
from evenhand.demo.page import Page
from evenhand.demo.words import Words
from schemas.values import amount_text


@dataclass(frozen=True, slots=True)
class Story:
    """What the steps are told from: the page, the words, what happened, and the log's answers."""

    page: Page
    words: Words
    life: Life
    asked: Asked
    log_name: str


def print_lines(story: Story, rows: Iterable[Row]) -> None:
    """Lines as a table; the points of one payee are one row."""
    points: Counter[str] = Counter()
    worth: Counter[str] = Counter()
    cells: list[list[str]] = []
    for row in sorted(rows, key=lambda row: (row["payee"], row["deal"] or "")):
        if row["deal"] is None:
            points[row["payee"]] += 1
            worth[row["payee"]] += row["amount"]
        else:
            cells.append(_cells(row))
    for payee, count in points.items():
        on = story.words("points", count=count)
        cells.append([payee, "valid-lead-points", on, "", "", "", money(worth[payee])])
    story.page.table(story.words.columns("lines-columns"), sorted(cells, key=lambda each: each[0]))


def _cells(row: Row) -> list[str]:
    num, den = row["share_num"], row["share_den"]
    foreign = row["base_currency"] not in (None, "CNY")
    base = "" if row["base"] is None else amount_text(row["base"], row["base_currency"])
    return [
        row["payee"],
        row["component"],
        row["deal"],
        f"{base} {row['base_currency']}" if foreign else base,
        "" if num is None else _share(num, den),
        row["rate"] or "",
        money(row["amount"]),
    ]


def day(at: datetime) -> str:
    """The date of an instant where the company is."""
    return f"{at.astimezone(ZONE):%Y-%m-%d}"


def _share(num: int, den: int) -> str:
    return "1" if num == den else f"{num}/{den}"


def money(minor: int) -> str:
    """An amount of the plan's currency."""
    return amount_text(minor, "CNY")


def causes(row: Row) -> str:
    """The ids of the facts that moved a line."""
    return ", ".join(name["id"] for name in row["cause"])
