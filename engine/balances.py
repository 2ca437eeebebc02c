"""Balances: how the lines of an issue become cash, and what is kept back, owed and carried.

Balances move cash in time and never create or destroy it: over all issues so far, cash + held +
disputed + capped + carried - owed is what was stated, per payee and currency.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from engine import contested, holdback
from engine.issues_as_one import issues_as_one, lines_as_one
from engine.lookup import Lookup
from engine.payment_terms import Level, Terms, payment_terms
from engine.world import World
from schemas.calendar import PayoutPeriod
from schemas.frames import empty
from schemas.statements import BALANCES, LEDGER, PAYABLE, Issue, line_id

_Purse = tuple[str, str]
"""A payee and a currency."""
_PURSE = ("payee", "currency")
_Amounts = Mapping[_Purse, Mapping[str, int]]
_AMOUNTS = tuple(name for name in BALANCES if name not in ("payee", "currency"))
_MOVEMENTS = ("drawn", "recovered")
_NOTHING: Mapping[str, int] = dict.fromkeys((*_AMOUNTS, *_MOVEMENTS, "moved", "contested"), 0)
_WAITING: Mapping[str, str] = {
    **dict.fromkeys(holdback.MOVED, "moved"),
    **dict.fromkeys(contested.CONTESTED, "contested"),
}
"""Kinds of movements of what waits of single deals, by the sum they are told in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What the pay of a payee comes to in a period, and the balances after it, in minor units."""

    cash: int
    carried: int
    capped: int
    owed: int
    drawn: int
    recovered: int


def settled(
    pay: int, before: Mapping[str, int], terms: Terms | None, *, enrolled: bool = True
) -> Settled:
    """What a period's pay after holdback comes to, given the balances before the period.

    `pay` are the lines less what is held and disputed of them; `before` has `carried`, `capped` and
    `owed`. A payee without terms has no cap, no draw and no minimum, and pays back all they owe.
    """
    paid, capped = _below_cap(pay + before["capped"], terms)
    due = paid + before["carried"]
    level = terms.level if terms is not None else None
    drawn, recovered = _drawn(due, before["owed"], level)
    final = due + drawn - recovered
    cash = final if enrolled and final >= max(0, _minimum(terms)) else 0
    return Settled(
        cash=cash,
        carried=final - cash,
        capped=capped,
        owed=before["owed"] + drawn - recovered,
        drawn=drawn,
        recovered=recovered,
    )


def _below_cap(pay: int, terms: Terms | None) -> tuple[int, int]:
    """What of the pay is paid, and what is above the cap and waits."""
    cap = terms.payment.cap if terms is not None else None
    paid = pay if cap is None else min(pay, cap.minor)
    return paid, pay - paid


def _drawn(due: int, owed: int, level: Level | None) -> tuple[int, int]:
    """What is paid ahead of what is due, and what is recovered of what was owed before."""
    if level is None:
        return 0, min(owed, max(0, due))
    room = max(0, due - level.amount)
    recovered = min(owed, room, *_limits(level, room))
    if level.draw.basis == "on-top":
        return level.amount, recovered
    return (max(0, level.amount - due) if level.amount else 0), recovered


def _limits(level: Level, room: int) -> Iterator[int]:
    """What bounds the recovery from so much pay above the draw."""
    if not level.recovers:
        yield 0
    if level.draw.share is not None:
        yield room * level.draw.share.numerator // level.draw.share.denominator
    if level.draw.most is not None:
        yield level.draw.most.minor


def _minimum(terms: Terms | None) -> int:
    """What is carried when it is less; nothing is small for a payee who left."""
    if terms is None or terms.left is not None or terms.payment.minimum is None:
        return 0
    return terms.payment.minimum.minor


def balances(
    lines: pl.DataFrame, issues: Sequence[Issue], lookup: Lookup, period: PayoutPeriod
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The balances (BALANCES) and the ledger (LEDGER) of lines (PAYABLE) after all `issues`.

    Another issue of a period that was reopened settles the period as a whole: it pays and moves
    what is left after the issues of the period before it, so a draw or a cap counts once.
    """
    world = lookup.law
    same = world.identities.payees
    lines, issues = lines_as_one(lines, same), issues_as_one(issues, same)
    frames = (lines, *(issue.lines for issue in issues))
    payees = pl.concat([frame["payee"].unique() for frame in frames]).unique()
    terms = payment_terms(world, period.number, payees.to_list())
    waiting = _waiting(lines, issues, lookup, terms)
    told = _Told(lines, waiting, issues, period)
    rows: list[tuple[object, ...]] = []
    moved: list[tuple[object, ...]] = []
    for purse in sorted(told.purses | _drawing(terms)):
        row, entries = _issued(purse, told, _in_currency(terms, purse), world)
        if any(row.values()) or purse in told.issue:
            rows.append((*purse, *(row[name] for name in _AMOUNTS)))
        moved.extend(entries)
    return (
        pl.DataFrame(rows, schema=BALANCES, orient="row"),
        pl.concat([waiting, pl.DataFrame(moved, schema=LEDGER, orient="row")]).sort(
            "payee", "currency", "deal", "lead", "kind", nulls_last=True
        ),
    )


