"""Games of one's own: CSV in which each set of players has its worth."""

import csv
from fractions import Fraction
from io import StringIO
from math import lcm
from pathlib import Path
from typing import NamedTuple

import polars as pl

from engine.crediting_models.games import CHANNELS_MAX
from evenhand.rule_files import read_bytes
from schemas.errors import Malformed

BETWEEN = "+"
"""What stands between the players of a set: `ads+mail`."""


class BadGame(Malformed):
    """A file that tells no game."""

    code = "bad-game"

    def __init__(self, path: Path, findings: list[str]) -> None:
        self.path, self.findings = path, findings
        listed = "".join(f"\n  {finding}" for finding in findings)
        super().__init__(
            f"{path} tells no game:{listed}\n"
            "Write a CSV with the columns set and worth: ads+mail,7/2 and one row a set."
        )


class Game(NamedTuple):
    """A game of whole numbers: the worth of every set, in parts of which `unit` make one.

    Of the set with place s are the players i with bit i in s; `unnamed` sets are worth 0.
    """

    players: list[str]
    worth: pl.Series
    unit: int
    unnamed: int


def read_game(path: Path) -> Game:
    """The game in a file. Raises `NoSuchFile` and `BadGame`."""
    try:
        rows = list(csv.DictReader(StringIO(read_bytes(path).decode("utf-8-sig"))))
    except UnicodeDecodeError:
        raise BadGame(path, ["it is not text in UTF-8"]) from None
    findings: list[str] = []
    told: dict[frozenset[str], Fraction] = {}
    for number, row in enumerate(rows, 2):
        try:
            players, worth = _row(row)
            if players in told:
                findings.append(f"row {number}: the set stands there twice")
            told[players] = worth
        except (ValueError, ZeroDivisionError, TypeError) as bad:
            findings.append(f"row {number}: {bad}")
    if findings or not told:
        raise BadGame(path, findings or ["it has no row"])
    return _whole(told)


def _row(row: dict[str, str]) -> tuple[frozenset[str], Fraction]:
    if row.keys() != {"set", "worth"}:
        raise ValueError("its columns are not set and worth")
    names = [name.strip() for name in row["set"].split(BETWEEN)]
    if not all(names) or len(set(names)) < len(names):
        raise ValueError(f"{row['set']!r} is no set of players, each once")
    if not row["worth"].isascii() or any(letter in row["worth"] for letter in "eE_"):
        raise ValueError(f"{row['worth']!r} is no exact number such as 12, 3.5 or 7/2")
    return frozenset(names), Fraction(row["worth"].strip())


def _whole(told: dict[frozenset[str], Fraction]) -> Game:
    """The game with all its worths brought to one denominator."""
    players = sorted({player for members in told for player in members})
    unit = lcm(*(worth.denominator for worth in told.values()))
    places = {player: 1 << place for place, player in enumerate(players)}
    few = len(players) <= CHANNELS_MAX  # a game of more is refused before its sets are written out
    worth = [0] * (1 << len(players)) if few else [0]
    for members, value in told.items() if few else ():
        worth[sum(places[player] for player in members)] = int(value * unit)
    whole = pl.Series(worth, dtype=pl.Int128)
    return Game(players, whole, unit, (1 << len(players)) - 1 - len(told))
