"""A choice between conventions, and those that several parts of a plan have in common."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Choice:
    """A key that chooses between conventions: each value with what it means, and a difference."""

    key: str
    means: Mapping[str, str]
    difference: str

    def __str__(self) -> str:
        told = "; ".join(f"{value}: {meaning}" for value, meaning in self.means.items())
        return f"{self.key} is a choice. {told}. For example: {self.difference}"


WINDOW: Final = Choice(
    "window",
    {
        "month": "each calendar month stands by itself",
        "quarter": "three months, counted from the month year_starts",
        "year": "twelve months, counted from the month year_starts",
    },
    "60,000 in January and 60,000 in February are 60,000 and 60,000 by month, and 120,000 by "
    "quarter; with year_starts: 4 January to March is the fourth quarter.",
)
PER: Final = Choice("per", WINDOW.means, WINDOW.difference)
INCLUSIVE: Final = Choice(
    "inclusive",
    {"true": "exactly the threshold is enough", "false": "it must be exceeded"},
    "3 of 10 leads signed against a threshold of 30% pass when true, and fail when false.",
)
ZERO_QUALIFIED: Final = Choice(
    "zero_qualified",
    {"open": "the gate lets everything through", "closed": "it pays nothing"},
    "4,000.00 for a deal of March, of somebody with no lead qualified in March: 4,000.00 when "
    "open, 0.00 when closed.",
)
MISSED: Final = Choice(
    "missed",
    {
        "lost": "what a window missed is never paid",
        "deferred": "a later window that reaches the threshold pays it then",
    },
    "January misses with 4,000.00 at stake and February passes: lost pays 0.00 for January, "
    "deferred 4,000.00 in February.",
)
PAID: Final = Choice(
    "paid",
    {
        "at-end": "all of it with the last month of the window",
        "to-date": "each month what the window to that month comes to, less what was paid",
    },
    "a quarter at 60%, 90% and 100% of a target of 9,000.00 pays 0.00, 0.00, 9,000.00 at-end, "
    "and 5,400.00, 2,700.00, 900.00 to-date.",
)
AGAINST: Final = Choice(
    "against",
    {
        "window": "what is reached so far is set against the quota of the whole window",
        "months-so-far": "against the quota of its months so far, and for what of the target "
        "amount falls to the months so far of those under the plan",
    },
    "100 in January against 100 a month in a quarter is 33.3% of the window, and 100% of the "
    "months so far.",
)
PRORATE_AMOUNT: Final = Choice(
    "prorate",
    {
        "none": "the amount is whole, however short the time under the plan",
        "days": "the part of the window's days that the payee is under the plan",
    },
    "3,100.00 for March, of somebody who starts on the 17th: none gives 3,100.00, days (15 of 31) "
    "1,500.00.",
)
FIRST_DAY: Final = Choice(
    "first_day",
    {"counts": "the first day is a day", "does-not-count": "it is left out"},
    "somebody who starts on 17 March has 15 of 31 days when it counts, and 14 when it does not.",
)
MODE_OF_RATES: Final = Choice(
    "mode",
    {
        "marginal": "each row's rate pays for what lies in the row",
        "retroactive": "the rate of the row reached pays for everything in the window",
    },
    "5% up to 100,000 and 8% above: 120,000 pays 5,000.00 + 1,600.00 = 6,600.00 when marginal, and "
    "8% of 120,000 = 9,600.00 when retroactive.",
)
MODE_OF_PAYOUTS: Final = Choice(
    "mode",
    {
        "marginal": "each slice of attainment times its row's multiplier",
        "retroactive": "all attainment times the multiplier of the row reached",
        "interpolated": "rows below are paid whole, the row reached in proportion",
        "highest": "the share of the row reached, and nothing in between",
    },
    "1 up to 100% and 2 above, on a target of 1,000.00 at 115%: marginal 1,000.00 + 300.00 = "
    "1,300.00, retroactive 2,300.00. Pays 50% from 80% to 100%: at 90% interpolated adds 250.00, "
    "highest pays 500.00.",
)
