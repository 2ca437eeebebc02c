"""The invariants of the law, held by the oracle itself under random histories."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.oracle.entitlement import Key
from tests.oracle.facts import standing
from tests.oracle.law import Statement, earned, payable, statements
from tests.oracle.numbers import divided, rounded
from tests.strategies import Record, arrivals, histories

quick = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
PERIODS = [f"2026-{month:02}" for month in range(1, 8)]
histories_and_arrivals = histories().flatmap(lambda h: st.tuples(st.just(h), arrivals(h)))
logs = histories().flatmap(arrivals)


def total_stated(issued: list[Statement]) -> Counter[Key]:
    total: Counter[Key] = Counter()
    for statement in issued:
        for line in statement.lines:
            total[line.key] += line.amount
    return total


@quick
@given(
    st.integers(-(10**15), 10**15),
    st.lists(st.fractions(min_value=Fraction(1, 100), max_value=1), min_size=1, max_size=6),
)
def test_parts_sum_to_the_whole_and_each_is_within_a_unit(
    whole: int, shares: list[Fraction]
) -> None:
    by_payee = {f"p{number}": share for number, share in enumerate(shares)}
    parts = divided(whole, by_payee)
    assert sum(parts.values()) == whole
    for payee, part in parts.items():
        assert abs(part - whole * by_payee[payee] / sum(shares)) < 1


def test_ties_round_as_the_mode_says() -> None:
    ties = [Fraction(n, 2) for n in (-3, -1, 1, 3)]
    assert [rounded(tie, "half-even") for tie in ties] == [-2, 0, 0, 2]
    assert [rounded(tie, "half-up") for tie in ties] == [-2, -1, 1, 2]
    assert [rounded(tie, "half-down") for tie in ties] == [-1, 0, 0, 1]


@quick
@given(histories_and_arrivals)
def test_the_same_facts_in_any_order_and_repeated_earn_the_same_lines(
    both: tuple[list[Record], list[Record]],
) -> None:
    history, log = both
    assert earned(log, "2026-07") == earned(history, "2026-07")


@quick
@given(histories_and_arrivals)
def test_asking_for_fewer_periods_gives_a_prefix(
    both: tuple[list[Record], list[Record]],
) -> None:
    history, _ = both
    everything = earned(history, "2026-07")
    assert earned(history, "2026-03") == [x for x in everything if x.period <= "2026-03"]


@quick
@given(logs)
def test_statements_sum_to_what_is_earned_as_known_at_the_last_close(log: list[Record]) -> None:
    issued = statements(log)
    if issued:
        last = issued[-1]
        lines = earned(log[: last.position], last.period)
        expected = Counter({line.key: line.amount for line in lines})
        assert {k: v for k, v in total_stated(issued).items() if v} == dict(expected)
        assert payable(log, last.period, last.position) == []


@quick
@given(logs)
def test_a_statement_never_changes_when_later_records_arrive(log: list[Record]) -> None:
    issued = statements(log)
    closes = [number for number, r in enumerate(log, start=1) if r["type"] == "period-closed"]
    for number, position in enumerate(closes, start=1):
        assert statements(log[:position]) == issued[:number]


@quick
@given(histories())
def test_the_running_term_of_a_cancelled_contract_nets_to_nothing(history: list[Record]) -> None:
    cancelled = []
    for deal in {r["subject"] for r in history if r["type"] == "deal-signed"}:
        key = {"source": "/crm/a", "id": f"end-{deal}"}
        subject, name = str(deal), str(deal).removeprefix("deal/")
        cancelled.append(
            {
                **key,
                "type": "contract-amended",
                "time": "2026-06-15T12:00:00+08:00",
                "subject": subject,
                "data": {"deal": name, "kind": "cancellation"},
            }
        )
    log = [*history, *cancelled]
    facts = standing(log)
    renewed = {fact.stream for fact in facts if fact.data.get("kind") == "renewal"}
    net: Counter[tuple[str, str, str]] = Counter()
    for line in earned(log, "2026-07"):
        if line.deal and f"deal/{line.deal}" not in renewed:
            net[line.payee, line.deal, line.component] += line.amount
    assert not any(net.values())


@quick
@given(logs)
def test_what_is_stated_per_deal_and_component_is_never_negative(log: list[Record]) -> None:
    issued = statements(log)
    for number in range(1, len(issued) + 1):
        net: Counter[tuple[str, str, str, str]] = Counter()
        for key, amount in total_stated(issued[:number]).items():
            net[key.payee, key.subject, key.component, key.currency] += amount
        assert min(net.values(), default=0) >= 0


@quick
@given(logs)
def test_cash_and_carried_sum_to_what_is_stated_at_every_close(log: list[Record]) -> None:
    issued = statements(log)
    stated: Counter[tuple[str, str]] = Counter()
    cash: Counter[tuple[str, str]] = Counter()
    carried: dict[tuple[str, str], int] = {}
    for statement in issued:
        for line in statement.lines:
            stated[line.key.payee, line.key.currency] += line.amount
        for purse, balance in statement.balances.items():
            cash[purse] += balance.cash
            carried[purse] = balance.carried
        for purse, total in stated.items():
            assert cash[purse] + carried.get(purse, 0) == total


@quick
@given(histories())
def test_every_line_names_live_facts_and_one_plan_version(history: list[Record]) -> None:
    facts = standing(history)
    live = {fact.ref for fact in facts} | {fact.corrected_by for fact in facts}
    versions = {
        f"{f.data['plan']['plan']}@{f.data['plan']['version']}"
        for f in facts
        if f.type == "plan-published"
    }
    lines = earned(history, "2026-07")
    assert len({line.key for line in lines}) == len(lines)
    for line in lines:
        assert line.because
        assert set(line.because) <= live
        assert line.plan in versions
        assert line.amount
        assert replace(line, amount=0).key == line.key
