"""What stands between a component's worth and its line: leaving, caps, instalments."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import polars as pl

from engine.allocation import rounded
from engine.attendance import AFTER_ALL_TIME, local_day
from engine.explanations.asked import Asked, Worth
from engine.explanations.clawback import months_later
from engine.explanations.words import exact_money, money, percent
from engine.moments import LINE, ruled_by
from engine.payments_of_deals import payments
from engine.reasons import Reason, day
from engine.zones import period_end
from schemas.calendar import midnight
from schemas.plans import Instalment, Instalments, Spiff
from schemas.recorded import microseconds


def away(asked: Asked) -> tuple[int, int]:
    """From when until when the payee is away; never for who did not leave."""
    people = asked.world.people
    if asked.payee not in people.left:
        return AFTER_ALL_TIME, AFTER_ALL_TIME
    back = people.returned.get(asked.payee, AFTER_ALL_TIME)
    return people.left[asked.payee][0], back


def stayed(asked: Asked, period: int, told: Worth) -> Worth:
    """Nothing of what is dated while the payee is away, where the plan says so."""
    del period
    leaving, at = asked.plan.leaving, asked.at
    if leaving is None or leaving.later_deals != "lost" or at is None:
        return told
    left, back = away(asked)
    if not left <= at < back:
        return told
    fact = asked.books.named(asked.world.people.left[asked.payee][1])
    text = f"{asked.payee} left on {day(left, asked.world)}: what is dated later is lost"
    return told.then(0, Reason(text, (fact,)))


def below_cap(asked: Asked, period: int, told: Worth) -> Worth:
    """What the cap on the component leaves of a line, in order of effect."""
    bound = _bound(asked)
    if bound is None:
        return told
    per, most = bound
    before = sum(amount for amount in _before(asked, per, period))
    left = min(before + told.amount, most) - min(before, most)
    whose = "in all" if per == "ever" else f"a {per}"
    text = (
        f"Cap of {money(most, asked.currency)} {whose}: {money(before, asked.currency)} came "
        f"before, it leaves {money(left, asked.currency)}"
    )
    lost = told.amount - left
    return told.then(
        left, Reason(text + (f", {money(lost, asked.currency)} is lost" if lost else ""))
    )


def _bound(asked: Asked) -> tuple[str, int] | None:
    part = asked.part
    if isinstance(part, Spiff):
        return None if part.most is None else ("ever", part.most.minor)
    cap = getattr(part, "cap", None)
    return None if cap is None else (cap.per, cap.amount.minor)


def _before(asked: Asked, per: str, period: int) -> Iterator[int]:
    """What the lines before it come to that use the same cap up."""
    names = [
        version.plan.name
        for version in asked.ground.versions
        if (version.plan.plan, version.plan.currency) == (asked.plan.plan, asked.currency)
        and (per in {"deal", "ever"} or version.runs_from == asked.version.runs_from)
    ]
    alike = asked.books.gated.filter(
        pl.col("payee") == asked.payee,
        ruled_by([asked.part.id]),
        pl.col("plan").is_in(names),
        pl.col("period") <= period,
    )
    last = alike.sort("period").unique(LINE, keep="last")
    rows = sorted(last.to_dicts(), key=lambda row: _order(asked, row))
    for row in rows:
        if _is_own(asked, row):
            return
        if _shares(asked, per, row):
            yield row["amount"]


def _order(asked: Asked, row: dict[str, Any]) -> tuple[Any, ...]:
    """What sorts lines in order of effect: what a clawback keeps is right after its commission."""
    at = asked.books.dates.get(row["fact"], -AFTER_ALL_TIME)
    names = (row["payee"], row["subject"], row["component"], row["plan"])
    kept = row["rule"] is not None
    return at, row["fact"], row["source"] or "", kept, *names, row["opener"] or -1


def _is_own(asked: Asked, row: dict[str, Any]) -> bool:
    own = ("subject", "source", "plan", "component")
    apart = row["rule"] == asked.rule and row["opener"] == asked.opener
    return row["fact"] == asked.fact and apart and all(row[name] == asked.row[name] for name in own)


def _shares(asked: Asked, per: str, row: dict[str, Any]) -> bool:
    """Whether another line uses the same cap up."""
    if per == "deal":
        own = asked.row["deal"] or asked.row["subject"]
        return bool((row["deal"] or row["subject"]) == own)
    if per == "ever":
        return True
    return asked.plan.window_of(row["dated"], per) == asked.plan.window_of(asked.dated, per)


def released(asked: Asked, period: int, told: Worth) -> Worth:
    """The part of a line that its instalments have reached."""
    if asked.row["deal"] is None:
        return told
    for spread in asked.plan.instalments:
        if asked.part.id in spread.applies_to:
            told = _released(asked, spread, period, told)
    return told


def _released(asked: Asked, spread: Instalments, period: int, told: Worth) -> Worth:
    net, value = _money_of_deal(asked, period)
    parts = [_part(asked, spread, part, period, (net, value)) for part in spread.parts]
    reached = sum((share for share, _ in parts), Fraction(0))
    exact = abs(told.amount) * reached
    size = rounded(exact, asked.plan.rounding)
    amount = -size if told.amount < 0 else size
    whole = money(told.amount, asked.currency)
    worth = exact if told.amount >= 0 else -exact
    text = f"Instalments {spread.id}: {percent(reached)} of {whole} is reached, "
    paid = f"{exact_money(worth, asked.currency)}, paid so far {money(amount, asked.currency)}"
    return told.then(amount, Reason(text + paid, (), tuple(reason for _, reason in parts)))


def _part(
    asked: Asked, spread: Instalments, part: Instalment, period: int, cash: tuple[int, int]
) -> tuple[Fraction, Reason]:
    """What of an instalment is reached by the end of a period, and what it waits for."""
    share = percent(part.share)
    if part.on == "cash":
        net, value = cash
        covered = Fraction(net >= value or value == 0)
        if spread.cash == "in-proportion" and value > 0:
            covered = Fraction(min(max(net, 0), value), value)
        currency = _deal_currency(asked)
        paid = f"{money(net, currency)} of {money(value, currency)} is paid by the customer"
        return part.share * covered, Reason(f"{share} with the customer's cash: {paid}")
    at, what, facts = _awaited(asked, part)
    if at is None:
        return Fraction(0), Reason(f"{share} {what}: waits")
    left, back = away(asked)
    leaving = asked.plan.leaving
    if leaving is not None and leaving.instalments == "lost" and left <= at < back:
        return Fraction(0), Reason(f"{share} {what}: reached after leaving, and lost", facts)
    when = day(at, asked.world)
    if at >= period_end(period, asked.zone):
        return Fraction(0), Reason(f"{share} {what}: waits until {when}", facts)
    return part.share, Reason(f"{share} {what}: reached on {when}", facts)


def _awaited(asked: Asked, part: Instalment) -> tuple[int | None, str, tuple[tuple[str, str], ...]]:
    """When an instalment is reached, what it waits for, and by which fact."""
    dated = asked.at
    assert dated is not None, "what waits for instalments is of a deal"
    if part.on == "months":
        later = months_later(local_day(dated, asked.zone), part.months or 0)
        return microseconds(midnight(later, asked.zone)), f"after {part.months} months", ()
    if part.on == "signing":
        return dated, "at once", ()
    told = asked.world.facts.filter(
        pl.col("type") == "milestone-reached",
        pl.col("deal") == asked.row["deal"],
        pl.col("kind") == part.milestone,
    )
    what = f"with milestone {part.milestone}"
    if told.is_empty():
        return None, what, ()
    first = told.row(0, named=True)
    return first["effective_at"], what, ((first["source"], first["id"]),)


def _deal_currency(asked: Asked) -> str:
    signed = asked.world.signings.filter(pl.col("deal") == asked.row["deal"])
    return str(signed["currency"][0])


def _money_of_deal(asked: Asked, period: int) -> tuple[int, int]:
    """What the customer paid for the deal, and its value, as at the end of a period."""
    end, deal = period_end(period, asked.zone), pl.col("deal") == asked.row["deal"]
    moved = asked.world.facts.filter(
        deal,
        pl.col("type").is_in(["payment-received", "refund-issued"]),
        pl.col("currency") == _deal_currency(asked),
        pl.col("effective_at") < end,
    )
    net = sum(
        -amount if kind == "refund-issued" else amount
        for kind, amount in moved.select("type", "amount").iter_rows()
    )
    leaving, (left, back) = asked.plan.leaving, away(asked)
    if leaving is not None and leaving.instalments == "lost":
        late = payments(asked.world).filter(
            deal, pl.col("at") >= left, pl.col("at") < back, pl.col("at") < end
        )
        net -= int(late["paid"].sum())
    states = asked.world.states.filter(deal, pl.col("at") < end).sort(
        "layer", "at", maintain_order=True
    )
    last = states.unique("layer", keep="last", maintain_order=True)
    return net, int(last["value"].sum())
