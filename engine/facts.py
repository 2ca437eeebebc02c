"""Records read as typed facts, repaired, and put in order of effect.

Bulk facts (leads, qualifications, signings, amendments, joint signings) become columns; the few
rules and people stay events.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from schemas.events import EVENTS, Event, Rank
from schemas.frames import FACTS, RECORDS, SIGNERS, TYPE, checked, empty
from schemas.recorded import Unrecorded, instant, microseconds
from schemas.wire import event_of, unrecorded

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

_FIELDS: Final[Mapping[str, pl.DataType]] = {
    "lead": pl.String(),
    "deal": pl.String(),
    "customer": pl.String(),
    "by": pl.String(),
    "to": pl.String(),
    "payee": pl.String(),
    "part": pl.String(),
    "milestone": pl.String(),
    "amount": pl.Struct({"amount": pl.String(), "currency": pl.String()}),
    "side": pl.String(),
    "channel": pl.String(),
    "kind": pl.String(),
    "value": pl.Struct({"amount": pl.String(), "currency": pl.String()}),
    "signed_by": pl.List(pl.Struct({"payee": pl.String(), "share": pl.String()})),
    "payees": pl.List(pl.String()),
    "corrects": pl.Struct({"source": pl.String(), "id": pl.String()}),
}

_READ: Final[Mapping[tuple[str, ...], tuple[str, ...]]] = {
    ("lead-created",): ("lead", "customer", "by", "side", "channel"),
    ("lead-qualified", "lead-disqualified", "lead-recycled"): ("lead",),
    ("deal-signed",): ("deal", "customer", "lead", "value", "signed_by"),
    ("contract-amended",): ("deal", "kind", "value", "signed_by", "corrects"),
    ("joint-signing-confirmed",): ("deal", "payees"),
    ("lead-assigned",): ("lead", "by", "to"),
    ("referral-made",): ("deal", "lead", "customer", "by", "to"),
    ("participation-declared",): ("deal", "payee", "part"),
    ("payment-received",): ("deal", "amount"),
    ("refund-issued",): ("deal", "amount"),
    ("milestone-reached",): ("deal", "milestone"),
    TOUCHES: ("lead", "customer", "kind", "side", "by", "channel"),
}
"""Types to the fields that are read of them: decoding JSON is what reading facts costs."""

_AMENDMENT_RANKS: Final[Mapping[str, Rank]] = {
    "renewal": Rank.RENEWAL,
    "upsell": Rank.UPSELL,
    "reduction": Rank.REDUCTION,
    "correction": Rank.CORRECTION,
    "cancellation": Rank.CANCELLATION,
}


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
    """The facts of bulk types among records (RECORDS), as FACTS; other types are left out."""
    bulk = upcasted(checked(records, RECORDS).filter(pl.col("type").is_in(types)))
    parts = [empty(FACTS)]
    for alike, fields in _READ.items():
        some = bulk.filter(pl.col("type").is_in(alike))
        if not some.is_empty():
            parts.append(_decoded(some, fields))
    return pl.concat(parts, how="diagonal").select(*FACTS)


def _decoded(records: pl.DataFrame, fields: Sequence[str]) -> pl.DataFrame:
    """Records of types that have the same fields, those columns of FACTS that they fill."""
    content = pl.Struct({name: _FIELDS[name] for name in fields})
    flat = records.with_columns(
        pl.col("type").cast(TYPE), _content=pl.col("state").str.json_decode(content)
    ).unnest("_content")
    columns = {"rank": _rank(records["type"][0])}
    if "by" in fields:
        columns["payee"] = pl.col("by")
    if "to" in fields:
        columns["payees"] = pl.concat_list("by", "to")
    for money in {"value", "amount"} & set(fields):
        amount = pl.col(money).struct.field("amount")
        columns["amount"] = amount.str.replace(".", "", literal=True).cast(pl.Int64)
        columns["currency"] = pl.col(money).struct.field("currency")
    for word in {"milestone", "part"} & set(fields):
        columns["kind"] = pl.col(word)
    if "signed_by" in fields:
        columns["signed_by"] = _signers()
    if "corrects" in fields:
        columns["corrects_source"] = pl.col("corrects").struct.field("source")
        columns["corrects_id"] = pl.col("corrects").struct.field("id")
    told = flat.with_columns(**columns)
    known = [(name, dtype) for name, dtype in FACTS.items() if name in told.columns]
    return told.select(pl.col(name).cast(dtype) for name, dtype in known)


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
    raw = _raw(row)
    position = row["position"]
    assert isinstance(position, int)
    at = microseconds(raw.effective_at)
    return RuleFact(event_of(raw), at, raw.stream, raw.source, raw.id, position)


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


def in_order_of_effect(facts: pl.DataFrame) -> pl.DataFrame:
    """Facts sorted by (instant, rank, stream, source, id), with their place as `order`.

    Strings sort by their UTF-8 bytes, as polars does.
    """
    return (
        checked(facts, FACTS)
        .sort("effective_at", "rank", "stream", "source", "id")
        .with_row_index("order")
        .with_columns(pl.col("order").cast(pl.Int64))
    )


def _rank(kind: str) -> pl.Expr:
    """The rank of facts of a type; that of an amendment depends on its kind."""
    if kind == "contract-amended":
        ranks = {name: int(rank) for name, rank in _AMENDMENT_RANKS.items()}
        return pl.col("kind").replace_strict(ranks, return_dtype=pl.Int8)
    return pl.lit(int(EVENTS[kind].rank), dtype=pl.Int8)


def _signers() -> pl.Expr:
    """Shares read from `"3/5"` or `"1"` into numerator and denominator."""
    parts = pl.element().struct.field("share").str.split("/")
    signer = pl.struct(
        payee=pl.element().struct.field("payee"),
        num=parts.list.get(0).cast(pl.Int64),
        den=parts.list.get(1, null_on_oob=True).cast(pl.Int64).fill_null(1),
    )
    return pl.col("signed_by").list.eval(signer).cast(SIGNERS)
