"""Why a line is what it is: from the amount down to facts, source, split, rate and rounding.

The tree is read from the same frames as the amount was, and the arithmetic is done again in
fractions on the way; if both disagreed it would say so instead of telling a story.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import polars as pl

from engine.allocation import allocate, rounded
from engine.explain_gates import gate_reasons
from engine.reasons import Reason, day, fact_reasons
from engine.rulebook import Version
from engine.world import World
from engine.zones import period_end
from schemas.calendar import PayoutPeriod
from schemas.currencies import DIGITS
from schemas.plans import Award, Commission, Plan, Points
from schemas.rates import rate_text
from schemas.values import amount_text

Row = Mapping[str, Any]


def explained(row: Row, world: World, stated: pl.DataFrame) -> Reason:
    """Why a line (a row of PAYABLE) has its amount, given what was `stated` of its key before."""
    version = world.rules.named.get(row["plan"])
    whole = f"{row['payee']} is paid {_money(row['amount'], row['currency'])} in "
    whole += f"{PayoutPeriod(row['stated_in'])} for {row['component']} on {row['subject']}"
    below: list[Reason] = []
    if version is not None:
        below.append(_earned_now(row, world, version))
    below.extend(_stated_before(row, stated))
    if row["cause"]:
        names = [(name["source"], name["id"]) for name in row["cause"]]
        below.append(
            Reason(
                "What has become known since, and moved it",
                tuple(names),
                fact_reasons(world, names),
            )
        )
    because = [(name["source"], name["id"]) for name in row["because"]]
    below.append(Reason("The facts it rests on", tuple(because), fact_reasons(world, because)))
    return Reason(whole, (), tuple(below))


def _earned_now(row: Row, world: World, version: Version) -> Reason:
    [part] = [part for part in version.plan.components if part.id == row["component"]]
    starts = version.plan.effective_from
    rule = Reason(
        f"The rule: plan {version.plan.name}, in force from {starts}, component {part.id}",
        ((version.source, version.id),),
    )
    match part:
        case Commission():
            return _commission(row, world, version.plan, part, rule)
        case Points():
            worth = f"{part.points} points of {part.value} each"
            text = f"Earned in {PayoutPeriod(row['period'])}: {worth}, once, at the first qualification"
            return Reason(text, (), (rule,))
        case Award():
            return _award(row, part, rule)


def _award(row: Row, part: Award, rule: Reason) -> Reason:
    share = Fraction(row["share_num"], row["share_den"])
    cap = "" if part.cap is None else f", at most {part.cap.amount} a payee and {part.cap.per}"
    text = (
        f"Earned in {PayoutPeriod(row['period'])}: {share} of an award of {part.amount} per deal"
        f"{cap}, while the deal has a value"
    )
    return Reason(text, (), (rule,))


def _commission(row: Row, world: World, plan: Plan, part: Commission, rule: Reason) -> Reason:
    at_end = _entitled(row, world, plan, part, row["period"])
    before = _entitled(row, world, plan, part, row["period"] - 1)
    now, was = at_end[0], before[0]
    text = f"Earned in {PayoutPeriod(row['period'])}: {_money(now, row['currency'])} as at its end"
    if was:
        text += f", less {_money(was, row['currency'])} as at the end of the period before"
    share = Fraction(row["share_num"], row["share_den"])
    steps = [rule, *_source(row, world), _split(row, world, share)]
    steps += [*at_end[1], *gate_reasons(row, world, plan)]
    return Reason(text, (), tuple(steps))


def _entitled(
    row: Row, world: World, plan: Plan, part: Commission, period: int
) -> tuple[int, list[Reason]]:
    """The entitlement of a line's key as at the end of a period, before gates, with its reasons."""
    layer = _layer(row, world)
    end = period_end(period, plan.zone)
    states = world.states.filter(
        pl.col("deal") == row["deal"], pl.col("layer") == layer["layer"], pl.col("at") < end
    ).sort("at")
    if states.is_empty():
        return 0, []
    value = int(states["value"][-1])
    rate_of_exchange = world.rules.rate_at(layer["currency"], plan.currency, layer["opened_at"])
    if rate_of_exchange is None:
        return 0, []
    minor = rate_of_exchange * Fraction(10) ** (DIGITS[plan.currency] - DIGITS[layer["currency"]])
    members = _class(row, world, layer)
    class_share = Fraction(members["class_weight"][0], members["whole"][0])
    exact = part.rate * value * minor * class_share
    whole = rounded(exact, plan.rounding)
    shares = [Fraction(w, members["class_weight"][0]) for w in members["weight"]]
    payees = members["payee"].to_list()
    parts = allocate(whole, shares, payees)
    own = parts[payees.index(row["payee"])]
    return own, _arithmetic(
        row, plan, part, (layer, value, minor, class_share, exact, whole, parts, payees)
    )


