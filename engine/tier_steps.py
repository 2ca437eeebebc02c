"""The steps of tiered windows: every layer a tiered component pays for, in the window it counts in.

A window is summed in integers: every credited amount is a whole number of the window's `unit`, the
least part of a minor unit that all its amounts, bounds and quotas are whole numbers of.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import lcm

import polars as pl

from engine.allocation import INT128_BOUND, AmountTooLarge
from engine.coefficients import coefficients
from engine.ground import Ground
from engine.pricing import exact, offered
from engine.quotas import quotas
from engine.rate_tables import bound_denominator, denominator
from engine.rulebook import Version
from engine.valued import Valued, valued, worth_at_opening
from engine.windows import window_number
from schemas.currencies import DIGITS
from schemas.plans import Tiered

Parts = Sequence[tuple[Version, Tiered]]

_WINDOW = ["payee", "name", "pays", "component", "run", "kind", "window", "whose"]
"""What shares a sum: a payee's steps of one component of one plan, in one window or deal."""


def steps_and_worths(ground: Ground, parts: Parts) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Every layer that tiered components pay for, and what each is worth when.

    Steps are offers with `step`, `fact`, `opener`, `sign` and `opening` (their worth at first);
    worths are `step, period, worth, because`. Both are found deal by deal.
    """
    found = [_offers(nth, of, ground, parts) for nth, of in enumerate(valued(ground))]
    steps = pl.concat([steps for steps, _ in found]).with_columns(
        step=pl.int_range(pl.len(), dtype=pl.Int64)
    )
    worths = pl.concat([worths for _, worths in found])
    numbered = steps.select("step", "layer", "valuation")
    of_steps = worths.join(numbered, on=["layer", "valuation"])
    return steps, of_steps.select("step", "period", "because", worth="value")


def in_windows(steps: pl.DataFrame, ground: Ground, parts: Parts) -> pl.DataFrame:
    """Steps, all of a payee, in the windows they count in.

    With their `group`, and the integers they are summed in: `per_minor` units a minor unit, `unit`
    to the minor unit, `bound_unit` to what the table is read by, `rate_parts` and `coef_unit`.
    """
    told = pl.concat(list(_of_parts(steps, ground, parts)))
    grouped = told.join(_groups(told), on=_WINDOW, nulls_equal=True)
    scaled = coefficients(ground, grouped)
    united = _common(_common(scaled, "step_den", "unit"), "coef_den", "coef_unit")
    return _with_units(united)


def _offers(
    valuation: int, of: Valued, ground: Ground, parts: Parts
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The offers of tiered components on layers or decreases, and the worths of those.

    A layer may be worth something else under another plan: `valuation` tells whose it is.
    """
    offers = offered(of.credited, parts, ground)
    if "opener" not in offers.columns:
        offers = offers.with_columns(opener="layer", fact="layer")
    opening = worth_at_opening(ground) if of.sign > 0 else of.values
    number = pl.lit(valuation, dtype=pl.Int64)
    offers = offers.join(opening.select("layer", opening="value"), on="layer").with_columns(
        sign=pl.lit(of.sign, dtype=pl.Int64), valuation=number
    )
    worths = of.values.join(offers.select("layer").unique(), on="layer", how="semi").with_columns(
        valuation=number
    )
    columns = sorted(offers.columns)
    return offers.select(columns), worths.select("layer", "valuation", "period", "value", "because")


def _of_parts(steps: pl.DataFrame, ground: Ground, parts: Parts) -> Iterator[pl.DataFrame]:
    """Steps with the window they count in, and with what they are counted by."""
    wholes = _rate_parts(parts)
    for version, part in parts:
        plan = version.plan
        here = (pl.col("plan") == plan.name) & (pl.col("component") == part.id)
        windowed = part.window != "deal"
        window = window_number(pl.col("dated"), part.window, plan) if windowed else pl.lit(0)
        told = steps.filter(here).with_columns(
            name=pl.lit(plan.plan),
            run=pl.lit(version.runs_from if windowed else 0, dtype=pl.Int64),
            kind=pl.lit(part.window),
            window=window.cast(pl.Int64),
            whose=pl.lit(None, dtype=pl.String) if windowed else pl.col("deal"),
            rate_parts=pl.lit(wholes[plan.plan, part.id], dtype=pl.Int128),
        )
        yield _counted_by(told, ground, version, part)


