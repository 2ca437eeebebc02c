"""What happened, told as records: canonical JSON built column by column."""

from collections.abc import Mapping

import polars as pl

from bench.company import DIGITS, SPLITS
from schemas.events import EVENTS

TOLD: dict[str, pl.DataType] = {
    "stream": pl.String(),
    "type": pl.String(),
    "schema_version": pl.Int64(),
    "effective_at": pl.Int64(),
    "id": pl.String(),
    "state": pl.String(),
}


def told(
    frame: pl.DataFrame, kind: str, named: tuple[str, pl.Expr], fields: Mapping[str, pl.Expr]
) -> pl.DataFrame:
    """Rows as records (TOLD) of a type. `named` is the prefix and the number of their ids.

    `fields` are JSON texts, null where a field is absent. The frame has `stream` and `at`.
    """
    prefix, number = named
    return frame.rechunk().select(
        "stream",
        pl.lit(kind).alias("type"),
        pl.lit(EVENTS[kind].version, dtype=pl.Int64).alias("schema_version"),
        pl.col("at").alias("effective_at"),
        pl.format(prefix + "{}", number).alias("id"),
        json_object(fields).alias("state"),
    )


def json_object(fields: Mapping[str, pl.Expr]) -> pl.Expr:
    """A JSON object in canonical form, without the fields that are null."""
    pieces = [pl.format('"' + name + '":{}', fields[name]) for name in sorted(fields)]
    inside = pl.concat_str(pieces, separator=",", ignore_nulls=True)
    return pl.lit("{") + inside + pl.lit("}")


def text(value: pl.Expr) -> pl.Expr:
    """A JSON string of something that needs no escapes."""
    return pl.format('"{}"', value)


def payee(number: pl.Expr) -> pl.Expr:
    """The name of a payee, as wide for each, so that numbers and names sort alike."""
    return pl.format("p{}", number.cast(pl.String).str.zfill(5))


def money(minor: pl.Expr, currency: pl.Expr) -> pl.Expr:
    """Money as it travels."""
    cents = pl.format("{}.{}", minor // 100, (minor % 100).cast(pl.String).str.zfill(2))
    whole = [code for code, digits in DIGITS.items() if digits == 0]
    amount = pl.when(currency.is_in(whole)).then(minor.cast(pl.String)).otherwise(cents)
    return json_object({"amount": text(amount), "currency": text(currency)})


def signers(split: pl.Expr, people: tuple[pl.Expr, pl.Expr, pl.Expr]) -> pl.Expr:
    """A split as it travels, its signers in order of name."""
    one, two, three = people
    least, most = pl.min_horizontal(one, two), pl.max_horizontal(one, two)
    low, high = pl.min_horizontal(least, three), pl.max_horizontal(most, three)
    in_order = {1: [one], 2: [least, most], 3: [low, one + two + three - low - high, high]}
    written: pl.Expr = pl.lit(None, dtype=pl.String)
    for name, shares in SPLITS.items():
        rows = [
            json_object({"payee": text(payee(who)), "share": pl.lit(f'"{share}"')})
            for who, share in zip(in_order[len(shares)], shares, strict=True)
        ]
        together = pl.format("[{}]", pl.concat_str(rows, separator=","))
        written = pl.when(split == name).then(together).otherwise(written)
    return written