def _arithmetic(row: Row, plan: Plan, part: Commission, told: Sequence[Any]) -> list[Reason]:
    layer, value, minor, class_share, exact, whole, parts, payees = told
    currency = layer["currency"]
    reasons = [Reason(f"The layer is worth {_money(value, currency)}")]
    if currency != plan.currency:
        units = minor * Fraction(10) ** (DIGITS[currency] - DIGITS[plan.currency])
        reasons.append(
            Reason(
                f"Exchanged at {units} {plan.currency} for 1 {currency}, the rate of the layer's date"
            )
        )
    of_class = "" if class_share == 1 else f" x {class_share} (the class's share of the deal)"
    product = f"{rate_text(part.rate)} x {_money(value, currency)}{of_class}"
    reasons.append(
        Reason(
            f"{product} = {_exact(exact, plan.currency)}, rounded {plan.rounding} to "
            f"{_money(whole, plan.currency)}"
        )
    )
    if len(payees) > 1:
        dealt = ", ".join(
            f"{payee} {amount_text(amount, plan.currency)}"
            for payee, amount in zip(payees, parts, strict=True)
        )
        reasons.append(Reason(f"Divided by largest remainder: {dealt}"))
    return reasons


def _source(row: Row, world: World) -> list[Reason]:
    told = world.sources.filter(pl.col("deal") == row["deal"])
    if told.is_empty():
        return []
    [source] = told.iter_rows(named=True)
    return [source_reason(source, world)]


def source_reason(source: Row, world: World) -> Reason:
    """Why a deal (a row of SOURCES) is of its class, with every claim and its status."""
    rules = {
        "named-lead": f"the lead it names, {source['claimed_lead']}, was live when it was signed",
        "customer-lead": f"lead {source['claimed_lead']} of its customer was live when it was signed",
        "signers": "no lead was live when it was signed, so it is its signers' own",
        "nobody": "no lead was live when it was signed, and nobody signed it for a share",
    }
    claims = world.claims.filter(pl.col("deal") == source["deal"]).sort("opened")
    below = tuple(_claim(claim, world) for claim in claims.iter_rows(named=True))
    text = f"Source of deal {source['deal']}: {source['source']}, because {rules[source['rule']]}"
    return Reason(text, (), below)


def _claim(claim: Row, world: World) -> Reason:
    if claim["status"] == "unknown":
        return Reason(f"lead {claim['lead']}: named by the deal, and not in the log")
    window = f"from {day(claim['opened_at'], world)} until {day(claim['closes_at'], world)}"
    why = {
        "live": "live",
        "late": "no claim: it was created after the signing",
        "lapsed": "no claim: the deal was signed when its protection was over",
        "disqualified": "no claim: it was disqualified when the deal was signed",
    }
    by = claim["payee"] or "nobody"
    return Reason(f"lead {claim['lead']} by {by}, protected {window}: {why[claim['status']]}")


def _split(row: Row, world: World, share: Fraction) -> Reason:
    members = _class(row, world, _layer(row, world))
    parts = ", ".join(
        f"{payee} {Fraction(weight, whole)}"
        for payee, weight, whole in members.select("payee", "weight", "whole").iter_rows()
    )
    return Reason(
        f"Split of the {row['role']} side of class {row['source']}: {parts}; {row['payee']} has {share}"
    )


def _layer(row: Row, world: World) -> Row:
    """The layer that a line's fact opened."""
    named = world.facts.filter(
        pl.col("source") == row["fact_source"], pl.col("id") == row["fact_id"]
    ).select(layer="order")
    [layer] = world.layers.join(named, on="layer").iter_rows(named=True)
    return layer


def _class(row: Row, world: World, layer: Row) -> pl.DataFrame:
    return world.credits.filter(
        pl.col("deal") == row["deal"],
        pl.col("split") == layer["split"],
        pl.col("source") == row["source"],
        pl.col("role") == row["role"],
    ).sort("payee")


def _stated_before(row: Row, stated: pl.DataFrame) -> list[Reason]:
    key = ["payee", "period", "subject", "fact_source", "fact_id", "component", "plan", "currency"]
    same = stated.filter(
        *(pl.col(name) == row[name] for name in key),
        pl.col("source").eq_missing(pl.lit(row["source"])),
    )
    earlier = same.filter(
        (pl.col("stated_in") < row["stated_in"])
        | ((pl.col("stated_in") == row["stated_in"]) & (pl.col("issue") < row["issue"]))
    )
    return [
        Reason(
            f"Stated before, in {PayoutPeriod(line['stated_in'])}: "
            f"{_money(line['amount'], line['currency'])}; only the difference is paid now"
        )
        for line in earlier.iter_rows(named=True)
    ]


def _money(minor: int, currency: str) -> str:
    return f"{amount_text(minor, currency)} {currency}"


def _exact(minor: Fraction, currency: str) -> str:
    """An exact amount: as decimals if it is whole minor units, else with the fraction of one."""
    floor = minor.numerator // minor.denominator
    rest = minor - floor
    tail = "" if rest == 0 else f" and {rest} of a minor unit"
    return f"{_money(floor, currency)}{tail}"
