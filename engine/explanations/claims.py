"""The claims on a deal as reasons: whose, until when protected, on which evidence, its status."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from engine.attribution.words import LANGUAGES, moment, said
from engine.reasons import Reason, fact_reasons
from engine.repairs import Name
from engine.world import World
from schemas.expressions import Language

Row = Mapping[str, Any]


def claim_reasons(source: Row, world: World, language: Language) -> Iterator[Reason]:
    """A reason for each claim on the deal of a row of SOURCES, the first opened first."""
    claims = world.claims.filter(pl.col("deal") == source["deal"]).sort("opened")
    for claim in claims.iter_rows(named=True):
        evidence = _names(claim["evidence"], world)
        yield Reason(
            _claim(claim, source, world, language), evidence, fact_reasons(world, evidence)
        )


def _claim(claim: Row, source: Row, world: World, language: Language) -> str:
    if claim["status"] == "unknown":
        return said(language, "unknown", lead=claim["lead"])
    payee = claim["payee"] or said(language, "nobody-found")
    who = said(language, "lead" if claim["lead"] else "own", lead=claim["lead"], payee=payee)
    protected = evidence = terms = ""
    if claim["closes_at"] is not None:
        zone = world.policies.named[claim["terms"]].policy.zone
        opened, closes = moment(claim["opened_at"], zone), moment(claim["closes_at"], zone)
        protected = said(language, "protected", opened=opened, closes=closes)
    if claim["needed"]:
        pieces = {name: claim[name] for name in ("pieces", "needed")}
        evidence = said(language, "evidence", **pieces)
    if claim["terms"] != source["policy"]:
        terms = said(language, "terms", terms=claim["terms"])
    status = _status(claim, source, language)
    told = {"who": who, "protected": protected, "evidence": evidence, "terms": terms}
    return said(language, "claim", **told, status=status)


def _status(claim: Row, source: Row, language: Language) -> str:
    status, rule = claim["status"], source["rule"]
    name = f"{status}-{rule}" if f"{status}-{rule}" in LANGUAGES[language] else status
    lead = source["claimed_lead"] or said(language, "own-claim")
    side = said(language, f"side-{claim['side']}")
    return said(language, name, rule=rule, lead=lead, side=side)


def _names(orders: list[int], world: World) -> tuple[Name, ...]:
    rows = (world.names.row(order, named=True) for order in orders)
    return tuple((row["source"], row["id"]) for row in rows)
