"""Contracts as stacks of layers, and what each layer is worth from when on.

The signing, each increase and each renewal open a layer; reductions and cancellations take from
the newest first. Within a term, with running values V, a layer opened at step k spans V(k-1) to
V(k); at a later step n there is left of it what lies below the least value since, min(V(k)..V(n)).
That is the stack without a stack, and so without a loop. Few contracts are ever amended, and all
the work is for those.
"""

import polars as pl

from engine.at_once import among, at_once
from schemas.frames import STATES

_PLACE = pl.int_range(pl.len(), dtype=pl.Int64)
_AMENDMENTS = pl.col("type") == "contract-amended"


def value_steps(facts: pl.DataFrame, signings: pl.DataFrame) -> pl.DataFrame:
    """Every step of every contract in the order it takes effect.

    `deal, order, at, kind, value, signed_by, currency, corrected_by, term, before, signing`:
    corrections have replaced the values they name; `before` is the running value before the step,
    `term` counts renewals. Steps after a cancellation, in another currency, or of a deal without a
    signing are left out.
    """
    signed = signings.select(
        "deal", "currency", "signing", order="signing", at="signed_at", kind=pl.lit("signing"),
        value="amount", signed_by="signed_by", corrected_by=pl.lit(None, dtype=pl.Int64),
        term=pl.lit(0, dtype=pl.UInt32), before=pl.lit(0, dtype=pl.Int64),
    )  # fmt: skip
    amendments = _amendments(facts)
    if amendments.is_empty():
        return signed
    amended = among("deal", amendments["deal"].unique())
    several = signed.filter(amended).drop("corrected_by", "term", "before")
    steps = _running(_corrected(_steps(several, amendments), facts))
    return pl.concat([signed.filter(amended.not_()), steps.select(signed.columns)])


def _amendments(facts: pl.DataFrame) -> pl.DataFrame:
    """What amends contracts, as steps without a signing."""
    told = facts.lazy().filter(_AMENDMENTS).select(
        "deal", "order", "kind", "signed_by", "currency",
        at="effective_at", value=pl.col("amount").fill_null(0),
    )  # fmt: skip
    return at_once(told)


