"""What a plan reads and cannot: listed, each with its code and a sentence."""

import pytest

from engine.exceptions import exceptions
from tests.engine.explaining import AIMS, BONUS, COMMISSION, LEARNING, OVERRIDE
from tests.engine.trying import PlanDict, plan_of, trial

PEOPLE = "2026-01-01 payee-enrolled sam\n2026-01-01 payee-enrolled lee\n"
SIGNED = "2026-01-20 deal-signed D1 by sam 10000.00 EUR\n"
CIRCLE = """
2026-01-02 payee-assigned sam manager lee
2026-01-02 payee-assigned lee manager sam
"""


def listed(facts: str, plan: PlanDict) -> dict[str, str]:
    found = exceptions(trial(f"{PEOPLE}{facts}", plan).world)
    return dict(found.select("code", "text").iter_rows())


@pytest.mark.parametrize(
    ("facts", "plan", "code", "says"),
    [
        (
            f"{SIGNED}2026-01-02 payee-assigned sam manager zoe",
            plan_of(OVERRIDE),
            "manager-unknown",
            "zoe is neither enrolled nor assigned",
        ),
        (
            f"{SIGNED}{CIRCLE}",
            plan_of(OVERRIDE),
            "manager-cycle",
            "reports to themselves",
        ),
        (
            "2026-01-20 deal-signed D1 margin=high by sam 10000.00 EUR",
            plan_of({**COMMISSION, "where": "margin is known"}, attributes={"margin": "rate"}),
            "attribute-unreadable",
            "margin is 'high', which is no rate",
        ),
        (
            SIGNED,
            plan_of(COMMISSION, coefficients=[{**LEARNING, "applies_to": ["own"]}]),
            "metric-missing",
            "no training of sam is reported",
        ),
        (
            f"{SIGNED}2026-01-02 quota-set sam meetings 2026-01 12",
            plan_of(BONUS, **AIMS),
            "quota-without-effect",
            "no plan has a quota of meetings at all",
        ),
    ],
)
def test_what_a_plan_cannot_read_is_listed(
    facts: str, plan: PlanDict, code: str, says: str
) -> None:
    assert says in listed(facts, plan)[code]


def test_books_in_order_list_nothing() -> None:
    facts = f"{SIGNED}2026-01-31 metric-reported sam training 2026-01 100"
    plan = plan_of(COMMISSION, coefficients=[{**LEARNING, "applies_to": ["own"]}])
    assert listed(facts, plan) == {}
