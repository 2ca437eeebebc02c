"""Joint signings and referrals that do not count, each with the rule of the policy that says so."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import polars as pl

from engine.explanations.words import listed
from engine.passed_over import joint_signings_passed_over, referrals_passed_over
from engine.reasons import Reason, day
from engine.referrals import weighed_referrals
from engine.world import World

_WHY: Final[Mapping[str, str]] = {
    "both-sides": "awards.joint_signing is both-sides, and a signer or the marketing side is "
    "missing among those who signed together",
    "claimed-customer": "awards.referral names claimed-customer, and there was a claim of somebody "
    "else on it that was still open",
    "referrer-signs": "awards.referral names referrer-signs, and who refers signs the deal",
    "cycle": "awards.referral names cycle, and who is referred to had referred to who refers, in "
    "the same quarter",
}


def passed_over_reasons(
    deal: str, on: str, world: World, *, payee: str | None = None, through: int | None = None
) -> Iterator[Reason]:
    """Why facts of a type do not count for a deal: of a payee, up to an order, or all of them."""
    over = _passed_over(on, world).filter(pl.col("deal") == deal)
    if through is not None:
        over = over.filter(pl.col("fact") <= through)
    facts = over.select("rule", order="fact").join(world.facts, on="order").sort("order", "rule")
    policy = world.sources.filter(pl.col("deal") == deal)["policy"].to_list()
    for fact in facts.iter_rows(named=True):
        if payee is None or payee in _members(fact):
            text = f"{_what(fact)} on {day(fact['effective_at'], world)} does not count"
            why = f"by policy {listed(policy)}: {_WHY[fact['rule']]}"
            yield Reason(f"{text} {why}", ((fact["source"], fact["id"]),))


def _passed_over(on: str, world: World) -> pl.DataFrame:
    """Facts of a type that are passed over (PASSED_OVER)."""
    if on == "joint-signing-confirmed":
        return joint_signings_passed_over(world)
    return referrals_passed_over(weighed_referrals(world), world)


def _members(fact: Mapping[str, Any]) -> list[str]:
    """Who signed together; who refers and who is referred to."""
    return [str(payee) for payee in fact["payees"]]


def _what(fact: Mapping[str, Any]) -> str:
    if fact["type"] == "joint-signing-confirmed":
        return f"The joint signing of {listed(_members(fact))}"
    return f"The referral by {' to '.join(_members(fact))}"
