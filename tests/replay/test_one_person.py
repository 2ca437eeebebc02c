"""Two ids that turn out to be one person, and back: nobody is paid twice for it."""

import polars as pl
import pytest

from replay.stating import Answer, answer, everything
from schemas.calendar import PayoutPeriod
from schemas.statements import Issue
from tests.frames import frame_of
from tests.oracle.cases import at as day
from tests.oracle.cases import enrolled, signed
from tests.strategies import Record, fact, published, vary_plan

STORY = [published(vary_plan()), enrolled("mia"), enrolled("mia.w"), enrolled("sam")]


def identity(verb: str, on: str) -> Record:
    return fact(f"identity-{verb}", "payee/mia", day(on), verb, other="mia.w")


def issues_of(*stages: list[Record]) -> list[Issue]:
    """The issues of months closed one after the other, each knowing more than the one before."""
    told: list[Issue] = []
    known: list[Record] = list(STORY)
    for number, stage in enumerate(stages, 1):
        known = [*known, *stage]
        told.append(_next(known, PayoutPeriod.parse(f"2026-{number:02}"), told).issue)
    return told


def _next(known: list[Record], period: PayoutPeriod, before: list[Issue]) -> Answer:
    return answer(everything(frame_of(known)), period, issues=before, since=0)


def cash(issues: list[Issue]) -> dict[str, int]:
    """Payee to what was paid out in all."""
    rows = pl.concat([issue.balances for issue in issues]).group_by("payee").agg(pl.sum("cash"))
    return dict(rows.filter(pl.col("cash") != 0).iter_rows())


DEAL = signed(lead=None, by="mia.w")
LINK, UNLINK = identity("linked", "2026-02-10"), identity("unlinked", "2026-03-10")


def test_what_was_paid_to_the_other_id_is_not_paid_again() -> None:
    issues = issues_of([DEAL], [LINK])
    assert cash(issues) == {"mia.w": 500_000}
    moved = issues[1].lines.select("payee", "amount").sort("payee").rows()
    assert moved == [("mia", 500_000), ("mia.w", -500_000)]


def test_and_when_they_are_two_again_neither_is_paid_twice_nor_owes() -> None:
    issues = issues_of([DEAL], [LINK], [UNLINK])
    assert cash(issues) == {"mia.w": 500_000}
    assert issues[-1].balances["carried"].to_list() == [0] * issues[-1].balances.height


@pytest.mark.parametrize("then", [[], [LINK], [LINK, UNLINK]])
def test_later_pay_of_the_one_person_comes_once(then: list[Record]) -> None:
    later = signed("D2", on="2026-02-20", lead=None, by="mia")
    issues = issues_of([DEAL], [*then, later])
    assert sum(cash(issues).values()) == 1_000_000
