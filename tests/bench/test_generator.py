"""The generated log: the same however it is told, in whatever parts, and as the wire would be."""

from pathlib import Path

import polars as pl
import pytest

from bench.generator import columns, records, write_segments
from engine.facts import unrecorded_of
from engine.reading import read
from schemas.frames import READ, RECORDS, checked


def test_the_log_is_the_same_for_the_same_seed() -> None:
    assert records(2_000).equals(records(2_000))
    assert not records(2_000).equals(records(2_000, seed=8))


@pytest.mark.parametrize("events", [500, 2_000, 20_000])
def test_told_as_columns_it_says_what_its_json_says(events: int) -> None:
    told = checked(columns(events), READ)
    assert read(records(events)).equals(told)


@pytest.mark.parametrize("cohort", [40, 150])
def test_how_many_leads_are_made_at_a_time_changes_nothing(cohort: int) -> None:
    assert columns(1_000, cohort=cohort).equals(columns(1_000))


def test_the_log_holds_what_the_wire_would_have_written() -> None:
    log = checked(records(2_000), RECORDS)
    assert log["position"].to_list() == list(range(1, 2_001))
    assert log.select("source", "id").is_unique().all()
    for row in log.iter_rows(named=True):
        again = unrecorded_of(row)
        assert again.state.decode() == row["state"]


def test_some_facts_arrive_long_after_they_happened() -> None:
    happened = columns(20_000)["effective_at"]
    latest = happened.cum_max()
    behind = (latest - happened) > 86_400_000_000
    assert 0.02 < behind.mean() < 0.15  # type: ignore[operator]


def test_a_few_do_most_of_the_work() -> None:
    found = (
        columns(20_000).filter(pl.col("type") == "lead-created")["payee"].value_counts(sort=True)
    )
    half = found["count"].sum() / 2
    assert (found["count"].cum_sum() < half).sum() < found.height / 5


def test_the_shares_of_the_types_do_not_depend_on_the_size() -> None:
    small, large = (_shares(events) for events in (5_000, 20_000))
    for kind, share in large.items():
        assert abs(small.get(kind, 0.0) - share) < 0.05, kind


def test_segments_are_bounded_and_have_no_gaps(tmp_path: Path) -> None:
    write_segments(5_000, tmp_path, size=1_024)
    parts = [pl.read_parquet(path) for path in sorted(tmp_path.iterdir())]
    assert [part.height for part in parts] == [1_024] * 4 + [904]
    assert pl.concat(parts).equals(columns(5_000))
    first = min(tmp_path.iterdir())
    assert first.name == "000000000001-000000001024.parquet"


def test_a_log_is_no_smaller_than_a_company() -> None:
    with pytest.raises(ValueError, match="no company"):
        records(10)


def _shares(events: int) -> dict[str, float]:
    counted = columns(events)["type"].value_counts()
    return {kind: count / events for kind, count in counted.iter_rows()}
