"""Issues read again from the documents that were kept: columns at a time, for there may be many."""

from io import BytesIO
from typing import Final

import polars as pl

from schemas.calendar import MONTHS, PayoutPeriod
from schemas.frames import Schema
from schemas.statements import BALANCES, LEDGER, NAMES, PAYABLE, Issue

_TEXT: Final = pl.String()
_NAME: Final = pl.Struct({"source": _TEXT, "id": _TEXT})
_LINE: Final[Schema] = {
    **dict.fromkeys(("subject", "payee", "period", "deal", "lead", "plan"), _TEXT),
    **dict.fromkeys(("component", "source", "role", "rate", "share"), _TEXT),
    **dict.fromkeys(("base", "base_currency", "amount", "currency"), _TEXT),
    "fact": _NAME,
    "because": NAMES,
    "cause": NAMES,
}
_MOVEMENT: Final[Schema] = {
    **dict.fromkeys(("payee", "currency", "kind", "deal", "lead", "line", "plan"), _TEXT),
    "fact": _NAME,
    "amount": _TEXT,
}
_ISSUE: Final[Schema] = {
    "period": _TEXT,
    "issue": pl.Int64(),
    "lines": pl.List(pl.Struct(_LINE)),
    "balances": pl.List(pl.Struct(dict.fromkeys(BALANCES, _TEXT))),
    "ledger": pl.List(pl.Struct(_MOVEMENT)),
}


def issue_of(document: bytes) -> Issue:
    """The issue that a kept document (`Issue.document`) holds."""
    told = pl.read_json(BytesIO(document), schema=_ISSUE)
    period, number = PayoutPeriod.parse(told["period"].item()), told["issue"].item()
    stated = {"stated_in": pl.lit(period.number, pl.Int64()), "issue": pl.lit(number, pl.Int64())}
    return Issue(
        period=period,
        number=number,
        lines=_rows(told, "lines").with_columns(_line()).select(*_of(PAYABLE, stated)),
        balances=_rows(told, "balances").select(*_balance()),
        ledger=_rows(told, "ledger").with_columns(_fact()).select(*_of(LEDGER, {})),
    )


def _rows(told: pl.DataFrame, name: str) -> pl.DataFrame:
    """The objects of a list, a column a name; none where the document leaves the list out."""
    return told.select(pl.col(name).explode(empty_as_null=False, keep_nulls=False)).unnest(name)


def _of(schema: Schema, more: dict[str, pl.Expr]) -> list[pl.Expr]:
    """The columns of a frame, its amounts in minor units; some are told by an expression."""
    amounts = ("base", "amount")
    return [
        more.get(name, _minor(name) if name in amounts else pl.col(name)).alias(name)
        for name in schema
    ]


def _balance() -> list[pl.Expr]:
    """The columns of balances; one that a document leaves out is zero."""
    return [
        pl.col(name) if dtype == _TEXT else _minor(name).fill_null(0)
        for name, dtype in BALANCES.items()
    ]


def _line() -> list[pl.Expr]:
    """What lines tell in another form than their document."""
    plain = pl.coalesce("deal/" + pl.col("deal"), "lead/" + pl.col("lead"))
    share = pl.col("share").str.split("/").list
    month = pl.col("period").str
    return [
        *_fact(),
        pl.coalesce("subject", plain).alias("subject"),
        (_int(month.head(4)) * MONTHS + _int(month.tail(2)) - 1).alias("period"),
        _int(share.first()).alias("share_num"),
        pl.when(pl.col("share").is_not_null())
        .then(_int(share.get(1, null_on_oob=True)).fill_null(1))
        .alias("share_den"),
    ]


def _fact() -> list[pl.Expr]:
    """The fact that a line or a movement names, None where it names none."""
    fact = pl.col("fact").struct
    return [fact.field("source").alias("fact_source"), fact.field("id").alias("fact_id")]


def _minor(name: str) -> pl.Expr:
    """Minor units of an amount that we wrote ourselves, with all the digits of its currency."""
    return _int(pl.col(name).str.replace(".", "", literal=True)).alias(name)


def _int(text: pl.Expr) -> pl.Expr:
    return text.cast(pl.Int64)
