"""Pricing: what a rate of the value of layers comes to, and who gets which part of it.

One rate for everybody of a class: whole = round(rate x value x class share), divided by largest
remainder. A rate that depends on the payee: each line is rounded by itself.
"""

from collections.abc import Iterable, Sequence
from typing import Final, Protocol, get_args

import polars as pl

from engine.allocation import divided, largest, product_dtype, rounded_products
from engine.coefficients import coefficients
from engine.eligibility import satisfying
from engine.exchange import exchanged
from engine.ground import Ground
from engine.rulebook import Version
from engine.valued import Valued
from engine.world import World
from schemas.frames import ENTITLED
from schemas.plans import SourceClass

_OFFERS = {
    "plan": pl.String(),
    "component": pl.String(),
    "role": pl.String(),
    "source": pl.String(),
    "pays": pl.String(),
    "rounding": pl.String(),
}
PART: Final = ("plan", "component")


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

    With `component`, what it `pays` in, its `rounding`, and the exchange `fx_num / fx_den`; a
    credit without a rate of exchange is left out.
    """
    rows = [
        (version.plan.name, part.id, part.credits, source, plan.currency, plan.rounding)
        for version, part in parts
        for plan in [version.plan]
        for source in ([part.source] if part.source is not None else get_args(SourceClass))
    ]
    terms = pl.DataFrame(rows, schema=_OFFERS, orient="row")
    offers = credited.join(terms, on=["plan", "role", "source"])
    for version, part in parts:
        if part.where is not None:
            here = (pl.col("plan") == version.plan.name) & (pl.col("component") == part.id)
            held = satisfying(offers.filter(here), ground, part, version)
            offers = pl.concat([offers.filter(here.not_()), held])
    return exchanged(offers, ground.world.rules).filter(pl.col("fx_num").is_not_null())


def priced(offers: pl.DataFrame, of: Valued, ground: Ground) -> pl.DataFrame:
    """The entitlements (ENTITLED) of offers at a rate `num / den`, written `rate`."""
    depends = _depends_on_the_payee(ground)
    alone = offers.join(depends, on=PART, how="semi")
    shared = offers.join(depends, on=PART, how="anti") if not alone.is_empty() else offers
    found: list[pl.DataFrame] = []
    if not shared.is_empty():
        found.append(as_lines(_parts(_wholes(shared, of), of), ground.world, of.sign))
    if not alone.is_empty():
        rows = alone.join(of.values, on=of.by)
        found.append(as_lines(each_by_itself(rows, ground), ground.world, of.sign))
    return pl.concat([pl.DataFrame(schema=ENTITLED), *found])


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


def _wholes(offers: pl.DataFrame, of: Valued) -> pl.DataFrame:
    """The rounded whole of each layer, class, role, component and period at which it changed."""
    group = ["deal", "layer", "source", "role", *PART]
    of_class = offers.unique(group, maintain_order=False).drop("payee", "weight")
    states = of_class.join(of.values, on=of.by)
    nums = ["num", "fx_num", "class_weight"]
    dens = ["den", "fx_den", "whole", *_denominators(states)]
    told = states.with_columns(_num=exact(states, nums), _den=exact(states, dens))
    return told.with_columns(payout=rounded_products(told, "value", "_num", "_den")).drop(
        "_num", "_den", "num", "den", "fx_num", "fx_den"
    )


def _parts(wholes: pl.DataFrame, of: Valued) -> pl.DataFrame:
    """Each whole divided among all payees of its class; kept are those it is the plan of."""
    members = of.members.select(
        "deal", "layer", "source", "role", "payee", "weight", own_plan="plan"
    )
    shared = wholes.join(members, on=["deal", "layer", "source", "role"])
    group = ["deal", "layer", "source", "role", *PART, "period"]
    parts = divided(shared, "payout", "weight", "class_weight", group)
    own = parts.filter(pl.col("own_plan") == pl.col("plan"))
    if of.credited.height == of.members.height:
        return own
    return own.join(of.credited, on=["layer", "payee", "source", "role"], how="semi")


def as_lines(parts: pl.DataFrame, world: World, sign: int = 1) -> pl.DataFrame:
    """Parts as lines (ENTITLED) of their deals: of layers, or of decreases with their `opener`."""
    claimed = world.sources.select("deal", "signing", "grounds", lead="claimed_lead")
    if "opener" in parts.columns:
        parts = parts.with_columns(layer="opener")
    else:
        parts = parts.with_columns(fact="layer")
    base = "base" if "base" in parts.columns else "value"
    return (
        with_evidence(parts.join(claimed, on="deal"), world)
        .with_columns(
            subject="deal/" + pl.col("deal"),
            base=pl.col(base) * sign,
            base_currency=pl.col("currency"),
            share_num=pl.col("weight"),
            share_den=pl.col("whole"),
            amount=pl.col("part") * sign,
            rule=pl.lit(None, dtype=pl.String),
            opener=pl.when(pl.col("layer") != pl.col("fact")).then("layer"),
        )
        .with_columns(currency=pl.col("pays"))
        .select(*ENTITLED)
    )


def with_evidence(parts: pl.DataFrame, world: World) -> pl.DataFrame:
    """Parts with their `because`: grounds, signing, layer, the steps behind its value, touches.

    `parts` have the `grounds` of their deal. Nearly all rest on their signing, or on it and one
    claim, alone; only the others pay for lists whose length must be looked at.
    """
    signed_as = world.steps.filter(pl.col("kind") == "signing").select(
        "deal", signing_corrected="corrected_by"
    )
    told = _with_touches(parts.join(signed_as, on="deal"), world)
    grounds = pl.col("grounds").list.len()
    plain = (
        pl.col("signing_corrected").is_null()
        & (pl.col("layer") == pl.col("signing"))
        & (pl.col("because").list.len() == 0)
    )
    always = pl.concat_list("signing", "signing_corrected", "layer").list.drop_nulls()
    ways = (
        (plain & (grounds == 1), (pl.col("grounds").list.first(), "signing")),
        (plain & (grounds == 0), ("signing",)),
        ((plain & (grounds < 2)).not_(), ("grounds", always, "because")),  # noqa: PLR2004
    )
    return pl.concat(
        [told.filter(way).with_columns(because=pl.concat_list(*parts)) for way, parts in ways]
    )


def _with_touches(parts: pl.DataFrame, world: World) -> pl.DataFrame:
    """Parts with the touches in `because` by which their payees are credited, where any are.

    What of marketing is the self-sourced part of one person rests on both sides' touches.
    """
    if world.sides.is_empty() or "role" not in parts.columns:
        return parts
    touches = world.sides.select("deal", "payee", "role", _touches="because")
    found = world.classes.filter(pl.col("source") == "marketing")
    both = touches.filter(pl.col("role") == "marketing").join(found, on="deal", how="semi")
    own = both.drop("role").with_columns(source=pl.lit("self")).rename({"_touches": "_own"})
    nothing = pl.lit([], dtype=pl.List(pl.Int64))
    return (
        parts.join(touches, on=["deal", "role", "payee"], how="left")
        .join(own, on=["deal", "payee", "source"], how="left")
        .with_columns(
            because=pl.concat_list(
                "because", pl.col("_touches").fill_null(nothing), pl.col("_own").fill_null(nothing)
            )
        )
    )
