"""Making a case store from the records of a log, in two passes and bounded memory."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from secrets import token_hex
from typing import Final

import polars as pl

from engine.law import Law, law
from evenhand.cases.store import FAMILIES, MADE, CaseStore, are_touches
from evenhand.runs.stores import Store
from replay.cases import declares_keys, edges_by_keys, is_rule, name_of
from replay.hashed_names import PROBE, CasesOfNames, HashedNames, hashed
from schemas.frames import READ, empty

FACTS_A_BUCKET: Final = 500_000
"""A bucket's facts are computed in one go: what that takes bounds the memory of a replay."""
_ROWS_A_FILE: Final = 20_000
"""A bucket has a file of so many facts or more, as small ones take as long to open as to read."""
_FACTS_AT_ONCE: Final = 3_000_000
"""For that, so many are put in order at a time at most."""
_ROW_GROUP: Final = 32_768

Frames = Callable[[], Iterable[pl.DataFrame]]
"""The records (READ) of a log in order of position, stretch by stretch, from the first again."""


def made(frames: Frames, store: Store, name: str, *, buckets: int | None = None) -> CaseStore:
    """The case store of records under a name in a store, where it appears when it is whole."""
    place = store.under(name)
    if place.content(MADE) is None:
        staged = f"making/{token_hex(8)}"
        _make(frames, store.under(staged), buckets)
        store.publish(staged, name)
    return CaseStore.at(place.place)


def _make(frames: Frames, store: Store, buckets: int | None) -> None:
    seen = _first_pass(frames)
    count = buckets or max(1, -(-seen.height // FACTS_A_BUCKET))
    digests: dict[str, str] = {}

    def keep(file: str, rows: pl.DataFrame) -> None:
        content = _parquet(rows)
        store.put(file, content)
        digests[file] = sha256(content).hexdigest()

    keep("rules.parquet", seen.rules)
    keep("names.parquet", seen.named.names)
    files: dict[str, list[str]] = defaultdict(list)
    ends = empty(READ)
    for number, frame in enumerate(_together(frames(), min(count * _ROWS_A_FILE, _FACTS_AT_ONCE))):
        for inside, rows in _sorted_into_buckets(frame, seen.named, count):
            file = f"{number:05d}.parquet"
            keep(f"{inside}/{file}", rows)
            files[inside].append(file)
        ends = _ends(pl.concat([ends, _ends(frame, seen.law)]), seen.law)
    keep("ends.parquet", ends)
    about = {
        "through": seen.through,
        "buckets": count,
        "cases": seen.named.count,
        "files": files,
        "digests": digests,
        "probe": PROBE,
    }
    store.put(MADE, json.dumps(about).encode())


def _together(frames: Iterable[pl.DataFrame], height: int) -> Iterator[pl.DataFrame]:
    """Stretches, as many at a time as have about so many records."""
    waiting: list[pl.DataFrame] = []
    for frame in frames:
        if waiting and sum(each.height for each in waiting) + frame.height > height:
            yield pl.concat(waiting)
            waiting.clear()
        waiting.append(frame)
    if waiting:
        yield pl.concat(waiting)


def _ends(records: pl.DataFrame, told: Law) -> pl.DataFrame:
    """The last fact of each type among records (READ), and those that repairs are about."""
    row, repaired = pl.int_range(pl.len()), told.is_repaired
    seen = records.select("type", "effective_at", row=row, fact=is_rule().not_(), repaired=repaired)
    facts = seen.filter("fact")
    others = facts.filter(pl.col("repaired").not_()).group_by("type")
    last = others.agg(pl.col("row").get(pl.col("effective_at").arg_max()))["row"]
    return records[pl.concat([last.sort(), facts.filter("repaired")["row"]])]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the first pass finds: all rules (READ) and their law, and the cases of all names."""

    rules: pl.DataFrame
    law: Law
    named: CasesOfNames
    through: int  # the last position
    height: int  # so many records


def _first_pass(frames: Frames) -> _Seen:
    rules, named = [empty(READ)], HashedNames()
    named.meet(empty(READ))
    through = height = 0
    for frame in frames():
        rules.append(frame.filter(is_rule()))
        named.meet(frame)
        last = frame.select(pl.col("position").max()).item()
        through, height = max(through, last or 0), height + frame.height
    every = pl.concat(rules)
    told = law(every)
    if declares_keys(told):
        named.join(edges_by_keys(pl.concat(list(frames())), told))
    return _Seen(every, told, named.cases(), through, height)


def _sorted_into_buckets(
    records: pl.DataFrame, named: CasesOfNames, count: int
) -> Iterator[tuple[str, pl.DataFrame]]:
    """The facts among records, in order of position, for each bucket and family, sorted by case."""
    seen = records.select(name=hashed(name_of()), fact=is_rule().not_(), touches=are_touches())
    placed = seen.with_columns(named.of(seen["name"])).with_row_index("row")
    for touches, family in enumerate(FAMILIES):
        mine = seen["fact"] & (seen["touches"] == touches)
        for bucket, rows in _by_bucket(records, placed.filter(mine), named.count, count):
            yield f"{family}-{bucket:05d}", rows


def _by_bucket(
    records: pl.DataFrame, placed: pl.DataFrame, cases: int, count: int
) -> Iterator[tuple[int, pl.DataFrame]]:
    """Each bucket of records that are `placed` (`row, case`), sorted by case and position.

    Bucket, case and row are sorted as one number, and what a record says is moved once; most of it
    is not there.
    """
    bucket, case, height = pl.col("case") % count, pl.col("case"), max(1, records.height)
    key = ((bucket * (cases + 1) + case) * height + pl.col("row")).alias("key")
    told = (
        placed.select(key)
        .sort("key")
        .select(
            row=pl.col("key") % height,
            case=pl.col("key") // height % (cases + 1),
            bucket=pl.col("key") // (height * (cases + 1)),
        )
    )
    rows = _gathered(records, told["row"]).with_columns(told["case"])
    first = 0
    for length, number in told["bucket"].rle().struct.unnest().iter_rows():
        yield number, rows.slice(first, length)
        first += length


def _gathered(records: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    """Some rows, in their order; columns that say nothing in any of them are not moved."""
    mine = pl.Series([False]).new_from_index(0, records.height).scatter(rows, values=True)
    says = records.select((pl.all().is_not_null() & mine).any()).row(0, named=True)
    found = records.select(name for name in records.columns if says[name])[rows]
    nothing = (
        pl.lit(None, dtype=dtype).alias(name)
        for name, dtype in records.schema.items()
        if not says[name]
    )
    return found.with_columns(nothing).select(records.columns)


def _parquet(frame: pl.DataFrame) -> bytes:
    """Quickly read, and in groups small enough to look up a case."""
    file = BytesIO()
    frame.write_parquet(file, compression="lz4", row_group_size=_ROW_GROUP)
    return file.getvalue()
