"""The replay bench: its log is what the wire would have let in, and its peers answer alike."""

import pytest

from bench.generator import records
from bench.replay import replay_row
from engine.facts import unrecorded_of
from schemas.frames import RECORDS, checked

ROW = {
    "events",
    "wall_s",
    "scan_s",
    "duckdb_s",
    "loop_s",
    "scan_ratio",
    "duckdb_ratio",
    "loop_ratio",
    "peak_rss_mb",
    "identical",
}


def test_all_contenders_answer_alike() -> None:
    pytest.importorskip("duckdb")
    row = replay_row(3_000, rounds=1)
    assert set(row) == ROW
    assert row["identical"] is True
    assert row["events"] == 3_000
    assert all(row[name] > 0 for name in ROW - {"identical"})


def test_the_log_is_the_same_for_the_same_seed() -> None:
    assert records(2_000).equals(records(2_000))
    assert not records(2_000).equals(records(2_000, seed=8))


def test_the_log_holds_what_the_wire_would_have_written() -> None:
    log = checked(records(2_000), RECORDS)
    assert log["position"].to_list() == list(range(1, 2_001))
    assert log.select("source", "id").is_unique().all()
    for row in log.iter_rows(named=True):
        again = unrecorded_of(row)
        assert again.state.decode() == row["state"]


def test_a_log_is_no_smaller_than_a_company() -> None:
    with pytest.raises(ValueError, match="no company"):
        records(10)