def _in_currency(terms: Mapping[str, Terms], purse: _Purse) -> Terms | None:
    """The terms of a payee, where they are about this currency."""
    found = terms.get(purse[0])
    return found if found is not None and found.version.plan.currency == purse[1] else None


def _drawing(terms: Mapping[str, Terms]) -> set[_Purse]:
    """Who is paid ahead, whether they have lines or not."""
    return {
        (payee, each.version.plan.currency)
        for payee, each in terms.items()
        if each.level is not None and each.level.amount
    }


class _Told:
    """What lines and issues say of each purse: amounts by name, for those that have any."""

    def __init__(
        self,
        lines: pl.DataFrame,
        waiting: pl.DataFrame,
        issues: Sequence[Issue],
        period: PayoutPeriod,
    ) -> None:
        again = [issue for issue in issues if issue.period == period]
        before = issues[: len(issues) - len(again)]
        self.issue = _sums(lines, waiting)
        self.last = _rows(issues)
        self.opening = _rows(before)
        self.earlier = _summed(again)

    @property
    def purses(self) -> set[_Purse]:
        """Those of the lines at hand, and those in which the issue before left anything."""
        return {*self.issue, *self.last}


def _sums(lines: pl.DataFrame, waiting: pl.DataFrame) -> _Amounts:
    """What is stated, and what moves in what is held and in what is in dispute."""
    told: dict[_Purse, dict[str, int]] = defaultdict(lambda: dict(_NOTHING))
    stated = lines.select("payee", "currency", "amount", name=pl.lit("stated"))
    moved = waiting.select(
        "payee", "currency", "amount", name=pl.col("kind").replace_strict(_WAITING)
    )
    sums = pl.concat([stated, moved]).group_by("payee", "currency", "name").agg(pl.sum("amount"))
    for payee, currency, name, amount in sums.iter_rows():
        told[payee, currency][name] += amount
    return told


def _rows(issues: Sequence[Issue]) -> _Amounts:
    """The balances after the last of some issues.

    What is carried follows from all of them by the equation: payees may since have become one, or
    two, and what was paid to either counts.
    """
    if not issues:
        return {}
    paid = [issue.balances.select(*_PURSE, -pl.col("cash")) for issue in issues]
    stated = [issue.lines.select(*_PURSE, "amount") for issue in issues]
    waiting = pl.concat([*stated, *(each.rename({"cash": "amount"}) for each in paid)])
    rows = issues[-1].balances.select(*_PURSE, *_AMOUNTS).iter_rows()
    last = {
        (payee, currency): dict(zip(_AMOUNTS, amounts, strict=True))
        for payee, currency, *amounts in rows
    }
    told: dict[_Purse, dict[str, int]] = {}
    for payee, currency, unpaid in waiting.group_by(_PURSE).sum().iter_rows():
        amounts = {**_NOTHING, **last.get((payee, currency), {})}
        kept = sum(amounts[name] for name in ("held", "disputed", "capped"))
        told[payee, currency] = {**amounts, "carried": unpaid - kept + amounts["owed"]}
    return told


