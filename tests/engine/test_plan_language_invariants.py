"""The invariants of the law, under plans of every kind: no part of a plan breaks them."""

from collections import Counter
from fractions import Fraction
from typing import Any

import polars as pl
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from commands.handle import close_period, reopen_period
from commands.periods import ReopenPeriod
from engine.allocation import rounded
from engine.earned import earned, named
from engine.world import world
from replay.periods import closes, open_again, stated_lines
from schemas.calendar import PayoutPeriod
from schemas.frames import KEY
from schemas.statements import Issue
from tests.engine.dealing import deal, of_sam, plan_of
from tests.engine.living import NOW, closable, earned_documents, issues, lived, recorded, sums
from tests.stating import as_it_stands, computed_again
from tests.strategies import Record, amended, arrivals
from tests.strategies.paid_plans import paying, plans_of
from tests.strategies.plan_language import plan_histories
from tests.strategies.plan_parts import KINDS, RISING

JUNE = PayoutPeriod.parse("2026-06")
OF_DEALS = [kind for kind in KINDS if kind not in {"guarantee", "ceiling", "clawback"}]

few = settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


logs = paying(list(KINDS)).flatmap(arrivals)


@few
@given(st.data())
def test_the_order_of_arrival_repeats_and_batches_change_no_byte(data: st.DataObject) -> None:
    history = data.draw(paying(list(KINDS)))
    arrived = data.draw(st.permutations([*history, *history[: len(history) // 3]]))
    one_by_one = recorded(history)
    in_batches = recorded(arrived, batch=data.draw(st.sampled_from([2, 7, 1_000])))
    assert earned_documents(in_batches) == earned_documents(one_by_one)
    answers = [as_it_stands(log, JUNE) for log in (one_by_one, in_batches)]
    for name in ("lines", "balances", "ledger"):
        first, second = (getattr(answer, name).drop("cause", strict=False) for answer in answers)
        assert first.equals(second)


@few
@given(logs)
def test_what_is_stated_sums_to_what_is_earned_and_a_closed_period_replays_to_the_byte(
    arrived: list[Record],
) -> None:
    log = lived(closable(arrived))
    done = closes(log.columns())
    assume(done)
    known = world(log.columns(through=done[-1].position))
    due = named(earned(known, through=done[-1].period.number), known)
    stated = sums(stated_lines(issues(log)), *KEY)
    assert {key: amount for key, amount in stated.items() if amount} == dict(sums(due, *KEY))
    for closed in done:
        assert computed_again(log, closed).digest() == closed.digest


@few
@given(logs)
def test_a_second_close_posts_nothing(arrived: list[Record]) -> None:
    log = lived(closable(arrived))
    done = closes(log.columns())
    assume(done and open_again(log.columns()) is None)
    period = done[-1].period.following
    first = close_period(log, period, now=NOW, by="lee")
    assert close_period(log, period, now=NOW, by="lee").again
    command = ReopenPeriod(period=period, by="ann", approved_by="lee", reason="asked")
    reopen_period(log, command, now=NOW)
    again = close_period(log, period, now=NOW, by="lee")
    assert (first.issue.number, again.issue.number) == (1, 2)
    assert again.issue.lines.is_empty()


@few
@given(logs)
def test_a_period_asked_ahead_is_what_closing_step_by_step_comes_to(arrived: list[Record]) -> None:
    log = lived(closable(arrived))
    done = closes(log.columns())
    assume(done and open_again(log.columns()) is None)
    asked = PayoutPeriod(done[-1].period.number + 3)
    ahead = as_it_stands(log, asked)
    for number in range(done[-1].period.number + 1, asked.number + 1):
        close_period(log, PayoutPeriod(number), now=NOW, by="ann")
    step_by_step = issues(log)[-1]
    assert ahead.lines.drop("cause").equals(step_by_step.lines.drop("cause"))
    assert ahead.balances.equals(step_by_step.balances)
    assert ahead.ledger.equals(step_by_step.ledger)


@few
@given(logs)
def test_cash_and_balances_sum_to_what_is_stated_at_every_close(arrived: list[Record]) -> None:
    stated: Counter[tuple[str, str]] = Counter()
    cash: Counter[tuple[str, str]] = Counter()
    kept: dict[tuple[str, str], int] = {}
    for issue in issues(lived(closable(arrived))):
        moved = ledger_of(issue)
        stated.update(sums(issue.lines, "payee", "currency"))
        for row in issue.balances.iter_rows(named=True):
            purse = (row["payee"], row["currency"])
            cash[purse] += row["cash"]
            kept[purse] = (
                row["held"] + row["disputed"] + row["capped"] + row["carried"] - row["owed"]
            )
            assert row["cash"] >= 0
            came = row["stated"] + row["carried_before"] + moved[purse]
            assert came == row["cash"] + row["carried"]
        for purse, total in stated.items():
            assert cash[purse] + kept.get(purse, 0) == total


def ledger_of(issue: Issue) -> Counter[tuple[str, str]]:
    """What the movements of balances add to the cash of each payee and currency."""
    return sums(issue.ledger, "payee", "currency")


@few
@given(plan_histories(OF_DEALS))
def test_the_running_term_of_a_cancelled_contract_nets_to_nothing(history: list[Record]) -> None:
    for plan in plans_of(history):
        plan.pop("decreases")
    deals = {str(r["data"]["deal"]) for r in history if r["type"] == "deal-signed"}
    ends = [
        amended(deal, "2026-06-15T12:00:00+08:00", f"end-{deal}", "cancellation") for deal in deals
    ]
    known = world(recorded([*history, *ends]).columns())
    renewed = set(known.steps.filter(pl.col("kind") == "renewal")["deal"])
    lines = earned(known).filter(
        pl.col("deal").is_not_null(), pl.col("deal").is_in(sorted(renewed)).not_()
    )
    assert set(sums(lines, "payee", "deal", "component", "currency").values()) <= {0}


def tiered(mode: str, rates: tuple[str, str]) -> dict[str, Any]:
    """Tiers over a month that turn at 1,000.00."""
    low, high = rates
    rows = [{"from": "0", "to": "1000", "rate": low}, {"from": "1000", "rate": high}]
    of_deals = {"id": "t", "kind": "tiered", "credits": "sales", "window": "month"}
    return plan_of(of_deals | {"table": {"by": "amount", "mode": mode, "rows": rows}})


def pays(plan: dict[str, Any], *minors: int) -> int:
    """What a payee has for deals of these amounts in a month."""
    deals = [
        deal(f"D{n}", "2026-01-20", f"{minor // 100}.{minor % 100:02}")
        for n, minor in enumerate(minors)
    ]
    return sum(of_sam(*deals, plan=plan).values())


amounts = st.lists(st.integers(1, 150_000), min_size=1, max_size=4)


@few
@given(st.sampled_from(RISING), amounts, st.integers(1, 200))
def test_marginal_pay_grows_with_credit_and_never_jumps(
    rates: tuple[str, str], minors: list[int], more: int
) -> None:
    plan = tiered("marginal", rates)
    before, after = pays(plan, *minors), pays(plan, *minors, more)
    steepest = max(map(exact, rates))
    assert 0 <= after - before <= steepest * more + 1


@few
@given(st.sampled_from(RISING), amounts)
def test_retroactive_pay_is_the_rate_of_the_row_reached_times_the_total(
    rates: tuple[str, str], minors: list[int]
) -> None:
    rate = exact(rates[sum(minors) >= 100_000])
    assert pays(tiered("retroactive", rates), *minors) == rounded(rate * sum(minors), "half-even")


def exact(rate: str) -> Fraction:
    return Fraction(rate[:-1]) / 100 if rate.endswith("%") else Fraction(rate)
