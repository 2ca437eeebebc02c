"""Records read once: bulk facts as columns, for segments and for whoever asks what facts say."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from engine.decoding import FIELDS, Fields, decoded
from engine.facts import ASSIGNMENTS, BULK, TOUCHES, upcasted
from schemas.frames import READ, RECORDS, checked, empty

_MORE: Final[Mapping[str, tuple[str, ...]]] = {
    "lead-created": ("campaign",),
    "touch-recorded": ("campaign",),
    "lead-qualified": ("judge",),
    "lead-disqualified": ("judge",),
    "lead-recycled": ("judge",),
    "deal-signed": (
        *("products", "customer_type", "term_months", "self_sourced"),
        *("team", "campaign", "deal_channel"),
    ),
}
"""What is read beside `FIELDS`: what conditions and reports look at."""

_READ: Final[Fields] = {
    (name,): (*fields, *_MORE.get(name, ())) for names, fields in FIELDS.items() for name in names
}
_NAMED: Final = ("attributes", "keys")
"""Objects whose names a plan or a policy chooses: they stay text."""
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "by": ("payee", "judge"),
    "channel": ("channel", "deal_channel"),
}
"""Fields and the columns of READ that hold them, where they are not of the same name."""


def read(records: pl.DataFrame) -> pl.DataFrame:
    """Records (RECORDS) as READ, in order of position."""
    bulk = pl.col("type").is_in([*BULK, *TOUCHES, *ASSIGNMENTS])
    present = upcasted(checked(records, RECORDS).filter(bulk)).with_columns(_left=_left())
    facts = pl.concat([empty(READ), *_told(present)], how="diagonal").select(*READ)
    others = pl.concat([empty(READ), records.filter(bulk.not_()).select(*RECORDS)], how="diagonal")
    return pl.concat([facts, others]).sort("position")


def _told(present: pl.DataFrame) -> list[pl.DataFrame]:
    rest = present.select("position", "schema_version", state="_left")
    return [
        part.with_columns(pl.col("type").cast(pl.String)).join(rest, on="position")
        for part in decoded(present.drop("_left"), _READ)
    ]


def _left() -> pl.Expr:
    """JSON of what has no column, null where that is nothing."""
    state = pl.col("state")
    parts = [pl.format(f'"{name}":{{}}', state.str.json_path_match(f"$.{name}")) for name in _NAMED]
    told = pl.any_horizontal(state.str.contains(f'"{name}":', literal=True) for name in _NAMED)
    text = pl.concat_str(
        pl.lit("{"), pl.concat_str(parts, separator=",", ignore_nulls=True), pl.lit("}")
    )
    return pl.when(told).then(text)


def said(records: pl.DataFrame, fields: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """What each of records (RECORDS or READ) says in some fields: a column each, or null."""
    content = records["state"].str.json_decode(pl.Struct(fields)).struct.unnest()
    if "rank" not in records.columns:
        return content
    told = records.select(
        pl.coalesce(columns).alias(name)
        for name in fields
        if set(columns := _COLUMNS.get(name, (name,))) <= READ.keys()
    )
    return content.with_columns(
        pl.coalesce(told[name], pl.col(name)) for name in told.columns
    ).select(*fields)
