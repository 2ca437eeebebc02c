"""What is wrong with a segment is found, named, and repaired from the log."""

from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest

from evenhand.segments import sealing
from evenhand.segments.checking import verify
from evenhand.segments.errors import (
    SegmentContradicted,
    SegmentDamaged,
    SegmentForeign,
    SegmentMissing,
    SegmentsUnreachable,
)
from evenhand.segments.folder import Folder
from evenhand.segments.parquet import columns_of, writing
from evenhand.segments.places import place_of
from evenhand.segments.sealing import Sealing, drop
from evenhand.segments.store import columns
from evenhand.sql.connections import writing as transaction
from evenhand.sql.errors import LogDamaged
from evenhand.sql.log import SqlLog
from replay.segments import LAYOUT, Segment
from tests.segments.company import AT, opened, sealed_in


def spoil(path: Path) -> None:
    """Change one bit in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o644)
    path.write_bytes(content)


def test_a_file_in_which_one_bit_changed_is_refused_and_made_again(
    log: SqlLog, folder: Path, place: Folder
) -> None:
    made = sealed_in(log, place)
    spoil(folder / made[1].name)
    with pytest.raises(SegmentDamaged, match=made[1].name):
        columns(log, 1_000, place)
    assert [type(each.error) for each in verify(log, place)] == [
        type(None),
        SegmentDamaged,
        type(None),
    ]
    assert columns(log, 300, place).segments == 1, "what needs no damaged segment is answered"
    drop(log, place)
    assert sealed_in(log, place) == made
    assert [each.error for each in verify(log, place)] == [None] * 3


def test_a_file_that_the_log_does_not_name_is_refused(
    log: SqlLog, folder: Path, place: Folder
) -> None:
    made = sealed_in(log, place)
    foreign = made[0].name.replace("000000000300", "000000000299")
    (folder / foreign).write_bytes((folder / made[0].name).read_bytes())
    for ask in (lambda: columns(log, 1_000, place), lambda: list(verify(log, place))):
        with pytest.raises(SegmentForeign, match=foreign):
            ask()


def test_a_missing_file_is_told_by_who_verifies(log: SqlLog, folder: Path, place: Folder) -> None:
    made = sealed_in(log, place)
    (folder / made[0].name).unlink()
    wrong = {each.name: type(each.error) for each in verify(log, place) if each.error}
    assert wrong == {made[0].name: SegmentMissing}


def forged(log: SqlLog, place: Folder, columns_told: pl.DataFrame, like: Segment) -> Segment:
    """A segment that somebody wrote by hand, and had the log name."""
    with place.draft() as draft:
        with writing(draft) as file:
            file.add(columns_told)
            file.say({"evenhand.layout": str(LAYOUT), "evenhand.root": like.root})
        digest = sha256(draft.read_bytes()).hexdigest()
        segment = Segment(stretch=like.stretch, facts=like.facts, digest=digest, root=like.root)
        sealing._name(log, segment, Sealing(by="mallory", at=AT))
        place.put(draft, segment.name)
    return segment


def test_a_segment_with_another_amount_is_contradicted_by_the_log(
    log: SqlLog, folder: Path, place: Folder
) -> None:
    made = sealed_in(log, place)
    honest = columns_of((folder / made[0].name).read_bytes())
    better = honest.with_columns(pl.col("amount") * 2)
    lie = forged(log, place, better, made[0])
    wrong = {each.name: each.error for each in verify(log, place) if each.error}
    assert list(wrong) == [lie.name]
    assert isinstance(wrong[lie.name], SegmentContradicted)
    assert "records from position 1 on read otherwise" in str(wrong[lie.name])


def test_a_segment_of_other_records_is_contradicted_by_their_leaves(
    log: SqlLog, folder: Path, place: Folder
) -> None:
    made = sealed_in(log, place)
    honest = columns_of((folder / made[0].name).read_bytes())
    other_root = Segment(stretch=made[0].stretch, facts=0, digest="", root="0" * 64)
    lie = forged(log, place, honest, other_root)
    wrong = {each.name: str(each.error) for each in verify(log, place) if each.error}
    assert "its Merkle root is not that of the leaves" in wrong[lie.name]


def test_a_record_that_was_changed_is_found_before_it_is_sealed(
    log: SqlLog, folder: Path, place: Folder
) -> None:
    with transaction(log.engine) as connection:
        triggers = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type='trigger'")
        for (name,) in triggers.all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql("UPDATE events SET id = 'other' WHERE position = 450")
    with pytest.raises(LogDamaged, match="450"):
        sealed_in(log, place)
    assert [path.name[:25] for path in folder.iterdir()] == ["000000000001-000000000300"]


def test_a_segment_of_another_layout_is_left_alone_and_sealed_again(
    log: SqlLog, place: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed_in(log, place)
    for module in ("sealing", "named"):
        monkeypatch.setattr(f"evenhand.segments.{module}.LAYOUT", LAYOUT + 1)
    monkeypatch.setattr("evenhand.segments.sealing.Segment", _of_next_layout)
    found = columns(log, 1_000, place)
    assert (found.segments, len(found.missing)) == (0, 3)
    assert found.records.equals(log.columns(through=1_000))
    again = sealed_in(log, place)
    assert [each.layout for each in again] == [LAYOUT + 1] * 3
    assert sorted(place.names()) == sorted(each.name for each in again)
    assert columns(log, 1_000, place).segments == 3


def _of_next_layout(**fields: object) -> Segment:
    return Segment(**fields, layout=LAYOUT + 1)  # type: ignore[arg-type]


def test_a_place_that_cannot_be_read_or_written_is_named(log: SqlLog, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    place = Folder(tmp_path / "file" / "segments")
    with pytest.raises(SegmentsUnreachable, match="Not a directory"):
        sealed_in(log, place)


def test_a_log_without_a_file_has_no_place_unless_somebody_names_one(tmp_path: Path) -> None:
    with opened("sqlite://") as log:
        assert place_of(log) is None
        assert str(place_of(log, str(tmp_path))) == str(tmp_path)
        assert str(place_of(log, "s3://bucket/prefix/")) == "s3://bucket/prefix"
