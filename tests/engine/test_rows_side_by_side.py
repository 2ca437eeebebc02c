"""Rows beside rows: by order, by name, and in groups that stand together."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from engine.by_name import joined
from engine.by_order import beside, differing, listed
from engine.groups import first_of, last_where, place_in, summed, summed_up

ORDERS = st.lists(st.integers(-5, 40), max_size=12)
SMALL = st.integers(-(2**62), 2**62)


@given(asked=ORDERS, known=st.sets(st.integers(-5, 40), max_size=12))
def test_what_is_told_of_an_order_stands_beside_it_and_nothing_beside_others(
    asked: list[int], known: set[int]
) -> None:
    rows = pl.DataFrame({"fact": asked}, schema={"fact": pl.Int64})
    told = pl.DataFrame(
        {
            "fact": sorted(known, reverse=True),
            "name": [str(order) for order in sorted(known)][::-1],
        },
        schema={"fact": pl.Int64, "name": pl.String},
    )
    beside_them = [str(order) if order in known else None for order in asked]
    assert beside(rows, told, "fact")["name"].to_list() == beside_them
    assert beside(rows, told, "fact")["fact"].to_list() == asked


@given(rows=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 2)), max_size=12))
def test_an_order_differs_where_its_rows_say_several_things(rows: list[tuple[int, int]]) -> None:
    orders = pl.Series([order for order, _ in rows], dtype=pl.Int64)
    values = pl.Series([value for _, value in rows], dtype=pl.Int64)
    told = [len({value for other, value in rows if other == order}) > 1 for order, _ in rows]
    assert differing(orders, values).to_list() == told


def test_orders_are_listed_row_by_row() -> None:
    rows = pl.DataFrame({"opened": [1, 2], "fact": [7, 8]})
    assert rows.select(listed("opened", "fact")).to_series().to_list() == [[1, 7], [2, 8]]


def test_a_name_meets_what_is_told_of_it_and_a_name_of_nobody_is_left_out() -> None:
    rows = pl.DataFrame({"lead": ["L1", "L2", "L1", "L9"], "at": [1, 2, 3, 4]})
    told = pl.DataFrame({"lead": ["L2", "L1", "L3"], "payee": ["ben", "ana", "cem"]})
    met = joined(rows, told, "lead").sort("at")
    assert met.rows() == [("L1", 1, "ana"), ("L2", 2, "ben"), ("L1", 3, "ana")]


@given(
    rows=st.lists(st.tuples(st.integers(0, 3), st.none() | st.just("a"), SMALL), max_size=15).map(
        lambda rows: sorted(rows, key=lambda row: (row[0], row[1] is None))
    )
)
def test_sums_of_groups_that_stand_together_are_those_of_their_keys(
    rows: list[tuple[int, str | None, int]],
) -> None:
    schema = {"deal": pl.Int64, "kind": pl.String, "amount": pl.Int64}
    told = pl.DataFrame(rows, schema=schema, orient="row").with_columns(pl.col("amount") // 16)
    group, amount = ["deal", "kind"], pl.col("amount")
    first = first_of(group)
    mine = told.select(
        upto=summed_up(amount, first),
        whole=summed(amount, first),
        place=place_in(first),
        last=last_where(first),
    )
    place = pl.int_range(pl.len(), dtype=pl.Int64)
    by_key = told.select(
        upto=amount.cum_sum().over(group),
        whole=amount.sum().over(group),
        place=place.over(group),
        last=(place == pl.len() - 1).over(group),
    )
    assert mine.rows() == by_key.rows()


def test_sums_over_all_rows_may_wrap_around_and_those_of_groups_are_right() -> None:
    most = 2**62
    told = pl.DataFrame({"deal": ["a", "b", "c", "d"], "amount": [most] * 4})
    sums = told.select(summed_up(pl.col("amount"), first_of(["deal"])))
    assert sums.to_series().to_list() == [most] * 4
