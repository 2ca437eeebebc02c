"""Read models: the periods of a log, the history of a subject."""

from dataclasses import dataclass

import pytest

from engine.log import Append
from engine.memory import MemoryLog
from projections.history import history, related_streams
from projections.periods import period_rows
from schemas.calendar import PayoutPeriod
from tests.frames import unrecorded_of
from tests.oracle.cases import lead, signed
from tests.strategies import amended

JANUARY = PayoutPeriod.parse("2026-01")


@dataclass(frozen=True)
class Closed:
    period: PayoutPeriod
    issue: int
    recorded: int
    position: int = 3
    digest: str = "ab"


FIRST = Closed(JANUARY, 1, 4)
Openings = list[tuple[int, PayoutPeriod]]


@pytest.mark.parametrize(
    ("closes", "reopened", "first", "expected"),
    [
        ([], [], None, []),
        ([], [], JANUARY, ["2026-01 open 1"]),
        ([FIRST], [], None, ["2026-01 closed 1", "2026-02 open 1"]),
        ([FIRST], [(5, JANUARY)], None, ["2026-01 closed 1", "2026-01 open 2"]),
        (
            [FIRST, Closed(JANUARY, 2, 6)],
            [(5, JANUARY)],
            None,
            ["2026-01 closed 1", "2026-01 closed 2", "2026-02 open 1"],
        ),
    ],
)
def test_a_row_a_close_and_one_for_what_is_open(
    closes: list[Closed], reopened: Openings, first: PayoutPeriod | None, expected: list[str]
) -> None:
    rows = period_rows(closes, reopened, first)
    assert [f"{row['period']} {row['state']} {row['issue']}" for row in rows] == expected
    assert all((row["position"] is None) == (row["state"] == "open") for row in rows)


@pytest.fixture
def log() -> MemoryLog:
    told = MemoryLog()
    late = [amended("D1", "2026-02-10T00:00:00+08:00", "9", "cancellation"), signed(), lead()]
    told.append(Append(events=[unrecorded_of(record) for record in late], actor="crm"))
    return told


def test_a_history_is_in_order_of_effect_and_says_when_we_knew(log: MemoryLog) -> None:
    rows = history(log.read())
    assert [row["type"] for row in rows] == ["lead-created", "deal-signed", "contract-amended"]
    assert [row["position"] for row in rows] == [3, 2, 1]
    assert rows[2]["content"] == {"deal": "D1", "kind": "cancellation"}
    assert {row["actor"] for row in rows} == {"crm"}


def test_a_deal_leans_on_its_lead_and_its_customer(log: MemoryLog) -> None:
    assert related_streams(log.stream("deal/D1")) == {"lead/L1", "customer/C1"}
    assert related_streams(log.stream("lead/L1")) == set()
