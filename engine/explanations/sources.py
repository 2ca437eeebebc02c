"""Whose deal it is and who is credited, as reasons."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import polars as pl

from engine.explanations.asked import Asked
from engine.reasons import Reason, day
from engine.world import World

Row = Mapping[str, Any]


def sources(asked: Asked) -> Iterator[Reason]:
    """Why the deal of a line is of its class; nothing for a line of no deal."""
    told = asked.world.sources.filter(deal=str(asked.row["deal"] or ""))
    for source in told.iter_rows(named=True):
        yield source_reason(source, asked.world)


def source_reason(source: Row, world: World) -> Reason:
    """Why a deal (a row of SOURCES) is of its class, with every claim and its status."""
    rules = {
        "named-lead": f"the lead it names, {source['claimed_lead']}, was live when it was signed",
        "customer-lead": f"lead {source['claimed_lead']} was its customer's first live one when it "
        "was signed",
        "signers": "no lead was live when it was signed, so it is its signers' own",
        "nobody": "no lead was live when it was signed, and nobody signed it for a share",
    }
    claims = world.claims.filter(pl.col("deal") == source["deal"]).sort("opened")
    below = tuple(_claim(claim, source, world) for claim in claims.iter_rows(named=True))
    text = f"Source of deal {source['deal']}: {source['source']}, because {rules[source['rule']]}"
    return Reason(text, (), below)


def _claim(claim: Row, source: Row, world: World) -> Reason:
    if claim["status"] == "unknown":
        return Reason(f"lead {claim['lead']}: named by the deal, and not in the log")
    window = f"from {day(claim['opened_at'], world)} until {day(claim['closes_at'], world)}"
    outdone = f"live, but {'the deal names' if source['rule'] == 'named-lead' else 'later than'} "
    decides = claim["lead"] == source["claimed_lead"]
    why = {
        "live": "live" if decides else f"{outdone}{source['claimed_lead']}",
        "late": "no claim: it was created after the signing",
        "lapsed": "no claim: the deal was signed when its protection was over",
        "disqualified": "no claim: it was disqualified when the deal was signed",
    }
    by = claim["payee"] or "nobody"
    return Reason(f"lead {claim['lead']} by {by}, protected {window}: {why[claim['status']]}")


def split(role: str, source: str, members: pl.DataFrame) -> Reason:
    """Who is credited in a role and class (rows of CREDITS), and for which share of the deal."""
    parts = ", ".join(
        f"{payee} {Fraction(weight, whole)}"
        for payee, weight, whole in members.select("payee", "weight", "whole").iter_rows()
    )
    return Reason(f"Credited on the {role} side of class {source}: {parts}")
