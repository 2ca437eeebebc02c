"""The invariants of the law, held by the kernel on the path of the product.

A history arrives at a log in some order, with repeats and in batches, while periods are closed and
reopened by the commands; then what was stated is set against what is earned.
"""

from collections import Counter

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commands.handle import close_period, reopen_period
from commands.periods import ReopenPeriod
from engine.earned import earned, named
from engine.world import world
from replay.periods import closes, open_again, stated_lines
from schemas.calendar import PayoutPeriod
from schemas.frames import KEY
from tests.engine.living import NOW, closable, earned_documents, issues, lived, recorded, sums
from tests.stating import as_it_stands, computed_again
from tests.strategies import Record, amended, arrivals, histories

few = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
logs = histories().flatmap(arrivals)


@few
@given(st.data())
def test_the_order_of_arrival_repeats_and_batches_change_no_byte(data: st.DataObject) -> None:
    history = data.draw(histories())
    arrived = data.draw(st.permutations([*history, *history[: len(history) // 3]]))
    one_by_one = recorded(history)
    in_batches = recorded(arrived, batch=data.draw(st.sampled_from([2, 7, 1_000])))
    assert in_batches.head().position == one_by_one.head().position
    assert earned_documents(in_batches) == earned_documents(one_by_one)
    april = PayoutPeriod.parse("2026-04")
    answers = [as_it_stands(log, april) for log in (one_by_one, in_batches)]
    assert answers[0].lines.drop("cause").equals(answers[1].lines.drop("cause"))
    assert answers[0].balances.equals(answers[1].balances)


@few
@given(logs)
def test_a_closed_period_is_byte_identical_for_ever(arrived: list[Record]) -> None:
    log = lived(closable(arrived))
    for closed in closes(log.columns()):
        again = computed_again(log, closed)
        assert again.digest() == closed.digest
        assert again.document() == log.kept(bytes.fromhex(closed.digest))


@few
@given(st.data())
def test_an_answer_at_a_position_never_changes_when_later_records_arrive(
    data: st.DataObject,
) -> None:
    history = closable(data.draw(logs))
    cut = data.draw(st.integers(0, len(history)))
    before = lived(history[:cut])
    after = lived(history)
    period = PayoutPeriod.parse(data.draw(st.sampled_from(["2026-01", "2026-02", "2026-03"])))
    position = before.head().position
    told, again = (as_it_stands(log, period, position) for log in (before, after))
    assert told.document() == again.document()


@few
@given(logs)
def test_what_is_stated_sums_to_what_is_earned_as_known_at_the_last_close(
    arrived: list[Record],
) -> None:
    log = lived(closable(arrived))
    done = closes(log.columns())
    if not done:
        return
    known = world(log.columns(through=done[-1].position))
    due = named(earned(known, through=done[-1].period.number), known)
    stated = sums(stated_lines(issues(log)), *KEY)
    assert {key: amount for key, amount in stated.items() if amount} == dict(sums(due, *KEY))


@few
@given(logs)
def test_a_second_close_posts_nothing(arrived: list[Record]) -> None:
    log = lived(closable(arrived))
    done = closes(log.columns())
    if not done or open_again(log.columns()) is not None:
        return
    head = log.head()
    assert close_period(log, done[-1].period, now=NOW, by="lee").again
    assert log.head() == head
    close_period(log, done[-1].period.following, now=NOW, by="lee")
    command = ReopenPeriod(
        period=done[-1].period.following, by="ann", approved_by="lee", reason="asked"
    )
    reopen_period(log, command, now=NOW)
    again = close_period(log, done[-1].period.following, now=NOW, by="lee")
    assert again.issue.number == 2
    assert again.issue.lines.is_empty()


@few
@given(histories())
def test_the_running_term_of_a_cancelled_contract_nets_to_nothing(history: list[Record]) -> None:
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


@few
@given(logs)
def test_a_clawback_takes_back_at_most_what_was_stated(arrived: list[Record]) -> None:
    told = issues(lived(closable(arrived)))
    for number in range(1, len(told) + 1):
        stated = stated_lines(told[:number])
        net = sums(stated, "payee", "subject", "component", "currency")
        assert min(net.values(), default=0) >= 0


@few
@given(logs)
def test_cash_and_what_is_carried_sum_to_what_is_stated_at_every_close(
    arrived: list[Record],
) -> None:
    stated: Counter[tuple[str, str]] = Counter()
    cash: Counter[tuple[str, str]] = Counter()
    for issue in issues(lived(closable(arrived))):
        for payee, currency, amount in issue.lines.select("payee", "currency", "amount").rows():
            stated[payee, currency] += amount
        carried: Counter[tuple[str, str]] = Counter()
        for row in issue.balances.iter_rows(named=True):
            purse = (row["payee"], row["currency"])
            cash[purse] += row["cash"]
            carried[purse] = row["carried"]
            assert row["cash"] >= 0
            assert row["stated"] + row["carried_before"] == row["cash"] + row["carried"]
        for purse, total in stated.items():
            assert cash[purse] + carried[purse] == total


@few
@given(histories())
def test_every_line_rests_on_live_facts_and_on_one_version_of_a_plan(
    history: list[Record],
) -> None:
    log = recorded(history)
    known = world(log.columns())
    lines = named(earned(known), known)
    recorded_keys = {record.key for record in log.read()}
    voided = known.repairs.voided
    assert lines.select(KEY).is_unique().all()
    for row in lines.iter_rows(named=True):
        because = [(name["source"], name["id"]) for name in row["because"]]
        assert because
        assert set(because) <= recorded_keys - voided
        assert because == sorted(set(because), key=lambda key: (key[0].encode(), key[1].encode()))
        assert (row["fact_source"], row["fact_id"]) in because
        assert row["plan"] in known.rules.named
        assert row["amount"] != 0


@few
@given(histories())
def test_shares_of_every_layer_sum_to_one(history: list[Record]) -> None:
    known = world(recorded(history).columns())
    of_class = known.credits.unique(["deal", "split", "source", "role"])
    marketing = of_class.filter(pl.col("role") == "sales").group_by("deal", "split")
    totals = marketing.agg(pl.col("class_weight").sum(), pl.col("whole").first())
    assert (totals["class_weight"] == totals["whole"]).all()
    weights = known.credits.group_by("deal", "split", "source", "role").agg(
        pl.col("weight").sum(), pl.col("class_weight").first()
    )
    assert (weights["weight"] == weights["class_weight"]).all()


@few
@given(histories())
def test_asking_for_fewer_periods_gives_the_beginning_of_the_answer(history: list[Record]) -> None:
    known = world(recorded(history).columns())
    lines = named(earned(known), known)
    for period in lines["period"].unique():
        earlier = named(earned(known, through=period), known)
        assert earlier.equals(lines.filter(pl.col("period") <= period))
