"""Rules of a policy's own: where a condition holds for a deal, its classes have fixed shares."""

from functools import lru_cache

import polars as pl

from engine.attribution.given import Asked, Given
from engine.attribution.vectors import written
from engine.matching import matches
from schemas.currencies import DIGITS
from schemas.expressions import Condition, Kind, parsed
from schemas.policies import FixedRule, Policy


def fixed_rule(asked: Asked, rule: FixedRule) -> Given:
    """The deals for which the condition holds."""
    condition = _condition(rule.where, asked.policy)
    seen = _seen(asked)
    held = seen.filter(matches(seen, condition, digits=0))
    vector = pl.lit(written(rule.shares))
    return Given(deals=held.select("signing", rule=pl.lit(rule.id), vector=vector))


def _condition(text: str, policy: Policy) -> Condition:
    return _parsed(text, tuple(policy.attributes.items()))


@lru_cache(maxsize=512)
def _parsed(text: str, attributes: tuple[tuple[str, str], ...]) -> Condition:
    return parsed(text, {name: Kind(kind) for name, kind in attributes})


def _seen(asked: Asked) -> pl.DataFrame:
    """What a condition looks at: the details of deals, and what they were signed for.

    An amount counts in major units of the deal's own currency, whichever that is.
    """
    units = {code: 10**digits for code, digits in DIGITS.items()}
    worth = asked.deals.select(
        "deal",
        "signing",
        kind=pl.lit("signing"),
        amount_num="amount",
        amount_den=pl.col("currency").replace_strict(units, return_dtype=pl.Int64),
    )
    return worth.join(asked.known.details, on="deal", how="left", maintain_order="left")
