"""The state of deals and leads: what was known, of what had happened."""

import polars as pl
import pytest

from engine.world import world
from replay.as_of import DEALS, LEADS, deals, leads
from schemas.recorded import microseconds
from schemas.values import _instant
from tests.frames import frame_of
from tests.oracle.cases import UNGATED, at, lead, qualified, signed
from tests.strategies import Record, amended, published


def told(*history: Record, effective_by: str | None = None) -> tuple[pl.DataFrame, pl.DataFrame]:
    instant = None if effective_by is None else microseconds(_instant(effective_by))
    known = world(frame_of([published(UNGATED), *history]), effective_by=instant)
    return deals(known), leads(known)


STORY = [
    lead(),
    qualified(),
    signed(amount="100.00"),
    amended("D1", at("2026-02-10"), "u", "upsell", "150.00"),
    amended("D1", at("2026-03-10"), "r", "renewal", "120.00"),
    amended("D1", at("2026-04-10"), "c", "cancellation"),
]


@pytest.mark.parametrize(
    ("day", "value", "layers", "state"),
    [
        ("2026-01-20", 10_000, 1, "running"),
        ("2026-02-10", 15_000, 2, "running"),
        ("2026-03-10", 27_000, 3, "running"),
        ("2026-04-10", 15_000, 3, "cancelled"),
    ],
)
def test_a_deal_is_worth_all_its_layers(day: str, value: int, layers: int, state: str) -> None:
    [row] = told(*STORY, effective_by=at(day))[0].iter_rows(named=True)
    assert (row["value"], row["layers"], row["state"]) == (value, layers, state)
    assert (row["source"], row["lead"], row["signed_by"]) == ("marketing", "L1", "sam")


@pytest.mark.parametrize(
    ("day", "stage"),
    [("2026-01-05", "created"), ("2026-01-09", "qualified"), ("2026-01-20", "signed")],
)
def test_a_lead_goes_through_its_stages(day: str, stage: str) -> None:
    [row] = told(*STORY, effective_by=at(day))[1].iter_rows(named=True)
    assert (row["stage"], row["by"], row["side"]) == (stage, "mia", "marketing")


def test_a_deal_that_was_cancelled_before_it_was_signed_is_cancelled() -> None:
    early = amended("D1", at("2026-01-10"), "c", "cancellation")
    [row] = told(signed(lead=None), early)[0].iter_rows(named=True)
    assert (row["value"], row["state"]) == (0, "cancelled")


def test_several_signers_stand_with_their_shares() -> None:
    [row] = told(signed(by="sam mia"))[0].iter_rows(named=True)
    assert row["signed_by"] == "mia 1/2, sam 1/2"


def test_before_anything_happened_there_is_nothing() -> None:
    of_deals, of_leads = told(*STORY, effective_by=at("2026-01-01"))
    assert (of_deals.height, of_leads.height) == (0, 0)
    assert (dict(of_deals.schema), dict(of_leads.schema)) == (DEALS, LEADS)
