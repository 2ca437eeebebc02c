"""Making a case store from the records of a log, in two passes and bounded memory."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from secrets import token_hex
from typing import Final

import polars as pl

from engine.law import Law, law
from evenhand.cases.store import FAMILIES, MADE, CaseStore, are_touches
from evenhand.runs.stores import Store
from replay.cases import declares_keys, edges_by_keys, is_rule, name_of
from replay.numbered_names import CasesOfNames, NumberedNames
from schemas.frames import READ, empty

BATCH: Final = 1_000_000
"""So many records are sorted into buckets at a time."""
FACTS_A_BUCKET: Final = 1_000_000
"""A bucket's facts are computed in one go: what that takes bounds the memory of a replay."""
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
    store.put("rules.parquet", _parquet(seen.rules))
    store.put("names.parquet", _parquet(seen.named.names))
    files: dict[str, list[str]] = defaultdict(list)
    ends = empty(READ)
    for number, batch in enumerate(_batches(frames())):
        for inside, rows in _sorted_into_buckets(batch, seen.named, count):
            file = f"{number:05d}.parquet"
            store.put(f"{inside}/{file}", _parquet(rows))
            files[inside].append(file)
        ends = _ends(pl.concat([ends, batch]), seen.law)
    store.put("ends.parquet", _parquet(ends))
    about = {
        "through": seen.through,
        "buckets": count,
        "cases": seen.named.count,
        "files": files,
    }
    store.put(MADE, json.dumps(about).encode())


def _ends(facts: pl.DataFrame, told: Law) -> pl.DataFrame:
    """The last fact of each type, and those that repairs are about."""
    repaired = facts.select(told.is_repaired).to_series()
    others = facts.select("type", "effective_at", row=pl.int_range(pl.len())).filter(~repaired)
    last = others.group_by("type").agg(pl.col("row").get(pl.col("effective_at").arg_max()))
    return pl.concat([facts[last["row"].sort()], facts.filter(repaired)])


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the first pass finds: all rules (READ) and their law, and the cases of all names."""

    rules: pl.DataFrame
    law: Law
    named: CasesOfNames
    through: int  # the last position
    height: int  # so many records


def _first_pass(frames: Frames) -> _Seen:
    rules, named = [empty(READ)], NumberedNames()
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


def _batches(frames: Iterable[pl.DataFrame]) -> Iterable[pl.DataFrame]:
    waiting: list[pl.DataFrame] = []
    for frame in frames:
        waiting.append(frame.filter(is_rule().not_()))
        if sum(each.height for each in waiting) >= BATCH:
            yield pl.concat(waiting)
            waiting = []
    if waiting:
        yield pl.concat(waiting)


def _sorted_into_buckets(
    batch: pl.DataFrame, named: CasesOfNames, count: int
) -> Iterator[tuple[str, pl.DataFrame]]:
    """The rows of a batch, in order of position, for each bucket and family, sorted by case."""
    told = batch.with_columns(name=name_of())
    placed = (
        told.join(named.of(told["name"]), on="name", how="left")
        .drop("name")
        .with_columns(_bucket=pl.col("case") % count, _touches=are_touches())
    )
    case, file = pl.col("case"), pl.col("_bucket") * 2 + pl.col("_touches")
    placed = placed.sort(file * (named.count + 1) + case, maintain_order=True)
    first = 0
    runs = placed.group_by("_bucket", "_touches", maintain_order=True).len()
    for bucket, touches, height in runs.iter_rows():
        rows = placed.slice(first, height).drop("_bucket", "_touches")
        yield f"{FAMILIES[touches]}-{bucket:05d}", rows
        first += height


def _parquet(frame: pl.DataFrame) -> bytes:
    """Quickly read, and in groups small enough to look up a case."""
    file = BytesIO()
    frame.write_parquet(file, compression="lz4", row_group_size=_ROW_GROUP)
    return file.getvalue()
