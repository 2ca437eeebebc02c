"""`evenhand bench`: figures where the sources of the benches are, a sentence where they are not."""

import sys

import pytest

from tests.cli.conftest import Run, run

__all__ = ["run"]
_MEASURED = {"asof": "deal_s", "refresh": "refresh_s", "ingest": "seal_per_s"}


@pytest.mark.parametrize(("name", "figure"), _MEASURED.items())
def test_a_bench_prints_its_figures(run: Run, name: str, figure: str) -> None:
    ran = run("bench", name, "--events", "1500", "--rounds", "1")
    assert ran.code == 0
    assert "1500" in ran.out
    assert figure in ran.out


def test_without_the_sources_a_bench_says_where_to_run_it(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "bench.replay", None)
    ran = run("bench", "replay", "--events", "1000")
    assert ran.code == 1
    assert "bench-not-here: " in ran.err
    assert "checkout of the sources" in ran.err
