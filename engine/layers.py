"""Contracts as stacks of layers, and what each layer is worth from when on.

The signing, each increase and each renewal open a layer; reductions and cancellations take from
the newest first. Within a term, with running values V, a layer opened at step k spans V(k-1) to
V(k); at a later step n there is left of it what lies below the least value since, min(V(k)..V(n)).
That is the stack without a stack, and so without a loop.
"""

import polars as pl

from schemas.frames import STATES


def value_steps(facts: pl.DataFrame, signings: pl.DataFrame) -> pl.DataFrame:
    """Every step of every contract in the order it takes effect.

    `deal, order, at, kind, value, signed_by, currency, corrected_by, term, before`: corrections
    have replaced the values they name; `before` is the running value before the step, `term` counts
    renewals. Steps after a cancellation, in another currency, or of a deal without a signing are
    left out.
    """
    signed = signings.select(
        "deal", "currency", "signed_at", order="signing", at="signed_at", kind=pl.lit("signing"),
        value="amount", signed_by="signed_by",
    )  # fmt: skip
    amended = (
        facts.filter(pl.col("type") == "contract-amended", pl.col("kind") != "correction")
        .join(signings.select("deal", "signed_at", _currency="currency"), on="deal")
        .filter(pl.col("currency").is_null() | (pl.col("currency") == pl.col("_currency")))
        .with_columns(
            at=pl.max_horizontal("effective_at", "signed_at"),
            value=pl.col("amount").fill_null(0),
            currency=pl.col("_currency"),
        )
        .select(signed.columns)
    )
    steps = pl.concat([signed, amended])
    return _running(_corrected(steps, facts))


