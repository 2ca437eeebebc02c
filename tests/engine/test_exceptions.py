"""Facts that contradict each other are listed, each with its code; books in order list none."""

import pytest

from engine.exceptions import exceptions
from engine.world import world
from tests.frames import frame_of
from tests.oracle.cases import UNGATED, at, enrolled, joint, lead, qualified, signed
from tests.strategies import Record, amended, fact, published, vary_plan

ORDERLY = [published(UNGATED), enrolled("mia"), enrolled("sam"), lead(), qualified(), signed()]


def codes(*history: Record, base: list[Record] = ORDERLY) -> list[str]:
    found = exceptions(world(frame_of([*base, *history])))
    assert all(found["text"].str.len_chars() > 0)
    return found["code"].to_list()


def repair(kind: str, target: str, id_: str, **more: object) -> Record:
    key = {"source": "/crm/demo", "id": target}
    return fact(kind, "deal/D1", at("2026-02-01"), id_, target=key, **more)


def money_in(currency: str) -> Record:
    paid = {"amount": "1.00", "currency": currency}
    return fact("payment-received", "deal/D1", at("2026-02-01"), "paid", amount=paid)


def referral(by: str, to: str) -> Record:
    return fact("referral-made", "deal/D1", at("2026-01-10"), "referred", by=by, to=to)


OTHER_DEAL = {
    "deal": "D2",
    "signed_by": [],
    "value": {"amount": "1.00", "currency": "CNY"},
}


def test_books_in_order_list_nothing() -> None:
    assert codes(joint(), amended("D1", at("2026-02-01"), "a", "upsell", "200000.00")) == []


@pytest.mark.parametrize(
    ("history", "code"),
    [
        ([signed(on="2026-01-22") | {"id": "again"}], "signed-twice"),
        ([lead(on="2026-01-06") | {"id": "again"}], "created-twice"),
        ([joint("D9")], "deal-unknown"),
        ([amended("D9", at("2026-01-22"), "a", "cancellation")], "deal-unknown"),
        ([qualified("L9")], "lead-unknown"),
        ([amended("D1", at("2026-01-10"), "a", "upsell", "200000.00")], "amended-before-signing"),
        ([amended("D1", at("2026-02-10"), "a", "upsell", "1.00")], "amended-against-its-kind"),
        (
            [
                amended("D1", at("2026-02-10"), "a", "cancellation"),
                amended("D1", at("2026-02-11"), "b", "upsell", "200000.00"),
            ],
            "amended-after-cancellation",
        ),
        ([signed("D2", lead="L9") | {"id": "d2"}], "claim-unknown"),
        ([lead("L2", on="2026-01-21"), signed("D2", lead="L2")], "claim-late"),
        ([lead("L0", on="2025-09-01"), signed("D2", lead="L0")], "claim-lapsed"),
        (
            [lead("L2"), qualified("L2", verdict="lead-disqualified"), signed("D2", lead="L2")],
            "claim-disqualified",
        ),
        ([signed("D2", by="bo")], "not-enrolled"),
        ([signed("D2", currency="USD")], "no-rate-of-exchange"),
        ([money_in("USD")], "money-in-another-currency"),
        ([referral("sam", "sam")], "self-referral"),
        ([repair("fact-voided", "none", "v")], "repair-unknown-target"),
        ([repair("fact-corrected", "signed-D1", "c", data=OTHER_DEAL)], "repair-bad-correction"),
    ],
)
def test_what_contradicts_is_listed(history: list[Record], code: str) -> None:
    assert codes(*history) == [code]


def test_voids_that_name_each_other_are_listed_and_have_no_effect() -> None:
    circle = [repair("fact-voided", "w", "v"), repair("fact-voided", "v", "w")]
    assert codes(*circle) == ["repair-cycle", "repair-cycle"]


def test_an_amendment_in_another_currency_is_listed() -> None:
    foreign = amended("D1", at("2026-02-10"), "a", "reduction", "1.00")
    foreign["data"]["value"]["currency"] = "USD"
    assert codes(foreign) == ["currency-differs"]


def test_a_correction_that_names_no_value_is_listed() -> None:
    corrects = {"source": "/crm/demo", "id": "enrolled-sam"}
    value = {"amount": "1.00", "currency": "CNY"}
    nothing = fact(
        "contract-amended", "deal/D1", at("2026-02-10"), "a", kind="correction", value=value,
        corrects=corrects,
    )  # fmt: skip
    assert codes(nothing) == ["corrects-nothing"]


def test_who_is_under_no_plan_is_listed() -> None:
    two = [published(vary_plan(gate={}, plan="other"))]
    assert set(codes(*two)) == {"no-plan"}


def test_an_exception_ends_when_what_it_waits_for_arrives() -> None:
    waits = [signed("D2", lead="L2"), qualified("L2")]
    assert codes(*waits) == ["claim-unknown", "lead-unknown"]
    assert codes(*waits, lead("L2")) == []
