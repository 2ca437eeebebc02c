"""Sealing writes the same files again and again, names each once, and leaves nothing half."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from evenhand.segments.checking import verify
from evenhand.segments.folder import Folder
from evenhand.segments.named import named
from evenhand.segments.sealing import drop
from evenhand.segments.store import columns
from evenhand.sql.log import SqlLog
from evenhand.sql.verify import verify as first_damage
from replay.segments import Stretch
from tests.segments.company import SIZE, company, files, fill, opened, sealed_in
from tests.services import postgres

ROOT = Path(__file__).parents[2]


def stretches(log: SqlLog) -> list[Stretch]:
    return [segment.stretch for segment in named(log)]


def test_complete_stretches_become_files_that_the_log_names(
    log: SqlLog, folder: Path, place: Folder
) -> None:
    made = sealed_in(log, place)
    assert [segment.stretch for segment in made] == [(1, 300), (301, 600), (601, 900)]
    assert sorted(segment.name for segment in made) == list(files(folder))
    assert named(log) == made
    assert all(0 < segment.facts <= SIZE for segment in made)
    [first, *_] = log.stream("segment/000000000001")
    assert (first.position, first.actor, first.source) == (1_001, "ops", "evenhand")


def test_what_was_dropped_is_sealed_again_to_the_byte_and_not_named_again(
    log: SqlLog, folder: Path, place: Folder
) -> None:
    made = sealed_in(log, place, everything=True)
    before, head = files(folder), log.head().position
    assert drop(log, place) == made
    assert files(folder) == {}
    assert sealed_in(log, place) == made
    assert files(folder) == before
    assert log.head().position == head


def test_sealing_again_does_nothing(log: SqlLog, folder: Path, place: Folder) -> None:
    sealed_in(log, place, everything=True)
    before, head = files(folder), log.head().position
    assert sealed_in(log, place, everything=True, by="somebody-else") == []
    assert (files(folder), log.head().position) == (before, head)


def test_the_same_records_in_another_database_give_the_same_columns(
    log: SqlLog, place: Folder, tmp_path: Path
) -> None:
    with postgres.server() as server, postgres.database(server) as url, opened(str(url)) as other:
        fill(other, company())
        elsewhere = Folder(tmp_path / "elsewhere")
        theirs, ours = sealed_in(other, elsewhere), sealed_in(log, place)
        assert [each.stretch for each in theirs] == [each.stretch for each in ours]
        whole = [columns(each, 900, at).records for each, at in ((log, place), (other, elsewhere))]
        assert whole[0].drop("recorded_at").equals(whole[1].drop("recorded_at"))
        assert [found.error for found in verify(other, elsewhere)] == [None] * 3


def test_small_segments_give_way_when_their_stretch_is_complete(
    log: SqlLog, folder: Path, place: Folder
) -> None:
    sealed_in(log, place, everything=True)
    assert Stretch(901, 1_000) in stretches(log)
    fill(log, company(2_000).tail(400))
    made = sealed_in(log, place)
    assert Stretch(901, 1_200) in [segment.stretch for segment in made]
    assert not any(name.startswith("000000000901-000000001000") for name in files(folder))
    assert all(found.error is None for found in verify(log, place))


def test_several_who_seal_at_once_make_the_same_files_and_name_each_once(
    log: SqlLog, folder: Path, place: Folder
) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda who: sealed_in(log, place, by=f"ops-{who}"), range(4)))
    assert len(stretches(log)) == len(set(stretches(log))) == 3
    assert {segment.name for each in made for segment in each} == set(files(folder))
    assert log.quarantined() == []
    assert first_damage(log) is None


@pytest.mark.parametrize("moment", ["writing", "named"])
def test_who_is_killed_while_sealing_leaves_nothing_half(
    log: SqlLog, folder: Path, place: Folder, moment: str
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.segments.halting", str(log.engine.url), str(folder), moment],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"{moment}\n"
        process.kill()
    assert not list(folder.glob("*.parquet"))
    assert list(folder.iterdir()), "its draft is still there"
    found = columns(log, 1_000, place)
    assert (found.segments, len(found.missing)) == (0, int(moment == "named"))
    assert found.records.equals(log.columns(through=1_000))
    sealed_in(log, place)
    assert all(each.error is None for each in verify(log, place))
    drop(log, place)
    assert list(folder.iterdir()) == [], "drop removes drafts too"


def test_a_log_that_holds_nothing_has_no_segments(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path}/new.db") as log:
        place = Folder(tmp_path / "segments")
        assert sealed_in(log, place, everything=True) == []
        assert columns(log, 0, place).records.is_empty()
