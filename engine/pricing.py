"""Pricing: what a rate of the value of layers comes to, and who gets which part of it.

One rate for everybody of a class: whole = round(rate x value x class share), divided by largest
remainder. A rate that depends on the payee: each line is rounded by itself.
"""

from collections.abc import Iterable, Sequence
from typing import Final, Protocol, get_args

import polars as pl

from engine.allocation import divided, largest, product_dtype, rounded_products
from engine.coefficients import coefficients
from engine.deal_evidence import with_evidence
from engine.eligibility import satisfying
from engine.exchange import exchanged
from engine.ground import Ground
from engine.rulebook import Version
from engine.valued import LAYER, Valued
from engine.world import World
from schemas.frames import ENTITLED, empty
from schemas.plans import SourceClass

_OFFERS = {
    "plan": pl.String(),
    "component": pl.String(),
    "role": pl.String(),
    "source": pl.String(),
    "offer": pl.Int64(),
    "pays": pl.String(),
    "rounding": pl.String(),
}
PART: Final = ("plan", "component")
_CLASS: Final = ("layer", "source", "role", *PART)
"""All who share a whole, under each component that pays it."""


class OfValue(Protocol):
    """A component that pays for the value of deals, to those credited in a role."""

    @property
    def id(self) -> str:
        """Its name in the plan."""
        ...

    @property
    def credits(self) -> str:
        """The role it pays."""
        ...

    @property
    def source(self) -> str | None:
        """The class it pays for, None for each of them."""

    @property
    def where(self) -> str | None:
        """Its condition on deals."""


Parts = Sequence[tuple[Version, OfValue]]


def offered(credited: pl.DataFrame, parts: Parts, ground: Ground) -> pl.DataFrame:
    """Credits (CREDITED), once for each component that pays for them.

    With `component`, its place among the `parts` as `offer`, what it `pays` in, its `rounding`, and
    the exchange `fx_num / fx_den`; a credit without a rate of exchange is left out.
    """
    rows = [
        (version.plan.name, part.id, part.credits, source, offer, plan.currency, plan.rounding)
        for offer, (version, part) in enumerate(parts)
        for plan in [version.plan]
        for source in ([part.source] if part.source is not None else get_args(SourceClass))
    ]
    terms = pl.DataFrame(rows, schema=_OFFERS, orient="row")
    offers = _taken(credited, terms, ground)
    for version, part in parts:
        if part.where is not None:
            here = (pl.col("plan") == version.plan.name) & (pl.col("component") == part.id)
            held = satisfying(offers.filter(here), ground, part, version)
            offers = pl.concat([offers.filter(here.not_()), held])
    return offers


