"""Every earned line of every period on the command line; and one deal at a past date."""

import json
from typing import Any

import polars as pl

from tests.cli.conftest import YEAR, Run

FEBRUARY = f"{YEAR}-02"


def earned(lived: Run, to: str, *options: str) -> dict[str, Any]:
    done = lived("earned", "--to", to, "--progress", "none", "--format", "json", *options)
    assert done.code == 0, done.err
    [row] = done.rows
    return row


def test_sealed_or_not_in_one_part_or_in_several_the_digest_is_the_same(lived: Run) -> None:
    plain = earned(lived, "plain", "--workers", "1")
    in_parts = earned(lived, "parts", "--buckets", "3", "--workers", "2")
    lived("segments", "seal", "--all")
    known = ["--known-at", "9"]
    sealed = earned(lived, "sealed", *known)
    assert (plain["lines"], plain["digest"]) == (in_parts["lines"], in_parts["digest"])
    assert (sealed["lines"], sealed["digest"]) == (plain["lines"], plain["digest"])


def test_the_answer_is_files_of_lines_in_order_of_payee(lived: Run) -> None:
    row = earned(lived, "out")
    lines = pl.read_parquet(f"{row['place']}/lines-*.parquet")
    assert lines.height == row["lines"] > 0
    assert lines["payee"].is_sorted()
    stated = [
        line for payee in ("mia", "sam")
        for line in lived("statement", payee, FEBRUARY, "--format", "json").rows
    ]  # fmt: skip
    assert stated


def test_asked_again_it_is_there_and_nothing_is_computed(lived: Run) -> None:
    first = earned(lived, "out")
    again = lived("earned", "--to", "out", "--progress", "json", "--format", "json")
    assert again.rows == [first]
    events = [json.loads(line) for line in again.err.splitlines() if line.startswith("{")]
    assert events == []


def test_one_period_is_the_lines_of_that_period(lived: Run) -> None:
    every = pl.read_parquet(f"{earned(lived, 'every')['place']}/lines-*.parquet")
    only = earned(lived, "only", "--period", FEBRUARY)
    number = int(YEAR) * 12 + 1
    assert only["lines"] == every.filter(period=number).height
    through = earned(lived, "through", "--through", f"{YEAR}-01")
    assert through["lines"] == every.filter(pl.col("period") < number).height


def test_one_deal_is_looked_up_by_its_case_alone(lived: Run) -> None:
    plain = lived("as-of", "deals", "--about", "deal/D1", "--known-at", "8", "--format", "json")
    lived("segments", "seal", "--all")
    told = lived("as-of", "deals", "--about", "deal/D1", "--known-at", "8", "--format", "json")
    assert told.rows == plain.rows
    assert [row["deal"] for row in told.rows] == ["D1"]
    assert "facts of the case of deal/D1, of 8 records" in told.err


def test_what_a_case_is_asked_about_is_a_deal_a_lead_or_a_customer(lived: Run) -> None:
    refused = lived("as-of", "deals", "--about", "payee/mia")
    assert refused.code == 1
    assert "no-such-subject" in refused.err
