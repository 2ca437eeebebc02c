"""Facts decoded from JSON into columns, those of alike types together."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import polars as pl

from schemas.events import EVENTS, Rank
from schemas.frames import FACTS, SIGNERS, TYPE

Fields = Mapping[tuple[str, ...], Sequence[str]]
"""Types to the fields that are read of them."""

_MONEY = pl.Struct({"amount": pl.String(), "currency": pl.String()})
_AS_WRITTEN: Final[Mapping[str, pl.DataType]] = {
    "amount": _MONEY,
    "value": _MONEY,
    "signed_by": pl.List(pl.Struct({"payee": pl.String(), "share": pl.String()})),
    "payees": pl.List(pl.String()),
    "corrects": pl.Struct({"source": pl.String(), "id": pl.String()}),
    "products": pl.List(pl.String()),
    "term_months": pl.Int64(),
    "self_sourced": pl.Boolean(),
}
"""Fields that are more than a text, as JSON has them."""

FIELDS: Final[Fields] = {
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
    ("touch-recorded",): ("lead", "customer", "kind", "side", "by", "channel"),
}
"""What the kernel goes by: decoding JSON is what reading facts costs."""

_AMENDMENT_RANKS: Final[Mapping[str, Rank]] = {
    "renewal": Rank.RENEWAL,
    "upsell": Rank.UPSELL,
    "reduction": Rank.REDUCTION,
    "correction": Rank.CORRECTION,
    "cancellation": Rank.CANCELLATION,
}


def decoded(records: pl.DataFrame, read: Fields) -> Iterator[pl.DataFrame]:
    """Records in their present shape, as the columns of FACTS that what is `read` fills.

    A field without a column in FACTS has one of its own name.
    """
    for alike, fields in read.items():
        some = records.filter(pl.col("type").is_in(alike))
        if not some.is_empty():
            yield _decoded(some, fields)


def _decoded(records: pl.DataFrame, fields: Sequence[str]) -> pl.DataFrame:
    written = {_WRITTEN_AS.get(name, name): name for name in fields}
    content = pl.Struct({name: _AS_WRITTEN.get(name, pl.String()) for name in written})
    flat = (
        records.with_columns(
            pl.col("type").cast(TYPE), _content=pl.col("state").str.json_decode(content)
        )
        .unnest("_content")
        .rename(written)
    )
    told = flat.with_columns(rank=_rank(records["type"][0]), **_columns(fields))
    own = [name for name in fields if name not in FACTS and name not in _RENAMED]
    known = [pl.col(name).cast(dtype) for name, dtype in FACTS.items() if name in told.columns]
    return told.select(*known, *own)


_WRITTEN_AS: Final = {"judge": "by", "deal_channel": "channel"}
"""Columns of READ whose field has a name that is another column of FACTS."""
_RENAMED: Final = ("by", "to", "value", "milestone", "part", "corrects")
"""Fields that fill a column of another name."""


def _columns(fields: Sequence[str]) -> Mapping[str, pl.Expr]:
    """The columns that fields fill otherwise than as they are written."""
    columns: dict[str, pl.Expr] = {}
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
    return columns


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
