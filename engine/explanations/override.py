"""An override's line: who reports to whom at the sale, and the rate of each level."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from engine.allocation import rounded
from engine.explanations.asked import NOTHING, Asked, Worth
from engine.explanations.coefficients import coefficient_reasons, scale
from engine.explanations.values import Credit, exchanged, worth_reason
from engine.explanations.words import money, percent, rounding, times
from engine.hierarchy import deciding_at
from engine.reasons import Reason
from engine.repairs import Name
from schemas.plans import Override


@dataclass(frozen=True, slots=True)
class Path:
    """A way up from a payee who is credited to the manager whose line it is."""

    payee: str
    share: Fraction
    level: int
    facts: tuple[Name, ...]
    climbed: tuple[str, ...]


def worth(asked: Asked, period: int) -> Worth:
    """What all levels come to for the manager, as at the end of a period."""
    part = asked.part
    assert isinstance(part, Override)
    below = list(_below(asked, part))
    if not below:
        return NOTHING
    credit = below[0]
    value = credit.value(period)
    fx = asked.exchange(credit.row["currency"], credit.row["opened_at"])
    if value is None or fx is None:
        return NOTHING
    levels, told = _rates(part), list(_paths(asked, below))
    whole = sum((levels[path.level - 1] * path.share for path in told), Fraction(0))
    by = scale(asked)
    exact = value * fx * whole * by
    amount = rounded(exact, asked.plan.rounding)
    product = times([
        percent(whole),
        money(value, credit.row["currency"]),
        exchanged(asked, credit.row["currency"], fx),
        "" if by == 1 else f"{percent(by)}, the coefficient",
    ])  # fmt: skip
    total = Reason(f"{product} = {rounding(exact, asked.plan.rounding, amount, asked.currency)}")
    ladder = tuple(_path_reason(path, part, levels) for path in told)
    scales = coefficient_reasons(asked)
    return Worth(amount, (worth_reason(credit, value, period), *ladder, *scales, total))


def _below(asked: Asked, part: Override) -> Iterator[Credit]:
    """Everybody's credits of the layer in the class and role."""
    of = asked.books.layers
    rows = of.credited.filter(
        pl.col("layer") == asked.fact,
        pl.col("source") == asked.row["source"],
        pl.col("role") == part.credits,
    ).sort("payee")
    for row in rows.iter_rows(named=True):
        yield Credit(row, of)


def _paths(asked: Asked, below: list[Credit]) -> Iterator[Path]:
    """The ways from those who are credited up to the manager, within the levels paid."""
    part = asked.part
    assert isinstance(part, Override)
    for credit in below:
        at, share = credit.row["opened_at"], credit.share
        climbed, facts = [str(credit.row["payee"])], list[Name]()
        for level in range(1, len(part.levels) + 1):
            deciding = deciding_at(asked.world.people.positions.get(climbed[-1], ()), at)
            if deciding is None or deciding.manager is None or deciding.manager in climbed:
                break
            climbed.append(deciding.manager)
            facts.append(asked.books.named(deciding.fact))
            if deciding.manager == asked.payee:
                yield Path(climbed[0], share, level, tuple(facts), tuple(climbed))


def _rates(part: Override) -> list[Fraction]:
    """What each level is paid: its rate, on net of what the levels below have left."""
    rates, left = list[Fraction](), 1 - (part.below or Fraction(0))
    for level in part.levels:
        rates.append(level.rate * (left if part.basis == "net" else 1))
        left *= 1 - level.rate
    return rates


def _path_reason(path: Path, part: Override, levels: list[Fraction]) -> Reason:
    ladder = " reports to ".join(path.climbed[:2])
    ladder += "".join(f", who reports to {name}" for name in path.climbed[2:])
    rate, paid = part.levels[path.level - 1].rate, levels[path.level - 1]
    net = "" if rate == paid else f", {percent(paid)} of what the levels below it leave"
    text = (
        f"{ladder} at the layer's date: level {path.level}, {percent(rate)}{net} on "
        f"{path.share} of the deal, credited to {path.payee}"
    )
    return Reason(text, path.facts)
