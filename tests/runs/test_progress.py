"""How far a run is, as people and programs are told it."""

import json
from dataclasses import asdict

import pytest

from evenhand.runs.progress import Bars, Events, Lines, Silent, Telling, watching
from replay.runs import Figures, Watcher

TOOK = Figures(rows=10, size_bytes=400, wall_ms=30, cpu_ms=50, peak_bytes=9_000)


def told(watcher: Watcher) -> None:
    """A stage of twenty buckets, two of them kept, that is stopped, and one that ends."""
    watcher.begun("cases", 20, 2)
    for bucket in range(2, 12):
        watcher.done("cases", bucket, TOOK)
    watcher.stopped("cases")
    watcher.begun("lines", 1, 0)
    watcher.done("lines", 0, TOOK)
    watcher.ended("lines")


def test_a_log_has_a_line_for_every_tenth(capsys: pytest.CaptureFixture[str]) -> None:
    told(Lines())
    assert capsys.readouterr().err.splitlines() == [
        "cases: 20 buckets, 2 of them kept",
        "cases: 4 of 20",
        "cases: 6 of 20",
        "cases: 8 of 20",
        "cases: 10 of 20",
        "cases: 12 of 20",
        "cases: stopped at 12 of 20",
        "lines: 1 bucket",
        "lines: done, 10 new rows",
    ]


def test_a_program_is_told_events_with_what_each_bucket_took(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told(Events())
    events = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert events[0] == {"event": "stage-begun", "stage": "cases", "buckets": 20, "kept": 2}
    done = {"event": "bucket-done", "stage": "cases", "bucket": 2}
    assert events[1] == done | asdict(TOOK)
    assert events[1]["peak_bytes"] == 9_000
    assert [event["event"] for event in events if event["event"] != "bucket-done"] == [
        "stage-begun",
        "stage-stopped",
        "stage-begun",
        "stage-ended",
    ]


def test_a_terminal_shows_a_bar_for_each_stage(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with watching(Telling.AUTO) as watcher:
        assert isinstance(watcher, Bars)
        told(watcher)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "cases" in shown.err
    assert "12/20" in shown.err
    assert "1/1" in shown.err


@pytest.mark.parametrize(
    ("telling", "kind"),
    [(Telling.AUTO, Lines), (Telling.PLAIN, Lines), (Telling.JSON, Events), (Telling.NONE, Silent)],
)
def test_progress_is_told_as_asked(telling: Telling, kind: type[Watcher]) -> None:
    with watching(telling) as watcher:
        assert isinstance(watcher, kind)


def test_silence_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    told(Silent())
    assert capsys.readouterr() == ("", "")
