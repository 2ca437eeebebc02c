"""Segments, without files: what is sealed, what stands for what, and what their columns hold."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import reduce
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.earned import earned
from engine.facts import ASSIGNMENTS, BULK, TOUCHES
from engine.reading import _READ, read
from engine.world import world
from replay.merkle import MerkleTree
from replay.segments import (
    LAYOUT,
    SMALL_MAX,
    STORED,
    Segment,
    Stretch,
    pieces,
    restored,
    standing,
    stored,
    unsealed,
)
from schemas.events import EVENTS
from schemas.events.decisions import SegmentSealed
from schemas.frames import READ, RECORDS
from schemas.recorded import Unrecorded, microseconds
from schemas.wire import decode, unrecorded
from tests.conftest import Golden
from tests.frames import frame_of
from tests.schemas.generated import facts
from tests.schemas.samples import DECISIONS, raw, sample
from tests.strategies import histories

BULK_TYPES = (*BULK, *TOUCHES, *ASSIGNMENTS)


# The inputs and roots that implementations of RFC 6962 are tested with.
LEAVES = [
    *("", "00", "10", "2021", "3031", "40414243", "5051525354555657"),
    "606162636465666768696a6b6c6d6e6f",
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def root_of(leaves: Sequence[bytes]) -> str:
    tree = MerkleTree()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root().hex()


@pytest.mark.parametrize("size", range(len(ROOTS)))
def test_the_root_is_that_of_the_rfc(size: int) -> None:
    leaves = [sha256(b"\x00" + bytes.fromhex(text)).digest() for text in LEAVES[:size]]
    assert root_of(leaves) == ROOTS[size]


def by_definition(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, word for word."""
    if len(leaves) == 1:
        return leaves[0]
    left = reduce(lambda power, _: power * 2 if power * 2 < len(leaves) else power, range(20), 1)
    return sha256(b"\x01" + by_definition(leaves[:left]) + by_definition(leaves[left:])).digest()


@given(st.integers(1, 600))
@settings(max_examples=50)
def test_the_root_of_any_number_of_leaves_is_that_of_the_definition(number: int) -> None:
    leaves = [sha256(b"\x00%d" % each).digest() for each in range(number)]
    assert root_of(leaves) == by_definition(leaves).hex()


def segment(first: int, last: int, *, digest: str = "a", layout: int = LAYOUT) -> Segment:
    return Segment(
        stretch=Stretch(first, last), facts=0, digest=digest * 64, root="0" * 64, layout=layout
    )


def due(head: int, *there: Segment, everything: bool = False) -> list[tuple[int, int]]:
    return [
        (each.first, each.last) for each in unsealed(head, there, everything=everything, size=100)
    ]


def test_only_complete_stretches_are_sealed_unless_everything_is_asked_for() -> None:
    assert due(0) == []
    assert due(99) == []
    assert due(250) == [(1, 100), (101, 200)]
    assert due(250, everything=True) == [(1, 100), (101, 200), (201, 250)]
    assert due(250, segment(1, 100), segment(101, 200)) == []


def test_small_segments_go_on_where_the_last_one_ended() -> None:
    small = segment(1, 30), segment(31, 60)
    assert due(60, *small, everything=True) == []
    assert due(75, *small, everything=True) == [(61, 75)]


def test_a_stretch_that_is_complete_becomes_one_segment_whatever_small_ones_it_has() -> None:
    assert due(100, segment(1, 30), segment(31, 100)) == [(1, 100)]


def test_a_hundred_small_segments_become_one() -> None:
    small = [segment(each, each) for each in range(1, SMALL_MAX)]
    assert unsealed(SMALL_MAX, small, everything=True) == [Stretch(SMALL_MAX, SMALL_MAX)]
    small.append(segment(SMALL_MAX, SMALL_MAX))
    assert unsealed(SMALL_MAX + 5, small, everything=True) == [Stretch(1, SMALL_MAX + 5)]


def test_a_longer_or_a_later_segment_stands_for_others() -> None:
    small, again, long = segment(1, 30), segment(1, 30, digest="b"), segment(1, 60)
    assert standing([small, again]) == [again]
    assert standing([small, segment(31, 60), long]) == [long]
    assert standing([long, small]) == [long]


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 20)), max_size=6), st.integers(0, 70))
@settings(max_examples=200)
def test_every_record_is_read_once_from_whatever_segments_there_are(
    stretches: list[tuple[int, int]], through: int
) -> None:
    there = [segment(first, first + more) for first, more in stretches]
    found = pieces(there, through)
    read_once = [each for piece in found for each in range(piece.stretch[0], piece.stretch[1] + 1)]
    assert read_once == list(range(1, through + 1))
    for piece, from_segment in found:
        inside = {each for each in range(piece.first, piece.last + 1) if held(there, each)}
        if from_segment is None:
            assert inside == set()
        else:
            assert from_segment.stretch.first <= piece.first
            assert piece.last <= from_segment.stretch.last


def held(segments: Sequence[Segment], position: int) -> bool:
    return any(each.stretch.first <= position <= each.stretch.last for each in segments)


