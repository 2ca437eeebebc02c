"""Whose deal it is and who is credited, as reasons."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import polars as pl

from engine.attribution.accounts import made_account
from engine.attribution.words import classes_said, listed, moment, said
from engine.explanations.asked import Asked
from engine.explanations.claims import claim_reasons
from engine.policies import PolicyVersion
from engine.reasons import Reason
from engine.world import World
from schemas.expressions import Language
from schemas.policies import FixedRule

Row = Mapping[str, Any]


def sources(asked: Asked) -> Iterator[Reason]:
    """Why the deal of a line is of its class; nothing for a line of no deal."""
    told = asked.world.sources.filter(deal=str(asked.row["deal"] or ""))
    for source in told.iter_rows(named=True):
        yield source_reason(source, asked.world)


def source_reason(source: Row, world: World, language: Language = "en") -> Reason:
    """Why a deal (a row of SOURCES) is of its classes, with every claim and its status."""
    why = said(language, _why(source, world), **_values(source, world, language))
    classes = classes_said(language, shares_of(source["deal"], world))
    text = said(language, "source", deal=source["deal"], classes=classes, why=why)
    below = (*_policy(source, world, language), *claim_reasons(source, world, language))
    ruled = world.rulings.get(source["deal"])
    facts = () if ruled is None else ((ruled.source, ruled.id),)
    return Reason(text, facts, below)


def shares_of(deal: str, world: World) -> dict[str, Fraction]:
    """The shares of classes in a deal."""
    rows = world.classes.filter(pl.col("deal") == deal).select("source", "num", "den")
    return {name: Fraction(num, den) for name, num, den in rows.iter_rows()}


def _why(source: Row, world: World) -> str:
    """The name of the sentence that says which rule decided."""
    rule, policy = source["rule"], _version(source, world).policy
    if any(isinstance(each, FixedRule) and each.id == rule for each in policy.rules):
        return "fixed"
    if rule in ("customer-lead", "last-lead") and source["claimed_lead"] is None:
        return f"{rule}-own"
    if rule == "signers" and policy.no_claim == "evidence":
        return "signers-evidence"
    if rule == "nobody":
        return _nobody(source, world)
    return str(rule)


def _nobody(source: Row, world: World) -> str:
    """Why nobody has a deal: a live claim that no rule asks for, no evidence, or no signers."""
    deal = source["deal"]
    live = world.claims.filter(pl.col("deal") == deal, pl.col("status") == "superseded")
    if not live.is_empty() or "no-claim" not in _version(source, world).policy.rules:
        return "nobody-rule"
    [signers] = world.signings.filter(pl.col("deal") == deal)["signed_by"].list.len()
    return "nobody-evidence" if signers else "nobody"


def _values(source: Row, world: World, language: Language) -> dict[str, object]:
    """What the sentence of a rule names."""
    rule, policy = source["rule"], _version(source, world).policy
    match rule:
        case "existing-account" if policy.existing_account is not None:
            earlier = made_account(source, world.signings)
            at = moment(earlier["signed_at"], policy.zone)
            return {"earlier": earlier["deal"], "day": at, "days": policy.existing_account.days}
        case "tie" if policy.tie is not None:
            tied = world.claims.filter(pl.col("deal") == source["deal"], pl.col("decides"))
            sides = [said(language, f"side-{side}") for side in tied["side"].unique().sort()]
            return {"sides": listed(language, sides), "hours": policy.tie.hours}
        case "ruling":
            return {"day": moment(world.rulings[source["deal"]].at, policy.zone)}
        case _:
            where = {each.id: each.where for each in policy.rules if isinstance(each, FixedRule)}
            return {"lead": source["claimed_lead"], "rule": rule, "where": where.get(rule)}


def _version(source: Row, world: World) -> PolicyVersion:
    return world.policies.named[source["policy"]]


def _policy(source: Row, world: World, language: Language) -> Iterator[Reason]:
    """The policy whose rules hold, where somebody published it."""
    version = _version(source, world)
    if version.order is not None:
        starts = str(version.policy.effective_from)
        name = world.names.row(version.order, named=True)
        text = said(language, "policy", policy=version.policy.name, day=starts)
        yield Reason(text, ((name["source"], name["id"]),))


def split(role: str, source: str, members: pl.DataFrame) -> Reason:
    """Who is credited in a role and class (rows of CREDITS), and for which share of the deal."""
    parts = ", ".join(
        f"{payee} {Fraction(weight, whole)}"
        for payee, weight, whole in members.select("payee", "weight", "whole").iter_rows()
    )
    return Reason(f"Credited on the {role} side of class {source}: {parts}")
