"""Matrices: a rate by what is sold, how large it is and how much was reached."""

from typing import Any

import pytest

from tests.engine.dealing import at, deal, of_sam, paid, plan_of
from tests.strategies import amended, fact

BY_SIZE_AND_PRODUCT = {
    "rows": {"by": "amount", "from": ["0", "1000.00"]},
    "columns": {"by": "product", "of": ["Cloud", "Licence", "*"]},
    "rates": [["1%", "2%", "3%"], ["4%", "5%", "6%"]],
}


def matrix(table: dict[str, Any] = BY_SIZE_AND_PRODUCT, **more: Any) -> dict[str, Any]:
    return {"id": "lookup", "kind": "matrix", "credits": "sales", "table": table, **more}


@pytest.mark.parametrize(
    ("amount", "products", "worth"),
    [
        ("999.99", ["Cloud"], 1_000),
        ("1000.00", ["Cloud"], 4_000),
        ("1000.00", ["Licence"], 5_000),
        ("1000.00", ["Licence", "Cloud"], 4_000),  # the first row that is among them
        ("1000.00", ["Training"], 6_000),
        ("100.00", [], 300),
    ],
)
def test_a_rate_is_looked_up_by_size_and_product(
    amount: str, products: list[str], worth: int
) -> None:
    sold = deal("D1", "2026-01-05", amount, products=products)
    assert of_sam(sold, plan=plan_of(matrix())) == {("D1", "2026-01"): worth}


def test_a_smaller_contract_keeps_the_rate_of_its_opening() -> None:
    smaller = amended("D1", at("2026-02-10"), "r", "reduction", "500.00")
    sold = deal("D1", "2026-01-05", "1000.00", products=["Cloud"])
    found = of_sam(sold, smaller, plan=plan_of(matrix()))
    assert found == {("D1", "2026-01"): 4_000, ("D1", "2026-02"): -2_000}


def test_a_word_of_no_row_is_no_line() -> None:
    table = BY_SIZE_AND_PRODUCT | {
        "columns": {"by": "product", "of": ["Cloud"]},
        "rates": [["1%"], ["4%"]],
    }
    assert of_sam(deal("D1", "2026-01-05", "10.00"), plan=plan_of(matrix(table))) == {}


def test_three_signers_divide_one_whole() -> None:
    sold = deal("D1", "2026-01-05", "1000.00", by="sam mia bo", products=["Cloud"])
    assert list(paid(sold, plan=plan_of(matrix())).values()) == [1_334, 1_333, 1_333]


ATTAINMENT = {
    "rows": {"by": "attainment", "from": ["0", "100%"]},
    "columns": {"by": "term", "from": ["0", "24"]},
    "rates": [["1%", "2%"], ["3%", "4%"]],
}
QUOTA = {
    "measures": [{"id": "sold", "of": "value", "credits": "sales"}],
    "quotas": [
        {
            "id": "target",
            "measure": "sold",
            "per": "quarter",
            "amount": {"amount": "1000.00", "currency": "CNY"},
            "prorate": "none",
            "zero": "reached",
        }
    ],
}


def test_attainment_prices_the_whole_window_again() -> None:
    sam = fact("payee-enrolled", "payee/sam", at("2026-01-01"), "s", name="Sam", role="sales")
    found = of_sam(
        sam,
        deal("D1", "2026-01-05", "500.00", term_months=12),
        deal("D2", "2026-02-05", "500.00", term_months=24),
        plan=plan_of(matrix(ATTAINMENT, quota="target"), **QUOTA),
    )
    assert found == {
        ("D1", "2026-01"): 500,
        ("D1", "2026-02"): 1_000,
        ("D2", "2026-02"): 2_000,
    }
