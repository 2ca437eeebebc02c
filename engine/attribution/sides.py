"""Who is credited on a side of a deal, where a ruling or the touches that led to it say so."""

from collections.abc import Iterator, Mapping, Sequence
from math import gcd
from typing import Final

import polars as pl

from engine.allocation import wholes_of
from engine.attribution.deal_touches import Deals, deal_touches
from engine.attribution.known import Known
from engine.crediting_models import by_channel_weights, credit
from engine.frozen_weights import Frozen
from engine.policies import PolicyVersion
from schemas.crediting import Learned
from schemas.events.deals import Signer
from schemas.frames import SIDES, Schema, empty
from schemas.policies import ByTouches
from schemas.values import common_denominator

AllFrozen = Mapping[str, Sequence[Frozen]]
_ROLES: Final = ("marketing", "sales")
_LOWEST: Final[Schema] = {name: pl.Int64() for name in ("num", "den", "least_num", "least_den")}
_OF_DEAL: Final = ("deal", "signing", "signed_at", "customer")


def sides(known: Known, sources: pl.DataFrame, weights: AllFrozen) -> pl.DataFrame:
    """The sides of deals (SIDES) that are credited otherwise than to who found and signed them."""
    ruled = _ruled(known)
    parts = [empty(SIDES), ruled]
    for version in known.policies.published:
        of_version = sources.filter(pl.col("policy") == version.policy.name).select("deal")
        deals = known.signings.join(of_version, on="deal", how="semi").select(*_OF_DEAL)
        for role in _ROLES:
            asked = getattr(version.policy.credit, role)
            if isinstance(asked, ByTouches) and not deals.is_empty():
                told = _by_touches(known, (deals, role), asked, (version, weights))
                parts.append(told.join(ruled, on=["deal", "role"], how="anti"))
    return pl.concat(parts)


def _ruled(known: Known) -> pl.DataFrame:
    rows = [row for deal, told in known.rulings.items() for row in _split(deal, told.ruling)]
    return pl.DataFrame(rows, schema=SIDES, orient="row")


def _split(deal: str, ruling: object) -> Iterator[tuple[object, ...]]:
    for role in _ROLES:
        signers: Sequence[Signer] = getattr(ruling, role) or ()
        whole = common_denominator([signer.share for signer in signers])
        for signer in signers:
            yield deal, role, signer.payee, int(signer.share * whole), whole, []


def _by_touches(
    known: Known,
    of: tuple[Deals, str],
    asked: ByTouches,
    law: tuple[PolicyVersion, AllFrozen],
) -> pl.DataFrame:
    """The payees of the touches of each deal on a side, with what the model gives their touches."""
    deals, role = of
    version, weights = law
    touches = deal_touches(known, deals, role, asked, version)
    if isinstance(asked.model, Learned):
        shares = _by_weights(known, touches, asked.model, weights)
    else:
        shares = credit(touches, _journeys(touches, deals), asked.model)
    return _by_payee(touches, shares).with_columns(role=pl.lit(role)).select(*SIDES)


def _journeys(touches: pl.DataFrame, deals: Deals) -> pl.DataFrame:
    """The deals as journeys (JOURNEYS): each of them was signed, once."""
    return deals.join(touches, left_on="deal", right_on="journey", how="semi").select(
        journey="deal",
        converted=pl.lit(value=True),
        count=pl.lit(1, dtype=pl.Int64),
        value=pl.lit(None, dtype=pl.Int64),
        currency=pl.lit(None, dtype=pl.String),
        ended_at="signed_at",
    )


def _by_weights(
    known: Known, touches: pl.DataFrame, model: Learned, weights: AllFrozen
) -> pl.DataFrame:
    """Shares by the weights in force at the signing; deals of one type and weights together."""
    told = known.signings.select("deal", "signed_at").join(
        known.details.select("deal", "customer_type"), on="deal", how="left"
    )
    found: list[pl.DataFrame] = []
    by_channel = touches.with_columns(channel="by_channel")
    for starts, ends, frozen in _spells(weights.get(model.weights, ())):
        here = told.filter(pl.col("signed_at") >= starts, pl.col("signed_at") < ends)
        for kind in here["customer_type"].unique().to_list():
            of_kind = here.filter(pl.col("customer_type").eq_missing(pl.lit(kind)))
            rows = by_channel.join(of_kind, left_on="journey", right_on="deal", how="semi")
            of_all = {} if frozen is None else frozen.weights.get("*", {})
            own = {} if frozen is None or kind is None else frozen.weights.get(kind, {})
            found.append(by_channel_weights(rows, {**of_all, **own}, distinct=model.distinct))
    return pl.concat(found)


def _spells(frozen: Sequence[Frozen]) -> Iterator[tuple[int, int, Frozen | None]]:
    """From when until when which weights hold; of those with one start the last."""
    by_start = {each.starts: each for each in frozen}
    bounds = [-(2**62), *by_start, 2**62]
    for place, starts in enumerate(bounds[:-1]):
        yield starts, bounds[place + 1], by_start.get(starts)


def _by_payee(touches: pl.DataFrame, shares: pl.DataFrame) -> pl.DataFrame:
    """Shares of touches added up for their payees, over a common denominator of the deal."""
    told = shares.select("journey", "place", "num", "den").join(touches, on=["journey", "place"])
    sums = told.group_by("journey", "payee", "den").agg(
        pl.col("num").sum(), because=pl.col("order").filter(pl.col("num") > 0)
    )
    parts = sums.filter(pl.col("num") > 0).join(_reduced(sums), on=["num", "den"])
    dens = parts.group_by("journey").agg(dens=pl.col("least_den").unique().sort())
    return (
        parts.join(
            dens.join(wholes_of(dens["dens"]), on="dens").select("journey", "whole"), on="journey"
        )
        .with_columns(num=pl.col("least_num") * (pl.col("whole") // pl.col("least_den")))
        .group_by("journey", "payee")
        .agg(
            pl.col("num").sum(),
            pl.col("whole").first().alias("den"),
            pl.col("because").explode().sort(),
        )
        .rename({"journey": "deal"})
    )


def _reduced(sums: pl.DataFrame) -> pl.DataFrame:
    """Fractions and their lowest terms: `num, den, least_num, least_den`; few stand for many."""
    pairs = sums.select("num", "den").unique().rows()
    rows = [(num, den, num // gcd(num, den), den // gcd(num, den)) for num, den in pairs]
    return pl.DataFrame(rows, schema=_LOWEST, orient="row")