def _corrected(steps: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """Steps with the values that corrections give them, and the order of the correction."""
    corrections = corrections_aimed(steps, facts)
    aimed = (
        corrections.filter(pl.col("target").is_not_null())
        .sort("correction")
        .unique("target", keep="last", maintain_order=True)
        .select("target", corrected="amount", corrected_by="correction")
    )
    return steps.join(aimed, left_on="order", right_on="target", how="left").with_columns(
        value=pl.coalesce("corrected", "value")
    )


def corrections_aimed(steps: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """Every correction with the order of the value fact it replaces, null where there is none.

    `deal, correction, amount, target`. A correction that names nothing replaces the latest value
    fact effective at or before its own time; one from before the signing corrects the signing.
    """
    corrections = facts.filter(pl.col("kind") == "correction").select(
        "deal", "amount", "currency", "corrects_source", "corrects_id", correction="order"
    )
    valued = steps.filter(pl.col("kind") != "cancellation").select(
        "deal", "currency", target="order", signs=pl.col("kind") == "signing"
    )
    named_facts = facts.select(target="order", corrects_source="source", corrects_id="id")
    named = (
        corrections.filter(pl.col("corrects_id").is_not_null())
        .join(named_facts, on=["corrects_source", "corrects_id"], how="left")
        .join(valued, on=["deal", "currency", "target"], how="semi")
    )
    latest = (
        corrections.filter(pl.col("corrects_id").is_null())
        .join(valued, on=["deal", "currency"])
        .filter((pl.col("target") < pl.col("correction")) | pl.col("signs"))
        .sort(pl.col("signs").not_(), "target")
        .unique("correction", keep="last", maintain_order=True)
    )
    targets = pl.concat(
        [named.select("correction", "target"), latest.select("correction", "target")]
    )
    return corrections.join(targets, on="correction", how="left").select(
        "deal", "correction", "amount", "target"
    )


def _running(steps: pl.DataFrame) -> pl.DataFrame:
    """Steps in order, with their term and the running value before them."""
    amended = _amended(steps)
    alone = steps.join(amended, on="deal", how="anti").with_columns(
        term=pl.lit(0, dtype=pl.UInt32), before=pl.lit(0, dtype=pl.Int64)
    )
    in_deal = (
        steps.join(amended, on="deal", how="semi")
        .sort("deal", "at", pl.col("kind") != "signing", "order")
        .with_columns(term=(pl.col("kind") == "renewal").cum_sum().over("deal"))
    )
    cancels = (pl.col("kind") == "cancellation").cast(pl.Int64)
    alive = in_deal.filter(cancels.cum_sum().over("deal", "term") - cancels == 0)
    several = alive.with_columns(before=pl.col("value").shift(1).over("deal", "term").fill_null(0))
    return pl.concat([alone, several]).drop("corrected")


def _amended(steps: pl.DataFrame) -> pl.DataFrame:
    """The deals that have a step beside their signing: few, and all the work."""
    return steps.filter(pl.col("kind") != "signing").select("deal").unique()


def layers(steps: pl.DataFrame) -> pl.DataFrame:
    """The layers (LAYERS) that steps open, with `before`, `value` and `term`."""
    opening = pl.col("kind").is_in(["signing", "renewal"]) | (pl.col("value") > pl.col("before"))
    own = pl.col("signed_by").is_not_null()
    signed = steps.filter(pl.col("kind") == "signing").select("deal", signing="order")
    return (
        steps.filter(opening)
        .join(signed, on="deal")
        .with_columns(split=pl.when(own).then(pl.col("order")).otherwise("signing"))
        .select(
            "deal", "split", "currency", "term", "before", "value", "corrected_by",
            layer="order", opened_at="at",
        )
    )  # fmt: skip


def splits(steps: pl.DataFrame) -> pl.DataFrame:
    """The splits of layers: `deal, split, signed_by`, a row for each step that has its own."""
    return steps.filter(pl.col("signed_by").is_not_null()).select(
        "deal", "signed_by", split="order"
    )


def states(steps: pl.DataFrame, opened: pl.DataFrame) -> pl.DataFrame:
    """What layers are worth from when on (STATES), a row for the opening and for each change."""
    amended = _amended(steps)
    several = (
        steps.join(amended, on="deal", how="semi")
        .sort("deal", "at", pl.col("kind") != "signing", "order")
        .with_columns(place=pl.int_range(pl.len(), dtype=pl.Int64).over("deal"))
    )
    alone = opened.join(amended, on="deal", how="anti")
    quiet = alone.select(
        "deal",
        "layer",
        "value",
        at="opened_at",
        because=pl.when(pl.col("corrected_by").is_null())
        .then(pl.lit([], dtype=pl.List(pl.Int64)))
        .otherwise(pl.concat_list("corrected_by")),
    )
    busy = _worth(several, opened.join(amended, on="deal", how="semi"))
    return pl.concat([quiet.select(*STATES), busy.select(*STATES)])


def _worth(steps: pl.DataFrame, opened: pl.DataFrame) -> pl.DataFrame:
    """The value of each layer after each step of its term from its opening on, where it changed."""
    places = steps.select("deal", "term", "place", "at", "order", "corrected_by", running="value")
    layer_places = opened.select("deal", "term", "layer", "before", ceiling="value").join(
        places.select("deal", layer="order", first="place"), on=["deal", "layer"]
    )
    after = (
        layer_places.join(places, on=["deal", "term"])
        .filter(pl.col("place") >= pl.col("first"))
        .sort("deal", "layer", "place")
    )
    least = pl.min_horizontal("running", "ceiling").cum_min().over("deal", "layer")
    worth = after.with_columns(
        value=pl.max_horizontal(least, "before") - pl.col("before")
    ).with_columns(was=pl.col("value").shift(1).over("deal", "layer"))
    changed = worth.filter(pl.col("was").is_null() | (pl.col("was") != pl.col("value")))
    return changed.with_columns(_because(changed)).select(*STATES)


def _because(changed: pl.DataFrame) -> pl.Series:
    """For each change of a layer: the steps and corrections, beyond its opening, behind it."""
    own: list[list[int]] = []
    so_far: list[int] = []
    last: tuple[str, int] | None = None
    rows = changed.select("deal", "layer", "order", "corrected_by").iter_rows()
    for deal, layer, order, corrected_by in rows:
        if (deal, layer) != last:
            last, so_far = (deal, layer), []
        if order != layer:
            so_far = [*so_far, order]
        if corrected_by is not None:
            so_far = [*so_far, corrected_by]
        own.append(so_far)
    return pl.Series("because", own, dtype=pl.List(pl.Int64))
