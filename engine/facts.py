"""Records read as typed facts, repaired, and put in order of effect.

Bulk facts (leads, qualifications, signings, amendments, joint signings) become columns; the few
rules and people stay events.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import polars as pl

from engine.decoding import FIELDS, decoded
from schemas.events import EVENTS, Event, Rank
from schemas.frames import FACTS, RECORDS, TYPE, checked, empty
from schemas.recorded import Unrecorded, instant
from schemas.wire import event_of, event_said, unrecorded

BULK: Final = (
    "lead-created",
    "lead-qualified",
    "lead-disqualified",
    "lead-recycled",
    "deal-signed",
    "contract-amended",
    "joint-signing-confirmed",
    "referral-made",
    "participation-declared",
    "payment-received",
    "refund-issued",
    "milestone-reached",
)
"""Types whose facts are read as columns."""

TOUCHES: Final = ("touch-recorded",)
"""Read as columns where a plan pays for touches: they are most of a log."""

ASSIGNMENTS: Final = ("lead-assigned",)
"""Read where somebody asks who held a lead; no money follows from them."""


@dataclass(frozen=True, slots=True)
class RuleFact:
    """A rule or a fact about people, with its place in the order of effect."""

    event: Event
    effective_at: int
    stream: str
    source: str
    id: str
    position: int

    @property
    def order(self) -> tuple[int, int, bytes, bytes, bytes]:
        """What sorts facts in order of effect; strings by their bytes."""
        names = (self.stream.encode(), self.source.encode(), self.id.encode())
        return (self.effective_at, int(type(self.event).rank), *names)


def typed(records: pl.DataFrame, types: Sequence[str] = BULK) -> pl.DataFrame:
    """The facts of bulk types among records (RECORDS or READ), as FACTS; others are left out."""
    bulk = checked(records, RECORDS)["type"].is_in(types)
    if "rank" not in records.columns:
        return _decoded(records, bulk)
    read = records["rank"].is_not_null()
    facts = _among(records, bulk & read).select(_AS_FACTS)
    left = bulk & ~read
    return pl.concat([facts, _decoded(records, left)]) if left.any() else facts


def _decoded(records: pl.DataFrame, wanted: pl.Series) -> pl.DataFrame:
    """Those records that are wanted, decoded from JSON."""
    written = upcasted(records.select(*RECORDS).filter(wanted))
    return pl.concat([empty(FACTS), *decoded(written, FIELDS)], how="diagonal").select(*FACTS)


def _among(records: pl.DataFrame, wanted: pl.Series) -> pl.DataFrame:
    """The read records that are wanted; where that is all of them nothing is moved."""
    rows = records.select(_READ)
    return rows if wanted.all() else rows.filter(wanted)


_READ: Final = [name for name in FACTS if name != "repaired_by"]
_READ_AS: Final = {"type": pl.col("type").cast(TYPE), "repaired_by": pl.lit(None, dtype=pl.Int64)}
_AS_FACTS: Final = [_READ_AS.get(name, pl.col(name)).alias(name) for name in FACTS]


def upcasted(records: pl.DataFrame) -> pl.DataFrame:
    """Records with the few that were written in an old shape rewritten in the present one."""
    versions = {name: model.version for name, model in EVENTS.items()}
    present = pl.col("type").replace_strict(versions, return_dtype=pl.Int64)
    old = records.filter(pl.col("schema_version") < present)
    if old.is_empty():
        return records
    fresh = [unrecorded_of(row).state.decode() for row in old.iter_rows(named=True)]
    rewritten = old.with_columns(state=pl.Series(fresh, dtype=pl.String))
    kept = records.filter(pl.col("schema_version") >= present)
    return pl.concat([kept, rewritten]).sort("position")


def unrecorded_of(row: Mapping[str, object]) -> Unrecorded:
    """One row of RECORDS as an event in its present shape."""
    raw = _raw(row)
    return unrecorded(
        event_of(raw),
        stream=raw.stream,
        effective_at=raw.effective_at,
        source=raw.source,
        id=raw.id,
    )


def rule_fact(row: Mapping[str, object]) -> RuleFact:
    """One row of RECORDS as a rule or a fact about people."""
    at, version, position = row["effective_at"], row["schema_version"], row["position"]
    assert isinstance(at, int)
    assert isinstance(version, int)
    assert isinstance(position, int)
    event = _rule(str(row["type"]), version, str(row["state"]))
    return RuleFact(event, at, str(row["stream"]), str(row["source"]), str(row["id"]), position)


@lru_cache(maxsize=16_384)
def _rule(kind: str, version: int, state: str) -> Event:
    """A rule as it was written; the same rules are asked for by one question after the other."""
    return event_said(kind, version, state.encode())


def _raw(row: Mapping[str, object]) -> Unrecorded:
    effective_at, version = row["effective_at"], row["schema_version"]
    assert isinstance(effective_at, int)
    assert isinstance(version, int)
    return Unrecorded(
        stream=str(row["stream"]),
        type=str(row["type"]),
        schema_version=version,
        effective_at=instant(effective_at),
        source=str(row["source"]),
        id=str(row["id"]),
        state=str(row["state"]).encode(),
    )


def in_order_of_effect(facts: pl.DataFrame, first: int = 0) -> pl.DataFrame:
    """Facts sorted by (instant, rank, stream, source, id), their place from `first` as `order`.

    Strings sort by their UTF-8 bytes, as polars does.
    """
    order = pl.int_range(first, first + pl.len(), dtype=pl.Int64).alias("order")
    return by_effect(checked(facts, FACTS)).select(order, pl.all())


def by_effect(facts: pl.DataFrame, kept: pl.Series | None = None) -> pl.DataFrame:
    """Facts in order of effect, only those to be `kept`; what is in order already is not moved."""
    whole = facts.rechunk()
    rows = _places(whole)
    if kept is not None:
        return whole[rows.filter(kept.gather(rows))]
    return whole if rows.is_sorted() else whole[rows]


def _places(facts: pl.DataFrame) -> pl.Series:
    """The rows in order of effect; few share an instant and a rank, so few strings are compared.

    Instants of the years that count have less than 53 bits, so that a rank fits beside one.
    """
    moments = facts["effective_at"] * len(Rank) + facts["rank"]
    rows = moments.arg_sort()
    ordered = moments.gather(rows)
    same = ordered[1:] == ordered[:-1]
    if not same.any():
        return rows
    no_other = pl.Series([False])
    tied = (pl.concat([no_other, same]) | pl.concat([same, no_other])).arg_true()
    names = facts.select("stream", "source", "id", row=pl.int_range(pl.len(), dtype=pl.UInt32))
    equals = names[rows.gather(tied)].with_columns(moment=ordered.gather(tied))
    return rows.scatter(tied, equals.sort("moment", "stream", "source", "id")["row"])
