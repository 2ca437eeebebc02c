"""Customers that are the same by what is told of them: keys that a policy declares.

A customer is told of by its registrations taken together, by each of its leads and by each of its
deals. Texts agree when they are the same after NFKC, case folding and white space (docs/decisions,
0008).
"""

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl

from engine.facts import upcasted
from engine.reading import said
from engine.repairs import Repairs, as_repaired

TELLING: Final = ("customer-registered", "lead-created", "deal-signed")
"""The facts that tell of customers."""
_NAMES: Final = ("customer", "lead", "deal", "name")


def alike(
    records: pl.DataFrame,
    repairs: Repairs,
    keys: Sequence[Sequence[str] | str],
    effective_by: int | None = None,
) -> Iterator[Sequence[str]]:
    """Groups of customers that are the same by one of these keys, or by several that must agree.

    Who has no customer stands in as `lead:<lead>` or `deal:<deal>`. `records` are RECORDS.
    """
    asked = [[key] if isinstance(key, str) else list(key) for key in keys]
    if not asked:
        return
    live = upcasted(as_repaired(records.filter(pl.col("type").is_in(TELLING)), repairs))
    if effective_by is not None:
        live = live.filter(pl.col("effective_at") <= effective_by)
    told = _told(live, repairs, sorted({key for together in asked for key in together}))
    for together in asked:
        groups = (
            told.drop_nulls(together)
            .group_by(together)
            .agg(pl.col("customer").unique().sort())
            .filter(pl.col("customer").list.len() > 1)
        )
        yield from sorted(groups["customer"].to_list())


def _told(live: pl.DataFrame, repairs: Repairs, keys: Sequence[str]) -> pl.DataFrame:
    """What is told of customers: `customer` and the keys, a row a telling, made comparable."""
    rows = _read(live, repairs, keys)
    leads = rows.filter(type="lead-created").unique("lead", keep="first", maintain_order=True)
    owners = leads.select("lead", _owner=pl.coalesce("customer", "lead:" + pl.col("lead")))
    own = pl.when(pl.col("type") == "deal-signed").then("deal:" + pl.col("deal"))
    named = rows.join(owners, on="lead", how="left").with_columns(
        customer=pl.coalesce("customer", "_owner", own)
    )
    registered = pl.col("type") == "customer-registered"
    merged = (
        named.filter(registered)
        .group_by("customer", maintain_order=True)
        .agg(pl.col(_key(key)).drop_nulls().last() for key in keys)
    )
    columns = ["customer", *map(_key, keys)]
    both = pl.concat([named.filter(~registered).select(columns), merged.select(columns)])
    return both.select("customer", *(_comparable(both[_key(key)]).alias(key) for key in keys))


def _read(live: pl.DataFrame, repairs: Repairs, keys: Sequence[str]) -> pl.DataFrame:
    """The live facts that tell of customers, in order: type, ids, and keys as `key <name>`."""
    content: dict[str, pl.DataType] = {
        **dict.fromkeys(_NAMES, pl.String()),
        "keys": pl.Struct(dict.fromkeys(keys, pl.String())),
    }
    voided = pl.DataFrame(
        sorted(repairs.voided), schema={"source": pl.String(), "id": pl.String()}, orient="row"
    )
    telling = live.join(voided, on=["source", "id"], how="anti").sort(
        "effective_at", "stream", "source", "id"
    )
    told = telling.select(pl.col("type").cast(pl.String)).hstack(said(telling, content))
    given = {_key(key): pl.col("keys").struct.field(key) for key in keys}
    if "name" in keys:
        given[_key("name")] = pl.coalesce(given[_key("name")], "name")
    return told.select("type", *_NAMES, **given)


def _key(name: str) -> str:
    return f"key {name}"


def _comparable(texts: pl.Series) -> pl.Series:
    """Texts in the one form in which those that agree are equal; an empty one is no value."""
    known = {text: _folded(text) for text in texts.unique().to_list() if text is not None}
    return texts.replace_strict(known, default=None, return_dtype=pl.String)


def _folded(text: str) -> str | None:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()) or None