def _summed(issues: Sequence[Issue]) -> _Amounts:
    """What some issues stated, paid and moved, together."""
    told: dict[_Purse, dict[str, int]] = defaultdict(lambda: dict(_NOTHING))
    for issue in issues:
        for purse, amounts in _rows([issue]).items():
            for name in ("stated", "cash"):
                told[purse][name] += amounts[name]
        moved = issue.ledger.select("payee", "currency", "kind", "amount").iter_rows()
        for payee, currency, kind, amount in moved:
            name = _WAITING.get(str(kind), str(kind))
            told[payee, currency][name] = told[payee, currency].get(name, 0) + amount
    return told


def _issued(
    purse: _Purse, told: _Told, terms: Terms | None, world: World
) -> tuple[dict[str, int], list[tuple[object, ...]]]:
    """The balances of a payee after an issue, by name, and what moved but for what is held."""
    issue, last, earlier, opening = (
        amounts.get(purse, _NOTHING)
        for amounts in (told.issue, told.last, told.earlier, told.opening)
    )
    pay = sum(each[name] for each in (issue, earlier) for name in ("stated", "moved", "contested"))
    enrolled = purse[0] in world.rules.enrolled
    now = settled(pay, opening, terms, enrolled=enrolled)
    left = now.cash - earlier["cash"]
    row = {
        "stated": issue["stated"],
        "carried_before": last["carried"],
        "held": last["held"] - issue["moved"],
        "disputed": last["disputed"] - issue["contested"],
        "capped": now.capped,
        "owed": now.owed,
        "cash": max(0, left),
        "carried": now.carried + min(0, left),
    }
    uncapped = last["capped"] - now.capped
    amounts = {
        "capped" if uncapped < 0 else "uncapped": uncapped,
        "drawn": now.drawn - earlier["drawn"],
        "recovered": -now.recovered - earlier["recovered"],
    }
    plan = None if terms is None else terms.version.plan.name
    entries: list[tuple[object, ...]] = [
        (*purse, kind, None, None, None, plan, None, None, amount)
        for kind, amount in amounts.items()
        if amount
    ]
    return row, entries


def _waiting(
    lines: pl.DataFrame, issues: Sequence[Issue], lookup: Lookup, terms: Mapping[str, Terms]
) -> pl.DataFrame:
    """What moves in what waits of single deals and leads: held back, or in dispute (LEDGER)."""
    ledger = pl.concat([empty(LEDGER), *(issue.ledger for issue in issues)])
    disputes = lookup.law.disputes
    if not terms and not disputes.states and ledger.is_empty():
        return ledger
    before = pl.concat([pl.DataFrame(schema=PAYABLE), *(each.lines for each in issues)])
    held = _held(lines, pl.concat([before, lines]), ledger, lookup, terms)
    return pl.concat([held, contested.movements((before, lines), ledger, held, disputes)])


def _held(
    lines: pl.DataFrame,
    stated: pl.DataFrame,
    ledger: pl.DataFrame,
    lookup: Lookup,
    terms: Mapping[str, Terms],
) -> pl.DataFrame:
    """What moves in what is held (LEDGER); what is forfeited names the line that takes it."""
    moved = holdback.movements(stated, ledger, terms, lookup)
    rules = {rule.id for each in terms.values() if (rule := each.payment.holdback) is not None}
    lost = lines.filter(pl.col("component").is_in(sorted(rules)))
    names = pl.DataFrame(
        [
            (row["payee"], row["currency"], row["deal"], "forfeited", line_id(row))
            for row in lost.iter_rows(named=True)
        ],
        schema={name: LEDGER[name] for name in ("payee", "currency", "deal", "kind", "line")},
        orient="row",
    ).unique(["payee", "currency", "deal"], keep="first", maintain_order=True)
    on = ["payee", "currency", "deal", "kind"]
    return moved.drop("line").join(names, on=on, how="left").select(*LEDGER)
