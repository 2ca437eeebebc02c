"""Why a line is what it is: from the amount down to facts, source, split, rate and rounding.

The tree is read from the same frames as the amount was, and the arithmetic is done again in
fractions on the way; a property test holds the sums of both together.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import polars as pl

from engine.allocation import allocate, rounded
from engine.earned import earned, named
from engine.explain_gates import gate_reason, gates_of, is_open
from engine.reasons import Reason, day, fact_reasons
from engine.repairs import Name
from engine.world import World
from engine.zones import period_end
from schemas.calendar import PayoutPeriod
from schemas.currencies import DIGITS
from schemas.plans import Award, Commission, Plan, Points
from schemas.rates import rate_text
from schemas.values import amount_text

Row = Mapping[str, Any]


def explained(row: Row, world: World, stated: pl.DataFrame) -> Reason:
    """Why a line (a row of PAYABLE) has its amount, given what was `stated` of its key before.

    The amounts of the reasons below it sum to the line's.
    """
    text = (
        f"{row['payee']} {_moved(row['amount'], row['currency'])} in "
        f"{PayoutPeriod(row['stated_in'])} for {row['component']} on {row['subject']}"
    )
    below = [_earned(row, world), *_stated_before(row, stated)]
    causes = _names(row["cause"])
    if causes:
        news = fact_reasons(world, causes)
        below.append(Reason("What has become known since, and moved it", causes, news))
    because = _names(row["because"])
    below.append(Reason("The facts it rests on", because, fact_reasons(world, because)))
    return Reason(text, (), tuple(below), row["amount"])


def _moved(minor: int, currency: str) -> str:
    return (
        f"is paid {_money(minor, currency)}"
        if minor > 0
        else f"gives back {_money(-minor, currency)}"
    )


def _names(structs: Sequence[Mapping[str, str]]) -> tuple[Name, ...]:
    return tuple((name["source"], name["id"]) for name in structs)


def _earned(row: Row, world: World) -> Reason:
    """What the key of a line is earned now, whatever was stated of it."""
    period = PayoutPeriod(row["period"])
    version = world.rules.named.get(row["plan"])
    parts = version.plan.components if version is not None else []
    part = next((part for part in parts if part.id == row["component"]), None)
    if version is None or part is None or not _still_earned(row, world):
        return Reason(f"Earned in {period}: nothing any more, as now known", amount=0)
    rule = Reason(
        f"The rule: plan {version.plan.name}, in force from {version.plan.effective_from}, "
        f"component {part.id}",
        ((version.source, version.id),),
    )
    match part:
        case Commission():
            return _commission(row, world, version.plan, part, rule)
        case Points():
            worth = part.points * part.value.minor
            text = f"Earned in {period}: {part.points} points of {part.value} each, once"
            return Reason(text, (), (rule,), worth)
        case Award():
            return _award(row, world, part, rule)
        case _:
            amount = int(_lines_of_key(row, world)["amount"].sum())
            return Reason(f"Earned in {period}", (), (rule,), amount)


def _still_earned(row: Row, world: World) -> bool:
    """Whether the key of a line is in the books as now known."""
    return not _lines_of_key(row, world).is_empty()


def _lines_of_key(row: Row, world: World) -> pl.DataFrame:
    lines = earned(world, through=row["period"])
    same = lines.filter(
        *(
            pl.col(name) == row[name]
            for name in ("payee", "period", "subject", "component", "plan")
        ),
        pl.col("source").eq_missing(pl.lit(row["source"])),
    )
    return named(same, world).filter(
        pl.col("fact_source") == row["fact_source"], pl.col("fact_id") == row["fact_id"]
    )


def _award(row: Row, world: World, part: Award, rule: Reason) -> Reason:
    share = Fraction(row["share_num"], row["share_den"])
    cap = "" if part.cap is None else f", at most {part.cap.amount} a payee and {part.cap.per}"
    text = (
        f"Earned in {PayoutPeriod(row['period'])}: {share} of an award of {part.amount} per deal"
        f"{cap}, while the deal has a value"
    )
    amount = int(_lines_of_key(row, world)["amount"].sum())
    return Reason(text, (), (rule,), amount)


def _commission(row: Row, world: World, plan: Plan, part: Commission, rule: Reason) -> Reason:
    period = row["period"]
    entitled, arithmetic = _entitled(row, world, plan, part, period)
    before, _ = _entitled(row, world, plan, part, period - 1)
    gates = gates_of(row, plan)
    now = entitled * all(is_open(row, world, plan, gate, period) for gate in gates)
    was = before * all(is_open(row, world, plan, gate, period - 1) for gate in gates)
    text = f"Earned in {PayoutPeriod(period)}: {_money(now, row['currency'])} as at its end"
    if was:
        text += f", less {_money(was, row['currency'])} as at the end of the period before"
    below = (
        rule,
        *_source(row, world),
        _split(row, world),
        *arithmetic,
        *(gate_reason(row, world, plan, gate) for gate in gates),
    )
    return Reason(text, (), below, now - was)


def _entitled(
    row: Row, world: World, plan: Plan, part: Commission, period: int
) -> tuple[int, tuple[Reason, ...]]:
    """The entitlement of a line's key as at the end of a period, before gates, with its reasons."""
    layer = _layer(row, world)
    states = world.states.filter(
        pl.col("deal") == row["deal"],
        pl.col("layer") == layer["layer"],
        pl.col("at") < period_end(period, plan.zone),
    ).sort("at")
    per_unit = world.rules.rate_at(layer["currency"], plan.currency, layer["opened_at"])
    if states.is_empty() or per_unit is None:
        return 0, ()
    value = int(states["value"][-1])
    minor = per_unit * Fraction(10) ** (DIGITS[plan.currency] - DIGITS[layer["currency"]])
    members = _class(row, world, layer)
    of_class = Fraction(members["class_weight"][0], members["whole"][0])
    exact = part.rate * value * minor * of_class
    whole = rounded(exact, plan.rounding)
    payees = members["payee"].to_list()
    shares = [Fraction(weight, members["class_weight"][0]) for weight in members["weight"]]
    dealt = dict(zip(payees, allocate(whole, shares, payees), strict=True))
    worth = _money(value, layer["currency"])
    exchanged = _exchanged(layer["currency"], plan.currency, per_unit)
    product = f"{rate_text(part.rate)} x {worth}{exchanged}"
    product += "" if of_class == 1 else f" x {of_class}, the class's share"
    sums = (
        Reason(f"The layer is worth {worth} as at the end of {PayoutPeriod(period)}"),
        Reason(
            f"{product} = {_exact(exact, plan.currency)}, rounded {plan.rounding} to "
            f"{_money(whole, plan.currency)}"
        ),
        *_division(dealt, plan.currency),
    )
    return dealt[row["payee"]], sums


