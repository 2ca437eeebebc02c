"""What leavers forfeit: lines of their own, per deal, while they are away."""

from engine.earned import earned, named
from engine.world import world
from schemas.calendar import PayoutPeriod
from tests.frames import frame_of
from tests.strategies import Record, amended, published
from tests.strategies.payments import at, joined, left, paid, paying, signed

HOLDING = {
    "id": "kept",
    "applies_to": ["self-sourced"],
    "share": "10%",
    "until": "cash",
    "leaving": "forfeited",
}
SOLD = [published(paying({"holdback": HOLDING})), joined(), signed(minor=100_000)]
"""A commission of 50.00, of which 5.00 wait."""


def forfeited(*facts: Record) -> dict[str, int]:
    """Minor units by period of the lines that take away what is held."""
    known = world(frame_of([*SOLD, *facts]))
    lines = named(earned(known, through=PayoutPeriod.parse("2026-06").number), known)
    rows = [row for row in lines.iter_rows(named=True) if row["component"] == "kept"]
    assert all(row["fact_id"] == "signed-D1" for row in rows)
    assert all({"id": "left", "source": "/crm/demo"} in row["because"] for row in rows)
    return {str(PayoutPeriod(row["period"])): row["amount"] for row in rows}


def test_what_is_held_is_lost_from_the_month_of_leaving_on() -> None:
    assert forfeited(left("2026-03-10")) == {"2026-03": -500}


def test_a_deal_that_was_released_before_is_not_lost_and_one_paid_later_is() -> None:
    assert forfeited(paid("D1", "2026-02-10", 100_000), left("2026-03-10")) == {}
    assert forfeited(left("2026-03-10"), paid("D1", "2026-04-10", 100_000)) == {"2026-03": -500}


def test_less_is_lost_of_a_contract_that_shrinks_and_nothing_of_one_that_ends() -> None:
    less = amended("D1", at("2026-04-10"), "less", "reduction", "400.00")
    end = amended("D1", at("2026-05-10"), "end", "cancellation")
    assert forfeited(left("2026-03-10"), less, end) == {
        "2026-03": -500,
        "2026-04": 300,
        "2026-05": 200,
    }


def test_who_comes_back_has_again_what_was_held() -> None:
    back = joined("2026-05-10", "again")
    assert forfeited(left("2026-03-10"), back) == {"2026-03": -500, "2026-05": 500}
