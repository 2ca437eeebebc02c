"""A tiered line: where in its window the layer stands, and what the table pays for it there."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from engine.allocation import rounded
from engine.attendance import window_name
from engine.explanations.asked import Asked, Worth
from engine.explanations.coefficients import coefficient_reasons
from engine.explanations.targets import attainments, quota_reason
from engine.explanations.tier_sums import Slice, Step, parts, row_at, slices, steps
from engine.explanations.values import worth_reason
from engine.explanations.words import exact_money, money, month_name, percent
from engine.reasons import Reason
from schemas.plans import RateRow, Tiered
from schemas.rates import figure_text


def pieces(asked: Asked, period: int) -> Iterator[tuple[Asked, Worth]]:
    """What each layer of the line adds to the rounded payout of its window, at a period's end."""
    of = steps(asked, period)
    terms = (*_quota(asked, of, period), *coefficient_reasons(asked))
    for each in slices(asked, of, period):
        step = each.step
        same_class = step.credit.row["source"] == asked.row["source"]
        if step.fact == asked.fact and step.version == asked.version and same_class:
            told = Worth(_rounded(asked, each), (*terms, *_reasons(asked, each, period)))
            yield replace(asked, opener=step.credit.row.get("opener")), told


def _rounded(asked: Asked, each: Slice) -> int:
    mode = asked.plan.rounding
    return rounded(each.paid_before + each.adds, mode) - rounded(each.paid_before, mode)


def _quota(asked: Asked, of: list[Step], period: int) -> Iterator[Reason]:
    part = asked.part
    assert isinstance(part, Tiered)
    if part.quota is not None:
        aimed = attainments(asked, part.quota, part.window)
        counts = asked.plan.counts_what_it_pays(part)
        paid_for = abs(sum((step.x for step in of), Fraction(0))) if counts else None
        yield quota_reason(aimed, asked.payee, asked.window(part.window), period, paid_for)


def _reasons(asked: Asked, each: Slice, period: int) -> Iterator[Reason]:
    """The layer's worth, its place in the window, its slices, and how it is rounded."""
    step, currency = each.step, asked.currency
    value = step.credit.value(period) or 0
    yield worth_reason(step.credit, value, period)
    share = "" if step.credit.share == 1 else f", of which {step.credit.share} is credited"
    yield Reason(
        f"{exact_money(step.x, currency)} of {asked.payee} in {_window(asked)}{share}: from "
        f"{exact_money(each.before, currency)} before it to {exact_money(each.upto, currency)}"
    )
    if each.reached is None:
        yield from _marginal(asked, each)
    else:
        yield _whole(asked, each, period)
    whole, adds = money(_rounded(asked, each), currency), exact_money(each.adds, currency)
    if step.scale != 1:
        by_table = exact_money(each.by_table, currency)
        yield Reason(f"{by_table} x {percent(step.scale)}, the coefficient = {adds}")
    yield Reason(
        f"It adds {adds} to {exact_money(each.paid_before, currency)} of what is before it; with "
        f"both sums rounded {asked.plan.rounding}, {whole}"
    )


def _window(asked: Asked) -> str:
    part = asked.part
    assert isinstance(part, Tiered)
    if part.window == "deal":
        return f"deal {asked.row['deal']}"
    return window_name(asked.plan, asked.window(part.window))


def _marginal(asked: Asked, each: Slice) -> Iterator[Reason]:
    """The slices of the table that the layer fell into."""
    table = each.step.part.table
    high = dict(enumerate(parts(table, abs(each.upto), each.unit)))
    for place, (row, low) in enumerate(parts(table, abs(each.before), each.unit)):
        inside = high[place][1] - low
        if inside:
            paid = exact_money(inside * (row.rate or 0), asked.currency)
            size = exact_money(inside, asked.currency)
            yield Reason(f"{_between(row, table.by)}: {size} at {_pays(row)} = {paid}")


def _whole(asked: Asked, each: Slice, period: int) -> Reason:
    """The row that prices the layer as a whole, by what the window reached."""
    table, reached = each.step.part.table, each.reached or Fraction(0)
    row = row_at(table, reached)
    by = {
        "amount": f"{exact_money(reached * each.unit, asked.currency)} in the window",
        "attainment": f"attainment {percent(reached)}",
        "deals": f"deal number {reached + 1}",
    }[table.by]
    every = "everything in the window" if table.mode == "retroactive" else "it"
    return Reason(
        f"{by} as at the end of {month_name(period)} is in the row {_between(row, table.by)}: "
        f"{every} is paid at {_pays(row)}"
    )


def _between(row: RateRow, by: str) -> str:
    told = percent if by == "attainment" else figure_text
    return f"from {told(row.starts)}" + ("" if row.ends is None else f" up to {told(row.ends)}")


def _pays(row: RateRow) -> str:
    if row.amount is not None:
        return f"{row.amount} a deal"
    return percent(row.rate or Fraction(0))
