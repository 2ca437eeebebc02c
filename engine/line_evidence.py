"""What lines rest on, by name: the facts behind each, and the corrections that decided them.

Nearly all lines rest on one fact or on two, whose names need only be compared with each other; only
the others pay for a sort of names.
"""

from typing import Final

import polars as pl

from engine.groups import first_of
from engine.world import World

_NAME: Final = ("source", "id")
_WIDTHS: Final = (1, 2)
"""How many facts lines rest on that are looked at apart, by arrays."""
_MANY: Final = 5_000
"""From so many lines on telling them apart costs less than it saves."""


def evidence(because: pl.Series, names: pl.DataFrame, world: World) -> pl.Series:
    """Lists of orders as lists of structs `source, id`, sorted and unique, with corrections.

    `names` has the names of facts, an order a row.
    """
    corrections = _corrections(world)
    lists = because.to_frame("order").with_row_index("row")
    if lists.height < _MANY:
        return _of_any_width(lists, names, corrections)["because"]
    rows = _compared(because, names, corrections["order"])
    parts = [_of_width(rows, width, names) for width in _WIDTHS]
    others = lists.filter(rows["width"] == 0)
    told = pl.concat([*parts, _of_any_width(others, names, corrections)], rechunk=True)
    return told["because"].gather(told["row"].arg_sort())


def _corrections(world: World) -> pl.DataFrame:
    """The corrections that decided facts: `order` of the fact, `source, id` of the correction."""
    rows = [(each.position, each.source, each.id) for each in world.repairs.corrected.values()]
    schema = {"repaired_by": pl.Int64(), "source": pl.String(), "id": pl.String()}
    repairs = pl.DataFrame(rows, schema=schema, orient="row")
    corrected = world.names.select("order", "repaired_by").drop_nulls()
    return corrected.join(repairs, on="repaired_by").drop("repaired_by")


def _compared(because: pl.Series, names: pl.DataFrame, corrected: pl.Series) -> pl.DataFrame:
    """Each list with its `first` and `second` fact by name, and its `width`: 0 where more is asked.

    More is asked of lists that are longer, have something twice, or a fact that was corrected.
    """
    ends = because.to_frame("because").select(
        width=pl.col("because").list.len(),
        one=pl.col("because").list.first(),
        two=pl.col("because").list.last(),
    )
    (source, id_), (other_source, other_id) = (
        [pl.lit(names[name]).gather(pl.col(end)) for name in _NAME] for end in ("one", "two")
    )
    told = ends.with_columns(
        same=source == other_source, before=source < other_source, twice=id_ == other_id,
        ids_before=id_ < other_id,
    )  # fmt: skip
    more = (pl.col("width") > max(_WIDTHS)) | (
        (pl.col("width") > 1) & pl.col("same") & pl.col("twice")
    )
    if not corrected.is_empty():
        more |= pl.any_horizontal(pl.col("one", "two").is_in(corrected.implode()))
    ordered = pl.when("same").then("ids_before").otherwise("before") | (pl.col("width") == 1)
    return told.select(
        first=pl.when(ordered).then("one").otherwise("two"),
        second=pl.when(ordered).then("two").otherwise("one"),
        width=pl.when(more).then(0).otherwise("width"),
    ).with_row_index("row")


def _of_width(rows: pl.DataFrame, width: int, names: pl.DataFrame) -> pl.DataFrame:
    """Lists of one width: `row, because`."""
    mine = rows.filter(pl.col("width") == width)
    orders = mine.select(pl.concat_arr("first", "second").arr.head(width).explode()).to_series()
    named = names[orders].to_struct()
    return mine.select("row", because=named.reshape((-1, width)).arr.to_list())


def _of_any_width(
    rows: pl.DataFrame, names: pl.DataFrame, corrections: pl.DataFrame
) -> pl.DataFrame:
    """Lists of any width and what corrected their facts (`row, order`) as `row, because`."""
    told = rows.explode("order")
    facts = told.select("row", *(pl.lit(names[name]).gather(pl.col("order")) for name in _NAME))
    corrected = told.join(corrections, on="order").drop("order")
    return (
        pl.concat([facts, corrected])
        .sort("row", *_NAME)
        .filter(first_of(("row", *_NAME)))
        .group_by("row", maintain_order=True)
        .agg(because=pl.struct(_NAME))
    )
