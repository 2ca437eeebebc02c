"""Arrivals: one history in another order, with repeats, and with closes in between."""

from collections.abc import Sequence
from datetime import datetime

from hypothesis import strategies as st

from tests.strategies.records import Record, closed, decision

FIRST_PERIOD = 2026 * 12


@st.composite
def arrivals(
    draw: st.DrawFn, history: Sequence[Record], *, repeats: bool = True, closes: int = 6
) -> list[Record]:
    """The log a history becomes: in some order, repeated, and closed in calendar order.

    A close uses all records so far (a repeat takes a position here). After a reopening the same
    period is closed again before the next.
    """
    extra = draw(st.lists(st.sampled_from(history), max_size=3)) if repeats and history else []
    order = draw(st.sampled_from(["by time, some late", "rules first", "any"]))
    count = min(closes, draw(st.sampled_from([4, 3, 5, 2, 6, 1, 0])))
    if order == "by time, some late":
        arriving = sorted([*history, *extra], key=time_of)
        cuts = [
            sum(time_of(r) < end_of_period(number) for r in arriving) for number in range(count)
        ]
        for _ in range(draw(st.integers(0, 6)) if arriving else 0):
            late = draw(st.integers(0, len(arriving) - 1))
            arriving.insert(draw(st.integers(late, len(arriving) - 1)), arriving.pop(late))
    else:
        arriving = draw(st.permutations([*history, *extra]))
        middle, end = len(arriving) // 2, len(arriving)
        cuts = sorted(draw(st.integers(middle, end)) for _ in range(count))
    if order == "rules first":
        arriving.sort(key=lambda r: r["source"] != "evenhand")
    log: list[Record] = []
    issues: list[int] = []  # of each period from the first
    reopened = False
    for number, cut in enumerate([*cuts, len(arriving)]):
        log += arriving[len(log) - number : cut]
        if number == len(cuts):
            break
        if issues and not reopened and draw(st.sampled_from([True, False, False])):
            log.append(reopening(period(len(issues) - 1), issues[-1]))
            reopened = True
            continue
        if reopened:
            issues[-1] += 1
        else:
            issues.append(1)
        reopened = False
        log.append(closed(period(len(issues) - 1), len(log), issues[-1]))
    return log


def time_of(arrived: Record) -> datetime:
    """When it counts; as a clock would order what arrives on time."""
    return datetime.fromisoformat(arrived["time"])


def end_of_period(number: int) -> datetime:
    """About the end of a period: the first instant of the next, in UTC."""
    return datetime.fromisoformat(f"{period(number + 1)}-01T00:00:00+00:00")


def period(number: int) -> str:
    """The period so many months after the first."""
    year, month = divmod(FIRST_PERIOD + number, 12)
    return f"{year:04}-{month + 1:02}"


def reopening(name: str, issue: int) -> Record:
    """The reopening of a closed period."""
    at = "2026-12-01T00:00:00+00:00"
    return decision("period-reopened", f"period/{name}", at, f"reopen-{name}-{issue}")