def _taken(credited: pl.DataFrame, terms: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """Credits with each of the terms that they meet, and with their exchange.

    Found by the few columns that decide it, so that all the others are gone through once.
    """
    decides = ["plan", "role", "source"]
    asked = credited.select(*decides, "currency", "opened_at").with_row_index("_row")
    met = asked.join(terms, on=decides)
    found = exchanged(met, ground.world.rules).drop_nulls("fx_num")
    rows = credited[found["_row"]]
    return rows.with_columns(found.select(*terms.drop(decides).columns, "fx_num", "fx_den"))


def priced(offers: pl.DataFrame, of: Valued, ground: Ground) -> pl.DataFrame:
    """The entitlements (ENTITLED) of offers at a rate `num / den`, written `rate`."""
    depends = _depends_on_the_payee(ground)
    alone, shared = offers.clear(), offers
    if not depends.is_empty():
        alone = offers.join(depends, on=PART, how="semi")
        shared = offers.join(depends, on=PART, how="anti")
    found: list[pl.DataFrame] = []
    if not shared.is_empty():
        found.append(as_lines(_parts(shared, of), ground.world, of.sign))
    if not alone.is_empty():
        rows = alone.join(of.values, on=of.by)
        found.append(as_lines(each_by_itself(rows, ground), ground.world, of.sign))
    return pl.concat(found) if found else empty(ENTITLED)


def each_by_itself(rows: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """Offers with their values, and `part`: rate x coefficient x credited amount, rounded."""
    scaled = coefficients(ground, rows)
    nums = ["num", "fx_num", "weight", "coef_num"]
    dens = ["den", "fx_den", "whole", "coef_den", *_denominators(rows)]
    told = scaled.with_columns(_num=exact(scaled, nums), _den=exact(scaled, dens))
    payouts = rounded_products(told, "value", "_num", "_den")
    return told.with_columns(part=payouts)


def exact(frame: pl.DataFrame, columns: Iterable[str]) -> pl.Expr:
    """The product of integer columns in 128 bits, proven to fit. Raises `AmountTooLarge`."""
    product_dtype(*(largest(frame[name]) for name in columns))
    product = pl.lit(1, dtype=pl.Int128)
    for name in columns:
        product *= pl.col(name).cast(pl.Int128)
    return product


def _depends_on_the_payee(ground: Ground) -> pl.DataFrame:
    """The components that a coefficient applies to: `plan, component`."""
    rows = {
        (version.plan.name, component)
        for version in ground.versions
        for coefficient in version.plan.coefficients
        for component in coefficient.applies_to
    }
    schema = {"plan": pl.String(), "component": pl.String()}
    return pl.DataFrame(sorted(rows), schema=schema, orient="row")


def _denominators(rows: pl.DataFrame) -> list[str]:
    """Values are whole minor units, but for those with a `value_den`."""
    return ["value_den"] if "value_den" in rows.columns else []


def _parts(offers: pl.DataFrame, of: Valued) -> pl.DataFrame:
    """Each payee's part of what their class is paid, for each period in which it changed.

    Who is the only one of a class has the whole of it, and nobody to be found beside them.
    """
    only = pl.col("weight") == pl.col("class_weight")
    wholes = _wholes(offers.filter(only), of)
    parts = wholes.with_columns(part="payout")
    several = offers.filter(only.not_())
    if several.is_empty():
        return parts
    classes = several.unique(_CLASS, maintain_order=False).drop("payee", "weight")
    return pl.concat([parts, _divided(_wholes(classes, of), of).select(parts.columns)])


def _wholes(offers: pl.DataFrame, of: Valued) -> pl.DataFrame:
    """Offers with the rounded whole of their class, for each period in which it changed."""
    by = ["layer"] if of.by == LAYER else list(of.by)  # a layer is of one deal
    states = offers.join(of.values.drop("deal" if of.by == LAYER else []), on=by)
    nums = ["num", "fx_num", "class_weight"]
    dens = ["den", "fx_den", "whole", *_denominators(states)]
    told = states.with_columns(_num=exact(states, nums), _den=exact(states, dens))
    return told.with_columns(payout=rounded_products(told, "value", "_num", "_den")).drop(
        "_num", "_den", "num", "den", "fx_num", "fx_den"
    )


def _divided(wholes: pl.DataFrame, of: Valued) -> pl.DataFrame:
    """Each whole divided among all payees of its class; kept are those it is the plan of."""
    members = of.members.select("layer", "source", "role", "payee", "weight", own_plan="plan")
    shared = wholes.join(members, on=["layer", "source", "role"])
    parts = divided(shared, "payout", "weight", "class_weight", [*_CLASS, "period"])
    own = parts.filter(pl.col("own_plan") == pl.col("plan"))
    if of.credited.height == of.members.height:
        return own
    return own.join(of.credited, on=["layer", "payee", "source", "role"], how="semi")


def as_lines(parts: pl.DataFrame, world: World, sign: int = 1) -> pl.DataFrame:
    """Parts as lines (ENTITLED) of their deals: of layers, or of decreases with their `opener`."""
    if "opener" in parts.columns:
        parts = parts.with_columns(layer="opener")
    else:
        parts = parts.with_columns(fact="layer")
    base = "base" if "base" in parts.columns else "value"
    signed = parts.with_columns(base=pl.col(base) * sign, part=pl.col("part") * sign)
    return in_full(with_evidence(signed, world)).select(*ENTITLED)


def in_full(parts: pl.DataFrame) -> pl.DataFrame:
    """Parts that have their evidence, with all other columns of ENTITLED."""
    return parts.with_columns(
        subject="deal/" + pl.col("deal"),
        base_currency=pl.col("currency"),
        share_num=pl.col("weight"),
        share_den=pl.col("whole"),
        amount=pl.col("part"),
        rule=pl.lit(None, dtype=pl.String),
        opener=pl.when(pl.col("layer") != pl.col("fact")).then("layer"),
        currency=pl.col("pays"),
    )