def records_of(events: Sequence[Unrecorded]) -> pl.DataFrame:
    """Records as a segment is made from them, an hour apart."""
    rows: list[dict[str, Any]] = [
        {
            "position": position,
            "stream": event.stream,
            "type": event.type,
            "schema_version": event.schema_version,
            "effective_at": microseconds(event.effective_at),
            "source": event.source,
            "id": event.id,
            "state": event.state.decode(),
            "recorded_at": position * 3_600_000_000,
        }
        for position, event in enumerate(events, 1)
    ]
    return pl.DataFrame(rows, schema={**RECORDS, "recorded_at": pl.Int64()})


def with_times(records: pl.DataFrame) -> pl.DataFrame:
    return records.with_columns(recorded_at=pl.col("position") * 3_600_000_000)


@pytest.mark.parametrize("kind", BULK_TYPES)
@settings(max_examples=15)
@given(drawn=st.data())
def test_what_is_stored_of_a_fact_is_what_was_read_of_it(kind: str, drawn: st.DataObject) -> None:
    sent = drawn.draw(st.lists(facts(kind), min_size=1, max_size=4))
    records = records_of([decode(raw(each)) for each in sent])
    columns = stored(records)
    assert columns.schema == STORED
    assert columns["stream"].null_count() == len(sent), "the stream follows"
    again = restored(columns)
    assert again.select(*READ).equals(read(records))
    assert again["stream"].equals(records["stream"])
    assert again["recorded_at"].equals(records["recorded_at"])


@given(histories())
@settings(max_examples=40)
def test_a_history_from_a_segment_and_a_tail_earns_what_the_log_earns(
    told: list[dict[str, Any]],
) -> None:
    records = with_times(frame_of(told))
    half = records.height // 2
    sealed = restored(stored(records.head(half)))
    assert sealed["stream"].equals(records["stream"].head(half))
    mixed = pl.concat([sealed, records.tail(records.height - half)], how="diagonal")
    assert lines(mixed) == lines(records)


def lines(records: pl.DataFrame) -> list[str]:
    """Every earned line, in one order."""
    return sorted(map(str, earned(world(records)).iter_rows()))


def test_a_stream_that_does_not_follow_is_kept() -> None:
    records = records_of([decode(raw(sample("deal-signed")))])
    odd = records.with_columns(stream=pl.lit("deal/another"))
    assert stored(odd)["stream"].to_list() == ["deal/another"]
    assert restored(stored(odd))["stream"].to_list() == ["deal/another"]


def test_decisions_and_facts_about_people_stay_as_they_were() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    events = [
        unrecorded(
            EVENTS[kind].model_validate(content), effective_at=at, source="evenhand", id=kind
        )
        for kind, content in DECISIONS.items()
    ]
    kinds = [name for name, model in EVENTS.items() if model.is_fact and name not in BULK_TYPES]
    events += [decode(raw(sample(kind))) for kind in kinds]
    records = records_of(events)
    again = restored(stored(records))
    assert again.select(*RECORDS, "recorded_at").equals(records)
    assert again["rank"].null_count() == records.height


def test_a_fact_of_an_old_shape_is_stored_in_the_present_one() -> None:
    fresh = decode(raw(sample("deal-signed")))
    content = json.loads(fresh.state)
    content["signer"] = content.pop("signed_by")[0]["payee"]
    old = Unrecorded(
        stream=fresh.stream,
        type=fresh.type,
        schema_version=1,
        effective_at=fresh.effective_at,
        source=fresh.source,
        id=fresh.id,
        state=json.dumps(content).encode(),
    )
    columns = [name for name in STORED if name != "schema_version"]
    stored_old, stored_fresh = (stored(records_of([each])) for each in (old, fresh))
    assert stored_old.select(columns).equals(stored_fresh.select(columns))
    assert stored_old["schema_version"].to_list() == [1]


def test_sealing_moves_no_money_and_is_no_last_fact() -> None:
    event = SegmentSealed.model_validate(DECISIONS["segment-sealed"])
    far = datetime(2099, 1, 1, tzinfo=UTC)
    named = unrecorded(event, effective_at=far, source="evenhand", id="s")
    facts_told = [decode(raw(sample(kind))) for kind in ("lead-created", "deal-signed")]
    before, after = records_of(facts_told), records_of([*facts_told, named])
    assert named.stream == "segment/000000000001"
    assert world(after).last_at == world(before).last_at
    assert lines(after) == lines(before)


def test_the_number_of_the_layout_changes_with_what_the_columns_hold(golden: Golden) -> None:
    """Another text needs another LAYOUT: segments that were sealed before hold something else."""
    lines = [
        *(f"{name} {dtype}" for name, dtype in STORED.items()),
        *(f"{kind} {EVENTS[kind].version} {' '.join(_READ[kind,])}" for kind in BULK_TYPES),
    ]
    golden(Path(__file__).parent / f"layout_{LAYOUT}.txt", "\n".join(lines) + "\n")