def _rate_parts(parts: Parts) -> dict[tuple[str, str], int]:
    """What every rate of a component is a whole number of parts of, in all versions of its plan."""
    found: dict[tuple[str, str], int] = {}
    for version, part in parts:
        key = (version.plan.plan, part.id)
        found[key] = lcm(found.get(key, 1), denominator([part.table]))
    return found


def _counted_by(
    steps: pl.DataFrame, ground: Ground, version: Version, part: Tiered
) -> pl.DataFrame:
    """Steps with `by_num / by_den` minor units in one of what bounds are in, and `step_den`.

    One of what bounds are in is a unit of the currency, or the payee's quota of the window.
    """
    whole = Fraction(10) ** DIGITS[version.plan.currency]
    if part.quota is None:
        told = steps.with_columns(
            by_num=pl.lit(whole.numerator, dtype=pl.Int128), by_den=pl.lit(1, dtype=pl.Int128)
        )
    else:
        wanted = steps.with_columns(quota=pl.lit(part.quota), window_kind=pl.col("kind"))
        told = (
            quotas(ground, wanted)
            .drop("quota", "window_kind")
            .rename({"quota_num": "by_num", "quota_den": "by_den"})
        )
    bounds = bound_denominator(part.table) if part.table.by != "deals" else 1
    told = told.with_columns(_bounds=pl.lit(bounds, dtype=pl.Int128))
    dens = ["fx_den", "whole", "by_den", "_bounds"]
    return told.with_columns(step_den=exact(told, dens)).drop("_bounds")


def _groups(steps: pl.DataFrame) -> pl.DataFrame:
    """The windows that steps share, numbered: the columns of a window, `group`."""
    return steps.select(_WINDOW).unique().with_columns(group=pl.int_range(pl.len(), dtype=pl.Int64))


def _common(steps: pl.DataFrame, column: str, name: str) -> pl.DataFrame:
    """Steps with the least common multiple of a column over their group."""
    pairs = steps.select("group", _each=pl.col(column).cast(pl.Int128)).unique()
    several = pl.len().over("group") > 1
    multiples: dict[int, int] = {}
    for group, each in pairs.filter(several).iter_rows():
        multiples[group] = lcm(multiples.get(group, 1), each)
    if (most := max(multiples.values(), default=1)) >= INT128_BOUND:
        raise AmountTooLarge(most)
    schema = {"group": pl.Int64(), name: pl.Int128()}
    common = pl.concat(
        [
            pairs.filter(several.not_()).rename({"_each": name}),
            pl.DataFrame(list(multiples.items()), schema=schema, orient="row"),
        ]
    )
    return steps.join(common, on="group")


def _with_units(steps: pl.DataFrame) -> pl.DataFrame:
    """Steps with `per_minor`, `bound_unit`, and `open_units`, their opening worth in units."""
    own = steps.with_columns(
        _times=pl.col("unit") // exact(steps, ["fx_den", "whole"]),
        _bound=pl.col("unit") // pl.col("by_den"),
        _share=pl.col("unit") // pl.col("whole"),
    )
    scaled = own.with_columns(
        per_minor=exact(own, ["fx_num", "weight", "_times"]),
        bound_unit=exact(own, ["by_num", "_bound"]),
        share_units=exact(own, ["weight", "_share"]),
    )
    opened = exact(scaled, ["opening", "per_minor"]) * pl.col("sign")
    return scaled.with_columns(open_units=opened).drop("_times", "_bound", "_share")
