"""Journeys as JSON Lines: each line a journey with its touches, or a path with its counts."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final

import polars as pl
from pydantic import Field, ValidationError
from pydantic_core import PydanticCustomError

from evenhand.journey_files.cells import COUNT_MAX
from evenhand.journey_files.compact import PATHS
from evenhand.journey_files.errors import BadJourneys, Found, refuse
from evenhand.rule_files import read_bytes
from schemas.crediting import Mark
from schemas.frames import JOURNEYS, TOUCHES
from schemas.plans.parts import Part
from schemas.recorded import microseconds
from schemas.values import Instant, Text, minor_units

SUFFIXES: Final = (".jsonl", ".ndjson")

Name = Annotated[Text, Field(min_length=1)]
Count = Annotated[int, Field(ge=0, le=COUNT_MAX)]


class TouchLine(Part):
    """A touch of a journey."""

    channel: Name
    at: Instant | None = None
    milestone: list[Mark] = Field(default_factory=list[Mark])


class Valued(Part):
    """What has a value, or none."""

    value: str | None = None
    currency: str | None = None

    def minor(self, currency: str | None) -> int | None:
        """The value in minor units; `currency` is meant where none is named."""
        if self.value is None:
            return None
        named = self.currency or currency
        if named is None:
            raise PydanticCustomError("unknown-currency", "value has no currency")
        return minor_units(self.value, named)


class JourneyLine(Valued):
    """A journey with its touches in order."""

    journey: Name
    touches: list[TouchLine]
    converted: bool = True
    count: Annotated[Count, Field(ge=1)] = 1
    ended_at: Instant | None = None


class PathLine(Valued):
    """All journeys that ran alike."""

    path: Text
    conversions: Count
    nulls: Count = 0


def lines_of(path: Path) -> tuple[list[tuple[int, JourneyLine]], list[tuple[int, PathLine]]]:
    """The lines of a file that are journeys, and those that are paths.

    Raises `NoSuchFile` and `BadJourneys`.
    """
    journeys: list[tuple[int, JourneyLine]] = []
    paths: list[tuple[int, PathLine]] = []
    found: list[Found] = []
    for number, line in enumerate(read_bytes(path).splitlines(), 1):
        try:
            if line.strip():
                _read(number, json.loads(line), journeys, paths)
        except ValidationError as invalid:
            found += _told(number, invalid)
        except (ValueError, RecursionError):
            found.append(Found(number, "it is no JSON object on a line of its own"))
    refuse(path, found)
    if journeys and paths:
        raise BadJourneys(path, ["some lines are paths and some are journeys: make two files"])
    return journeys, paths


def _read(
    number: int,
    value: Any,
    journeys: list[tuple[int, JourneyLine]],
    paths: list[tuple[int, PathLine]],
) -> None:
    if isinstance(value, dict) and "path" in value:
        paths.append((number, PathLine.model_validate(value)))
    else:
        journeys.append((number, JourneyLine.model_validate(value)))


def _told(number: int, invalid: ValidationError) -> Iterator[Found]:
    for error in invalid.errors():
        place = ".".join(map(str, error["loc"]))
        yield Found(number, f"{place}: {error['msg']}" if place else error["msg"])


def rows_of(
    lines: list[tuple[int, JourneyLine]], currency: str | None
) -> tuple[pl.DataFrame, pl.DataFrame, list[Found]]:
    """TOUCHES and JOURNEYS with the `row` of each, and what is wrong with them."""
    found: list[Found] = []
    ends = [_end(number, line, currency, found) for number, line in lines]
    touches = [
        {
            "row": number,
            "journey": line.journey,
            "place": place,
            "channel": touch.channel,
            "at": None if touch.at is None else microseconds(touch.at),
            "milestone": touch.milestone,
        }
        for number, line in lines
        for place, touch in enumerate(line.touches)
    ]
    return (
        pl.DataFrame(touches, schema={"row": pl.Int64(), **TOUCHES}),
        pl.DataFrame(ends, schema={"row": pl.Int64(), **JOURNEYS}),
        found,
    )


def _end(
    number: int, line: JourneyLine, currency: str | None, found: list[Found]
) -> dict[str, Any]:
    return {
        "row": number,
        "journey": line.journey,
        "converted": line.converted,
        "count": line.count,
        **_value(number, line, currency, found),
        "ended_at": None if line.ended_at is None else microseconds(line.ended_at),
    }


def paths_of(
    lines: list[tuple[int, PathLine]], currency: str | None
) -> tuple[pl.DataFrame, list[Found]]:
    """PATHS of lines, and what is wrong with their values."""
    found: list[Found] = []
    rows = [
        {
            "row": number,
            "path": line.path,
            "conversions": line.conversions,
            "nulls": line.nulls,
            **_value(number, line, currency, found),
        }
        for number, line in lines
    ]
    return pl.DataFrame(rows, schema=PATHS), found


def _value(
    number: int, line: Valued, currency: str | None, found: list[Found]
) -> dict[str, int | str | None]:
    """The value of a line in minor units, and its currency; what is wrong with it is found."""
    try:
        value = line.minor(currency)
    except PydanticCustomError as bad:
        found.append(Found(number, f"value {line.value!r}: {bad.message()}"))
        value = None
    return {"value": value, "currency": line.currency or currency}
