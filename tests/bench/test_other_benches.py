"""The benches of questions and of intake, at a size at which they are no benches."""

import polars as pl

from bench.as_of import asof_rows
from bench.generator import columns
from bench.ingest import ingest_rows
from bench.refresh import refresh_rows, standing
from bench.statements import statements_rows


def test_a_deal_is_asked_about_beside_looking_for_its_facts() -> None:
    row = asof_rows(2_000, rounds=1)
    assert (row["events"], row["rounds"]) == (2_000, 1)
    assert all(row[name] > 0 for name in ("filter_s", "deal_s"))


def test_a_refresh_is_measured_beside_the_whole_period() -> None:
    row = refresh_rows(2_500, rounds=1)
    assert row["fresh"] == 1_000
    assert all(row[name] > 0 for name in ("period_s", "refresh_s"))


def test_what_is_refreshed_is_what_a_replay_gives() -> None:
    log = columns(3_000)
    known = standing(log.head(2_000), 24_312).refreshed(log.tail(1_000)).standing.lines()
    again = standing(log, 24_312).lines()
    assert known.equals(again)
    assert again["amount"].sum() != 0
    assert again.filter(pl.col("period") != 24_312).is_empty()


def test_facts_come_in_by_every_way_and_are_sealed() -> None:
    row = ingest_rows(2_000, rounds=1)
    assert row["file_lines"] == 2_000
    measured = ("jsonl_per_s", "csv_per_s", "append_per_s", "seal_per_s", "seal_scan_ratio")
    assert all(row[name] > 0 for name in measured)


def test_statements_and_reasons_are_the_same_in_parts_and_whole() -> None:
    row = statements_rows(20_000, rounds=1)
    asked = ("statement", "statement_whole", "why", "why_whole")
    assert all(row[f"{name}_s"] > 0 and row[f"{name}_peak_mb"] > 0 for name in asked)
