"""Files of journeys are read whole, or refused whole with every row that is wrong."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.journey_files import BadJourneys, read_journeys
from evenhand.journey_files.compact import PATHS, journeys_of
from schemas.frames import JOURNEYS, TOUCHES, checked

TOUCHES_CSV = """journey,place,channel,at,milestone
D1,1, mail ,2026-01-05T00:00:00Z,LC OC
D1,0,"ads, paid",2026-01-01T08:00:00+08:00,
D2,0,ads,,
"""
ENDS_CSV = """journey,converted,count,value,currency,ended_at
D1,true,2,100.01,EUR,2026-01-10T00:00:00Z
D2,false,,,,
D3,,,500,JPY,
"""


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def findings(path: Path, **more: Any) -> list[str]:
    with pytest.raises(BadJourneys) as caught:
        read_journeys(path, **more)
    return caught.value.findings


def test_touches_and_endings_by_row_are_read_as_they_stand(tmp_path: Path) -> None:
    read = read_journeys(
        written(tmp_path / "touches.csv", TOUCHES_CSV),
        endings=written(tmp_path / "ends.csv", ENDS_CSV),
    )
    second, first, _ = checked(read.touches, TOUCHES).rows(named=True)
    assert (first["place"], first["channel"], first["milestone"]) == (0, "ads, paid", None)
    assert (second["channel"], second["milestone"]) == ("mail", ["LC", "OC"])
    assert second["at"] - first["at"] == 4 * 24 * 60 * 60 * 1_000_000
    one, two, three = checked(read.journeys, JOURNEYS).rows(named=True)
    assert (one["count"], one["value"], one["currency"]) == (2, 100_01, "EUR")
    assert (two["converted"], two["value"]) == (False, None)
    assert (three["converted"], three["count"], three["value"]) == (True, 1, 500)


def test_json_lines_say_the_same_as_rows(tmp_path: Path) -> None:
    lines = [
        {
            "journey": "D1",
            "count": 2,
            "value": "100.01",
            "currency": "EUR",
            "ended_at": "2026-01-10T00:00:00Z",
            "touches": [
                {"channel": "ads, paid", "at": "2026-01-01T00:00:00Z"},
                {"channel": "mail", "at": "2026-01-05T00:00:00Z", "milestone": ["LC", "OC"]},
            ],
        },
        {"journey": "D2", "converted": False, "touches": [{"channel": "ads"}]},
        {"journey": "D3", "value": "500", "currency": "JPY", "touches": []},
    ]
    rows = read_journeys(
        written(tmp_path / "touches.csv", TOUCHES_CSV),
        endings=written(tmp_path / "ends.csv", ENDS_CSV),
    )
    read = read_journeys(written(tmp_path / "j.jsonl", "\n".join(map(json.dumps, lines))))
    assert read.journeys.equals(rows.journeys)
    unmarked = pl.col("milestone").fill_null([])
    assert read.touches.with_columns(unmarked).equals(
        rows.touches.sort("journey", "place").with_columns(unmarked)
    )


def test_without_places_and_endings_rows_are_in_order_and_journeys_convert(tmp_path: Path) -> None:
    file = written(tmp_path / "t.csv", "journey,channel\nD1,ads\nD2,mail\nD1,mail\n")
    read = read_journeys(file)
    assert read.touches["place"].to_list() == [0, 0, 1]
    assert read.journeys.select("journey", "converted", "count").rows() == [
        ("D1", True, 1),
        ("D2", True, 1),
    ]


def test_a_path_may_convert_and_be_lost_and_its_value_is_of_all_conversions(tmp_path: Path) -> None:
    file = written(tmp_path / "p.csv", "path,conversions,nulls,value\na>b > a,3,4,-1.00\n")
    read = read_journeys(file, currency="EUR")
    columns = ("journey", "converted", "count", "value")
    assert read.journeys.select(columns).rows() == [
        ("1", True, 2, -33),
        ("1+", True, 1, -34),
        ("1-", False, 4, None),
    ]
    assert read.touches.filter(pl.col("journey") == "1")["channel"].to_list() == ["a", "b", "a"]


@settings(max_examples=100)
@given(st.integers(1, 50), st.integers(0, 50), st.integers(-(10**6), 10**6) | st.none())
def test_no_conversion_and_no_cent_of_a_path_is_lost(
    conversions: int, nulls: int, value: int | None
) -> None:
    row = {"row": 1, "path": "a > b", "conversions": conversions, "nulls": nulls}
    paths = pl.DataFrame([{**row, "value": value, "currency": "EUR"}], schema=PATHS)
    _, journeys = journeys_of(paths)
    won = journeys.filter("converted")
    assert won["count"].sum() == conversions
    assert journeys["count"].sum() == conversions + nulls
    worth = [count * (each or 0) for count, each in won.select("count", "value").rows()]
    assert sum(worth) == (value or 0)
    assert won["value"].null_count() == (0 if value is not None else won.height)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("journey,channel\n,ads\n", "row 1: journey is empty"),
        ("journey,channel\nD1, \n", "row 1: channel is empty"),
        ("journey,place,channel\nD1,-1,ads\n", "row 1: place '-1': it is a whole number from 0"),
        ("journey,place,channel\nD1,,ads\n", "row 1: place is empty"),
        ("journey,place,channel\nD1,0,a\nD1,0,b\n", "row 2: another touch of the journey has"),
        ("journey,channel,at\nD1,a,2026-01-01\n", "row 1: at '2026-01-01': an instant"),
        ("journey,channel,at\nD1,a,2026-01-01T00:00:00\n", "an instant carries its offset"),
        ("journey,channel,milestone\nD1,a,lc\n", "row 1: milestone is marks such as LC"),
        ("journey,channel,cost\nD1,a,3\n", "there is no column cost; known: journey, place"),
        ("journey\nD1\n", "row 1: channel is empty"),
        ("journey,channel\nD1,a,b\n", "it is no CSV in UTF-8 with a header"),
        ("", "it is no CSV in UTF-8 with a header"),
        ("path,conversions\na > > b,1\n", "row 1: path has a place without a channel"),
        ("path,conversions\na,1.5\n", "row 1: conversions '1.5': it is a whole number from 0"),
        ("path,nulls\na,1\n", "row 1: conversions is empty"),
        ("path,conversions,value\na,1,5\n", "row 1: value has no currency"),
        ("path,conversions,value,currency\na,1,5.001,EUR\n", "EUR has 2 digits after the point"),
        ("path,conversions,value,currency\na,1,5,euro\n", "a currency is an ISO 4217 code"),
        ("path,conversions,value,currency\na,0,5,EUR\n", "a line without conversions has no value"),
    ],
)
def test_what_is_wrong_with_rows_is_told_with_their_numbers(
    tmp_path: Path, text: str, told: str
) -> None:
    found = findings(written(tmp_path / "bad.csv", text))
    assert any(told in each for each in found), found


@pytest.mark.parametrize(
    ("ends", "told"),
    [
        ("journey\nD1\n", "row 3: no row says how the journey of this touch ended"),
        ("journey\nD1\nD1\nD2\n", "row 1: the journey is there more than once"),
        ("journey,converted,value,currency\nD1,false,5,EUR\n", "a journey that did not convert"),
        ("journey,converted\nD1,yes\n", "row 1: converted 'yes': it is written true or false"),
        ("journey,count\nD1,0\n", "row 1: count '0': it is a whole number from 1"),
        ("journey,ended_at\nD1,2026-01-04T23:59:59Z\nD2,\n", "row 1: the touch is later than"),
    ],
)
def test_endings_that_do_not_fit_are_told(tmp_path: Path, ends: str, told: str) -> None:
    found = findings(
        written(tmp_path / "touches.csv", TOUCHES_CSV),
        endings=written(tmp_path / "ends.csv", ends),
    )
    assert any(told in each for each in found), found


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{x", "row 1: it is no JSON object on a line of its own"),
        ("[]", "row 1: "),
        ('{"journey": "D1"}', "row 1: touches: "),
        ('{"journey": "D1", "touches": [{"channel": "a", "cost": "3"}]}', "touches.0.cost: "),
        ('{"journey": "D1", "touches": [], "value": 5.0}', "row 1: value: "),
        ('{"journey": "D1", "touches": [], "value": "5"}', "row 1: value '5': value has no"),
        ('{"journey": "D1", "touches": [], "count": 0}', "row 1: count: "),
        ('{"journey": "D1", "touches": [{"channel": "a", "at": "now"}]}', "touches.0.at: "),
        ('{"path": "a > b", "conversions": true}', "row 1: conversions: "),
        ('{"path": "a >", "conversions": 1}', "row 1: path has a place without a channel"),
        ('{"path": "a", "conversions": 1}\n{"journey": "D1", "touches": []}', "make two files"),
    ],
)
def test_what_is_wrong_with_lines_is_told_with_their_numbers(
    tmp_path: Path, line: str, told: str
) -> None:
    found = findings(written(tmp_path / "bad.jsonl", line))
    assert any(told in each for each in found), found


def test_all_wrong_rows_are_found_at_once_and_the_first_twenty_told(tmp_path: Path) -> None:
    file = written(tmp_path / "bad.csv", "journey,place,channel\n" + "D1,x,ads\n" * 30)
    with pytest.raises(BadJourneys) as caught:
        read_journeys(file)
    assert len(caught.value.findings) == 30
    assert "row 20:" in str(caught.value)
    assert "row 21:" not in str(caught.value)
    assert "and 10 more" in str(caught.value)
