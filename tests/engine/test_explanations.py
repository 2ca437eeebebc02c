"""Every cent is explained: the reasons of a line sum to it."""

from hypothesis import given
from hypothesis import strategies as st

from engine.explain import explained
from replay.periods import stated_lines
from replay.stating import answer, everything
from schemas.calendar import PayoutPeriod
from schemas.statements import Issue
from tests.engine.test_against_the_oracle import slowly
from tests.frames import frame_of
from tests.strategies import Record, arrivals, histories


@slowly
@given(st.data())
def test_the_reasons_below_a_line_sum_to_its_amount(data: st.DataObject) -> None:
    log: list[Record] = data.draw(arrivals(data.draw(histories())))
    issues: list[Issue] = []
    since = 0
    for record in log:
        if record["type"] != "period-closed":
            continue
        position = record["data"]["position"]
        known = frame_of(log[:position])
        period = PayoutPeriod.parse(record["data"]["period"])
        told = answer(everything(known), period, issues=issues, since=since)
        before = stated_lines(issues)
        for row in told.issue.lines.head(4).iter_rows(named=True):
            reason = explained(row, told.world, before)
            assert sum(below.amount or 0 for below in reason.below) == row["amount"]
        issues.append(told.issue)
        since = position
