"""Lines of layers: what a layer is worth as at the end of a period, what a line rests on.

For components that pay for layers in another way than by a rate for those who are credited.
"""

from collections.abc import Sequence

import polars as pl

from engine.allocation import rounded_products
from engine.deal_evidence import with_evidence
from engine.ground import Ground
from engine.pricing import exact
from engine.valued import worth_of_layers
from engine.world import World
from schemas.frames import ENTITLED

_LEFT_OUT = (
    "source", "role", "rate", "base", "base_currency", "share_num", "share_den", "rule", "opener",
)  # fmt: skip
"""What a line of a layer need not say."""


def in_time(rows: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """Rows of layers (`deal, layer`), one for each period in which the layer's value changed.

    With `period`, `value` and `because`, the orders of the steps behind the value.
    """
    told = worth_of_layers(ground).select("layer", "period", "value", "because")
    return rows.join(told, on="layer")


def rounded_alone(rows: pl.DataFrame, amount: str, factors: Sequence[str]) -> pl.Series:
    """An amount times factors, row by row, each rounded by itself by the mode in `rounding`.

    A factor is named by its stem: `fx` is `fx_num / fx_den`. Raises `AmountTooLarge`.
    """
    product = rows.with_columns(
        _num=exact(rows, [f"{factor}_num" for factor in factors]),
        _den=exact(rows, [f"{factor}_den" for factor in factors]),
    )
    return rounded_products(product, amount, "_num", "_den")


def deal_lines(parts: pl.DataFrame, world: World) -> pl.DataFrame:
    """Lines (ENTITLED) of layers, with the evidence of a commission.

    `parts` have `payee, period, deal, layer, component, plan, currency, amount, because, dated`,
    and what they say of what a line may leave out.
    """
    return (
        with_evidence(with_absent(parts, _LEFT_OUT), world)
        .with_columns(subject="deal/" + pl.col("deal"), fact=pl.col("layer"))
        .select(*ENTITLED)
    )


def with_absent(lines: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """Lines with a null in each of these columns of ENTITLED that they do not have."""
    return lines.with_columns(
        pl.lit(None, dtype=ENTITLED[name]).alias(name)
        for name in names
        if name not in lines.columns
    )