def _steps(signed: pl.DataFrame, amendments: pl.DataFrame) -> pl.DataFrame:
    """Signings with the amendments of the same deal and currency; none is before its signing."""
    signings = signed.select("deal", "signing", _currency="currency", _signed_at="at")
    amended = (
        amendments.filter(pl.col("kind") != "correction")
        .join(signings, on="deal")
        .filter(pl.col("currency").is_null() | (pl.col("currency") == pl.col("_currency")))
        .with_columns(at=pl.max_horizontal("at", "_signed_at"), currency="_currency")
    )
    return pl.concat([signed, amended.select(signed.columns)])


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
    columns = ("deal", "amount", "currency", "corrects_source", "corrects_id")
    told = facts.lazy().filter(_AMENDMENTS, pl.col("kind") == "correction")
    corrections = at_once(told.select(*columns, correction="order"))
    if corrections.is_empty():
        return corrections.select("deal", "correction", "amount", target="correction")
    valued = steps.filter(pl.col("kind") != "cancellation").select(
        "deal", "currency", target="order", signs=pl.col("kind") == "signing"
    )
    named = (
        corrections.filter(pl.col("corrects_id").is_not_null())
        .join(_facts_corrected(corrections, facts), on=["corrects_source", "corrects_id"])
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


def _facts_corrected(corrections: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """The facts that may have a value and have the id that a correction names."""
    valued = facts["type"].is_in(["deal-signed", "contract-amended"])
    names = facts.select(target="order", corrects_source="source", corrects_id="id").filter(valued)
    return names.filter(pl.col("corrects_id").is_in(corrections["corrects_id"].implode()))


def _running(steps: pl.DataFrame) -> pl.DataFrame:
    """Steps in order, with their term and the running value before them.

    A signing is the first step of its contract; terms begin with it and with renewals.
    """
    signs, renews = pl.col("kind") == "signing", pl.col("kind") == "renewal"
    cancels = (pl.col("kind") == "cancellation").cast(pl.Int64)
    before = pl.when(signs | renews).then(0).otherwise(pl.col("value").shift(1))
    told = (
        steps.lazy()
        .sort("signing", "at", signs.not_(), "order")
        .with_columns(term=_so_far(renews.cast(pl.UInt32), since=signs))
        .filter(_so_far(cancels, since=signs | renews) == cancels)
        .with_columns(before=before)
    )
    return at_once(told)


def _so_far(each: pl.Expr, *, since: pl.Expr) -> pl.Expr:
    """The sum of each row and those above it, since the last row where it starts anew."""
    total = each.cum_sum()
    return total - pl.when(since).then(total - each).forward_fill()


def layers(steps: pl.DataFrame) -> pl.DataFrame:
    """The layers (LAYERS) that steps open, with `before`, `value` and `term`."""
    opening = pl.col("kind").is_in(["signing", "renewal"]) | (pl.col("value") > pl.col("before"))
    own = pl.col("signed_by").is_not_null()
    told = steps.lazy().select(
        "deal", "currency", "term", "before", "value", "corrected_by",
        split=pl.when(own).then("order").otherwise("signing"),
        layer="order", opened_at="at", opening=opening,
    )  # fmt: skip
    return at_once(told.filter("opening").drop("opening"))


def splits(steps: pl.DataFrame) -> pl.DataFrame:
    """The splits of layers, a row for each step that has its own.

    `deal, signing, split, signed_by`; the split is the order of the step.
    """
    own = steps.select("deal", "signing", "signed_by", split="order")
    return own.filter(pl.col("signed_by").is_not_null())


def states(steps: pl.DataFrame, opened: pl.DataFrame) -> pl.DataFrame:
    """What layers are worth from when on (STATES), a row for the opening and for each change."""
    changes = (pl.col("kind") != "signing") | pl.col("corrected_by").is_not_null()
    busy = at_once(steps.lazy().filter(changes).select("deal").unique())["deal"]
    nothing = pl.lit([], dtype=pl.List(pl.Int64))
    quiet = opened.lazy().with_columns(at="opened_at", because=nothing).select(*STATES)
    if busy.is_empty():
        return at_once(quiet)
    changing = among("deal", busy)
    several = (
        steps.lazy()
        .filter(changing)
        .sort("signing", "at", pl.col("kind") != "signing", "order")
        .with_columns(place=_PLACE)
    )
    busy_layers = opened.filter(changing)
    alone = at_once(quiet.filter(changing.not_()))
    return pl.concat([alone, _worth(at_once(several.drop("signed_by")), busy_layers)])


def _worth(steps: pl.DataFrame, opened: pl.DataFrame) -> pl.DataFrame:
    """The value of each layer after each step of its term from its opening on, where it changed."""
    places = steps.select("deal", "term", "place", "at", "order", "corrected_by", running="value")
    layer_places = opened.select("deal", "term", "layer", "before", ceiling="value").join(
        places.select(layer="order", first="place"), on="layer"
    )
    after = (
        layer_places.join(places, on=["deal", "term"])
        .filter(pl.col("place") >= pl.col("first"))
        .sort("layer", "place")
    )
    least = pl.min_horizontal("running", "ceiling").cum_min().over("layer")
    worth = after.with_columns(value=pl.max_horizontal(least, "before") - pl.col("before"))
    as_before = pl.col("layer", "value") == pl.col("layer", "value").shift(1)
    changed = worth.filter(pl.all_horizontal(as_before).fill_null(value=False).not_())
    return changed.with_columns(_because(changed)).select(*STATES)


def _because(changed: pl.DataFrame) -> pl.Series:
    """For each change of a layer: the steps and corrections, beyond its opening, behind it."""
    rows = changed.select("layer", "order", "corrected_by", row=_PLACE)
    own = rows.unpivot(["order", "corrected_by"], index=["layer", "row"], value_name="because")
    behind = own.filter(pl.col("because") != pl.col("layer")).select(
        "layer", "because", "variable", since="row"
    )
    lists = (
        rows.join(behind, on="layer")
        .filter(pl.col("since") <= pl.col("row"))
        .sort("row", "since", "variable", descending=[False, False, True])
        .group_by("row", maintain_order=True)
        .agg("because")
    )
    told = rows.join(lists, on="row", how="left", maintain_order="left")["because"]
    return told.fill_null([])
