"""Whoever reads segments and a tail reads what the log says, at every position."""

from pathlib import Path

import polars as pl
import pytest

from engine.earned import earned
from engine.log import Append
from engine.reading import read
from engine.world import world
from evenhand.archived import Archived
from evenhand.segments.folder import Folder
from evenhand.segments.places import SETTING
from evenhand.segments.store import columns, scan
from evenhand.sql.log import SqlLog
from projections.attribution import attributions
from projections.conversions import By, conversions
from projections.self_dealing import flags
from schemas.events.decisions import PlanPublished
from schemas.frames import READ, RECORDS
from schemas.wire import decode
from tests.schemas.samples import Sample, raw
from tests.segments.company import company, fill, opened, sealed_in
from tests.shell import run

EVER = 2**62


def as_read(records: pl.DataFrame) -> pl.DataFrame:
    """Records as all of them would be after reading, whatever part of them is read."""
    if "rank" not in records.columns:
        return read(records)
    already = records.filter(pl.col("rank").is_not_null()).select(*READ)
    rest = read(records.filter(pl.col("rank").is_null()).select(*RECORDS))
    return pl.concat([already, rest]).sort("position")


@pytest.mark.parametrize("through", [0, 1, 299, 300, 301, 777, 900, 901, 1_000, 1_003])
def test_what_was_known_at_a_position_is_the_same_with_segments(
    log: SqlLog, place: Folder, through: int
) -> None:
    sealed_in(log, place)
    plain = log.columns(through=through)
    found = columns(log, through, place)
    assert as_read(found.records).equals(read(plain))
    assert found.records["recorded_at"].equals(plain["recorded_at"])
    assert found.from_segments == min(through, 900)
    assert found.missing == []


def answers(records: pl.DataFrame) -> list[str]:
    """What people ask: lines, whose each deal is, what campaigns brought, who dealt with whom."""
    told = world(records)
    by: list[By] = ["channel", "campaign", "payee", "side", "month"]
    return [
        *sorted(map(str, earned(told).iter_rows())),
        *map(str, attributions(told)),
        *(str(conversions(records, told, each, EVER).to_dicts()) for each in by),
        str(flags(told, records).to_dicts()),
    ]


def test_every_answer_is_the_same_with_segments(log: SqlLog, place: Folder) -> None:
    sealed_in(log, place)
    mixed = columns(log, 1_003, place)
    assert mixed.segments == 3
    assert answers(mixed.records) == answers(log.columns())


@pytest.mark.slow
def test_every_answer_about_the_demo_is_the_same_with_segments(tmp_path: Path) -> None:
    assert run("evenhand demo --no-serve --lang en", tmp_path).code == 0
    with opened(f"sqlite:///{tmp_path}/evenhand-demo.db") as log:
        place = Folder(tmp_path / "segments")
        sealed_in(log, place, size=50)
        mixed = columns(log, log.head().position, place)
        assert mixed.segments == 2
        assert answers(mixed.records) == answers(log.columns())


def corrected(lead: pl.DataFrame) -> Sample:
    """A correction of what a lead's campaign and channel were."""
    row = lead.row(0, named=True)
    return {
        "specversion": "1.0",
        "id": "correction-1",
        "source": "/crm/demo",
        "type": "fact-corrected",
        "time": "2026-10-01T00:00:00Z",
        "subject": row["stream"],
        "data": {
            "target": {"source": row["source"], "id": row["id"]},
            "data": {
                "lead": row["lead"],
                "customer": row["customer"],
                "by": row["payee"],
                "campaign": "another-campaign",
                "channel": "another-channel",
            },
        },
    }


def test_a_correction_reaches_a_fact_that_was_sealed(log: SqlLog, place: Folder) -> None:
    sealed_in(log, place)
    sealed = columns(log, 900, place).records
    leads = sealed.filter(pl.col("type") == "lead-created", pl.col("campaign").is_not_null())
    log.append(Append(events=[decode(raw(corrected(leads)))], actor="crm"))
    head = log.head().position
    mixed, plain = columns(log, head, place).records, log.columns()
    assert answers(mixed) == answers(plain)
    assert "another-campaign" in str(answers(mixed))


def test_commands_look_back_at_segments_and_see_what_the_log_says(
    log: SqlLog, place: Folder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of a log whose segments are where the environment says."""
    sealed_in(log, place)
    monkeypatch.setenv(SETTING, str(place))
    archive = Archived(log)
    told = ["position", "stream", "type", "source", "id"]
    for after, through in ((0, None), (299, 777), (900, None), (3, 3)):
        plain = log.columns(after=after, through=through)
        assert as_read(archive.columns(after=after, through=through)).equals(read(plain))
        for types in ([], [PlanPublished.type, "payee-enrolled"], ["segment-sealed"]):
            some = archive.columns(after=after, through=through, types=types)
            assert some.select(told).equals(plain.filter(pl.col("type").is_in(types)).select(told))
    assert capsys.readouterr().err == "read 3 segments (900 records) and 103 records of the log\n"


def test_closing_a_period_reads_the_case_store_and_states_what_the_log_states(
    tmp_path: Path,
) -> None:
    stated: list[str] = []
    for name in ("plain", "sealed"):
        with opened(f"sqlite:///{tmp_path}/{name}.db") as log:
            fill(log, company())
        where = f"--log sqlite:///{tmp_path}/{name}.db"
        if name == "sealed":
            assert run(f"evenhand segments seal --all {where}", tmp_path).code == 0
        done = run(f"evenhand period close 2025-01 {where}", tmp_path)
        assert ("records from the case store" in done.text) == (name == "sealed")
        stated.append(done.text.partition("digest")[2])
    assert stated[0] == stated[1] != ""


def test_a_missing_segment_is_read_from_the_log_and_it_is_said(
    log: SqlLog, folder: Path, place: Folder
) -> None:
    made = sealed_in(log, place)
    (folder / made[1].name).unlink()
    found = columns(log, 1_003, place)
    assert as_read(found.records).equals(read(log.columns()))
    assert [error.name for error in found.missing] == [made[1].name]
    assert found.told() == (
        "read 2 segments (600 records) and 403 records of the log; 1 segment not found: "
        "to have them again, run evenhand segments seal"
    )


def test_little_is_read_for_who_asks_for_little(
    log: SqlLog, place: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed_in(log, place)
    monkeypatch.setenv(SETTING, str(place))
    asked = ["position", "stream", "deal", "amount", "recorded_at"]
    for through in (0, 450, 1_003):
        found = scan(log, through, ["deal-signed", "contract-amended"], asked)
        plain = columns(log, through).records
        expected = as_read(plain).with_columns(plain["recorded_at"])
        signed = expected.filter(pl.col("type").is_in(["deal-signed", "contract-amended"]))
        assert found.collect().equals(signed.select(asked))
    plan = scan(log, 900, ["deal-signed"], ["deal"]).explain()
    assert "PROJECT" in plan


def test_a_log_that_was_never_sealed_is_read_as_ever(log: SqlLog, place: Folder) -> None:
    found = columns(log, 1_000, place)
    assert found.records.equals(log.columns())
    assert found.records.columns == log.columns().columns
    assert found.told() is None