def _exchanged(base: str, quote: str, per_unit: Fraction) -> str:
    return "" if base == quote else f" x {per_unit} {quote} for 1 {base} at the layer's date"


def _division(dealt: Mapping[str, int], currency: str) -> tuple[Reason, ...]:
    if len(dealt) == 1:
        return ()
    parts = ", ".join(f"{payee} {amount_text(part, currency)}" for payee, part in dealt.items())
    return (Reason(f"Divided by largest remainder: {parts}"),)


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


def _split(row: Row, world: World) -> Reason:
    members = _class(row, world, _layer(row, world))
    parts = ", ".join(
        f"{payee} {Fraction(weight, whole)}"
        for payee, weight, whole in members.select("payee", "weight", "whole").iter_rows()
    )
    return Reason(f"Credited on the {row['role']} side of class {row['source']}: {parts}")


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
            f"{_money(line['amount'], line['currency'])}; only the difference is paid now",
            amount=-line["amount"],
        )
        for line in earlier.iter_rows(named=True)
    ]


def _money(minor: int, currency: str) -> str:
    return f"{amount_text(minor, currency)} {currency}"


def _exact(minor: Fraction, currency: str) -> str:
    """An exact amount: in minor units, and with the fraction of one where there is one."""
    floor, rest = divmod(minor.numerator, minor.denominator)
    tail = f" and {rest}/{minor.denominator} of a minor unit" if rest else ""
    return f"{_money(floor, currency)}{tail}"
