"""Differences between kernel and oracle of attribution, each the smallest story that shows it."""

from typing import Any

import pytest

from tests.engine.attributing import Kernel, Oracle
from tests.engine.both_ways import by_the_kernel, by_the_oracle
from tests.oracle.attribution_cases import (
    deal,
    dispute,
    lead,
    linked,
    policy,
    registered,
    ruled,
    split,
    touch,
)
from tests.strategies import Record, published, vary_plan

SAME: dict[str, Any] = {"domain": "acme"}


def alike(*log: Record) -> None:
    """Whatever kernel and oracle say of a log, they say the same."""
    kernel, oracle = Kernel(log), Oracle(log)
    assert kernel.claims() == oracle.claims()
    assert kernel.sources() == oracle.sources()
    assert kernel.credits() == oracle.credits()
    paid = [*log, published(vary_plan(gate={}))]
    assert by_the_kernel(paid) == by_the_oracle(paid)


def test_a_settlement_of_a_dispute_that_nobody_raised_rules_nothing() -> None:
    upheld = {"deal": "D1", "outcome": "upheld", "ruling": {"shares": {"partner": "1"}}}
    alike(deal(), dispute("settled", "2026-02-02", **upheld))


def test_keys_that_must_all_agree_do_so_within_one_telling_of_a_customer() -> None:
    names = [registered("C1", name="Acme"), registered("C2", name="ACME")]
    law = policy(same_customer=[["name", "domain"]])
    alike(law, *names, lead(customer="C2", keys=SAME), deal(keys=SAME))


def test_a_lead_and_a_deal_without_customers_are_joined_by_keys() -> None:
    law = policy(same_customer=["domain"])
    alike(law, lead(customer=None, keys=SAME), deal(customer=None, keys=SAME))


def test_a_ruled_split_with_two_ids_of_one_person_is_one_share() -> None:
    sales = split(sam="1/2", sam2="1/2")
    alike(deal(), ruled("r1", sales=sales), linked("sam", "sam2", "payee"))


def test_the_self_part_of_one_person_rests_on_the_touches_that_credited_them() -> None:
    model = {"by": "touches", "model": {"model": "linear"}, "lookback_days": 14}
    by_touches = {"marketing": {**model, "lead": "does-not-count", "once": "each"}}
    called = touch("customer/C1", "2026-01-18", side="marketing")
    alike(policy(credit=by_touches), lead(), called, deal())


def test_two_deals_that_name_one_lead_without_a_customer_have_no_customer_in_common() -> None:
    law = policy(rules=["existing-account", "no-claim"], existing_account={"days": 365})
    first = deal("D1", "2026-01-10", customer=None, lead="L1")
    alike(law, lead(customer=None), first, deal("D2", customer=None, lead="L1"))


@pytest.mark.parametrize(
    "last",
    [
        registered("C9", "2026-03-02", keys={"domain": "other"}),
        touch("customer/C9", "2026-03-02"),  # which no plan or policy reads
    ],
)
def test_the_keys_in_force_are_those_at_the_last_fact_of_whatever_type(last: Record) -> None:
    before, since = policy(), policy(2, "2026-03-01", same_customer=["domain"])
    known = [before, since, lead(keys=SAME), deal(customer="C2", keys=SAME)]
    alike(*known)
    alike(*known, last)
    paid = published(vary_plan(gate={}))
    assert {line[0] for line in by_the_kernel([*known, paid])} == {"sam"}
    assert {line[0] for line in by_the_kernel([*known, last, paid])} == {"mia", "sam"}
