"""Segments in object storage: a real server that speaks S3, on loopback."""

from collections.abc import Generator
from pathlib import Path

import pytest

from evenhand.segments.bucket import Bucket
from evenhand.segments.checking import verify
from evenhand.segments.errors import SegmentsUnreachable
from evenhand.segments.places import SETTING, place_of
from evenhand.segments.sealing import drop
from evenhand.segments.store import columns, scan
from evenhand.sql.log import SqlLog
from tests.segments.company import sealed_in
from tests.services.s3 import Store, running_store


@pytest.fixture(scope="module")
def server() -> Generator[Store]:
    with running_store() as started, pytest.MonkeyPatch.context() as patch:
        # This server keeps the checksums that newer clients send behind the content as content.
        patch.setenv("AWS_REQUEST_CHECKSUM_CALCULATION", "WHEN_REQUIRED")
        for name, value in started.environment.items():
            patch.setenv(name, value)
        yield started


@pytest.fixture
def bucket(server: Store) -> Bucket:
    return Bucket(f"s3://{server.create_bucket()}/segments/of-a-log")


def test_segments_in_a_bucket_are_those_of_a_folder(
    log: SqlLog, bucket: Bucket, tmp_path: Path
) -> None:
    made = sealed_in(log, bucket)
    assert bucket.names() == [segment.name for segment in made]
    assert [each.error for each in verify(log, bucket)] == [None] * 3
    in_folder = place_of(log, str(tmp_path / "folder"))
    assert in_folder is not None
    sealed_in(log, in_folder)
    assert [bucket.content(each.name) for each in made] == [
        in_folder.content(each.name) for each in made
    ]
    found = columns(log, 1_000, bucket)
    assert (found.segments, found.from_segments) == (3, 900)
    assert found.records.equals(columns(log, 1_000, in_folder).records)
    assert drop(log, bucket) == made
    assert bucket.names() == []
    assert bucket.content(made[0].name) is None
    bucket.remove(made[0].name)


def test_the_place_is_found_by_the_usual_variables(
    log: SqlLog, server: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SETTING, f"s3://{server.create_bucket()}")
    place = place_of(log)
    assert place is not None
    sealed_in(log, place)
    assert columns(log, 1_000).segments == 3
    signed = scan(log, 900, ["deal-signed"], ["deal"]).collect()
    assert signed.height == (log.columns(through=900)["type"] == "deal-signed").sum() > 0


def test_a_bucket_that_is_not_there_is_named(
    log: SqlLog, server: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert server.address
    with pytest.raises(SegmentsUnreachable, match="s3://no-such-bucket/segments"):
        sealed_in(log, Bucket("s3://no-such-bucket/segments"))
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://localhost:1")
    with pytest.raises(SegmentsUnreachable, match="cannot be reached"):
        columns(log, 1_000, Bucket("s3://bucket"))
