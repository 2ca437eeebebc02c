"""The choices of the plan language: where the field has several conventions, what each one means.

A plan says which it follows; none is assumed silently where money depends on it. A linter shows
the choices of a key that is missing or says something else, with an example of the difference.
"""

from collections.abc import Mapping
from typing import Final

from schemas.plans.conventions import (
    AGAINST,
    FIRST_DAY,
    INCLUSIVE,
    MISSED,
    MODE_OF_PAYOUTS,
    MODE_OF_RATES,
    PAID,
    PER,
    PRORATE_AMOUNT,
    WINDOW,
    ZERO_QUALIFIED,
    Choice,
)

CHOICES: Final[Mapping[tuple[str, str], Choice]] = {
    ("Plan", "rounding"): Choice(
        "rounding",
        {
            "half-even": "halves go to the even neighbour",
            "half-up": "halves go away from zero",
            "half-down": "halves go towards zero",
        },
        "0.125 becomes 0.12 half-even, 0.13 half-up, 0.12 half-down; 0.135 becomes 0.14, 0.14, "
        "0.13.",
    ),
    ("Plan", "decreases"): Choice(
        "decreases",
        {
            "by-layer": "a smaller contract counts as if it had always been so, at the prices of "
            "the layer it shrinks; later deals of a tiered window move with it",
            "own-slice": "the deal gives back its own slice of the tiers; other deals stay",
            "current-window": "the decrease is an item of the window it takes effect in, at the "
            "prices of that window",
        },
        "5% up to 100,000, 8% above; 80,000 then 40,000 pay 4,000.00 + 2,600.00, and the first is "
        "cancelled: by-layer takes 4,000.00 and re-prices the second to 2,000.00; own-slice takes "
        "4,000.00 alone; current-window takes 80,000 off the window of the cancellation.",
    ),
    ("Plan", "mid_period"): Choice(
        "mid_period",
        {
            "split": "windows start anew with this version",
            "carry": "windows go on, and both versions share them",
        },
        "60,000 in January under the old version, 60,000 in February under the new: the quarter "
        "stands at 60,000 when split, at 120,000 when carried.",
    ),
    ("RateTable", "by"): Choice(
        "by",
        {
            "amount": "by what was credited, in units of the plan's currency",
            "deals": "by the number of deals",
            "attainment": "by how much of a quota is reached",
        },
        "two deals of 60,000 against a quota of 100,000 read the row of 120000, of 2, of 120%.",
    ),
    ("RateTable", "mode"): MODE_OF_RATES,
    ("PayoutTable", "mode"): MODE_OF_PAYOUTS,
    ("Tiered", "window"): Choice(
        "window",
        {"deal": "each deal is read by its own size", **WINDOW.means},
        "two deals of 60,000 in one month are read at 60,000 each by deal, and at 120,000 together "
        "by month.",
    ),
    ("Override", "basis"): Choice(
        "basis",
        {
            "gross": "each level's rate of the whole credit",
            "net": "each level's rate of what the levels below have left",
        },
        "10% below, then 10% and 10% above it, of 100.00: gross pays 10.00 and 10.00, net 9.00 and "
        "8.10.",
    ),
    **{
        (gate, choice.key): choice
        for gate in ("FlowGate", "CohortGate", "AttainmentGate")
        for choice in (WINDOW, INCLUSIVE, MISSED)
    },
    ("FlowGate", "zero_qualified"): ZERO_QUALIFIED,
    ("CohortGate", "zero_qualified"): ZERO_QUALIFIED,
    ("Plan", "count"): Choice(
        "count",
        {
            "flow": "leads first signed in the window, over leads qualified in it",
            "cohort": "of the leads qualified in the window, those signed in time",
            "attainment": "how much of a quota is reached",
        },
        "10 leads qualified in January, 2 of them signed in January and 2 in February, and 1 older "
        "lead signed in January: flow is 3/10, cohort with 31 days 4/10.",
    ),
    ("Ceiling", "window"): WINDOW,
    ("Ceiling", "prorate"): PRORATE_AMOUNT,
    ("Guarantee", "basis"): Choice(
        "basis",
        {"top-up": "what the components leave short of it", "on-top": "all of it, beside them"},
        "a guarantee of 3,000.00 and 2,000.00 earned: top-up adds 1,000.00, on-top 3,000.00.",
    ),
    ("Guarantee", "window"): WINDOW,
    ("Guarantee", "prorate"): PRORATE_AMOUNT,
    ("Clawback", "takes"): Choice(
        "takes",
        {
            "all": "everything, when the contract shrinks within the term",
            "unserved": "the part of the term that is not served",
        },
        "1,200.00 on a term of 12 months, cancelled after 9: all takes 1,200.00, unserved 300.00; "
        "after 12 neither takes anything.",
    ),
    ("Clawback", "unit"): Choice(
        "unit",
        {"months": "completed months are served", "days": "days are served"},
        "from 31 January to 30 March 1 of 12 months is served, or 58 of 365 days.",
    ),
    ("Clawback", "first_day"): Choice(
        "first_day",
        {"counts": "the day of the deal is a day served", "does-not-count": "it is not"},
        "from 1 to 31 January 31 days are served when it counts, and 30 when it does not.",
    ),
    ("Instalment", "on"): Choice(
        "on",
        {
            "signing": "earned at once",
            "cash": "earned with the customer's money",
            "milestone": "earned when the named milestone is reached",
            "months": "earned so many months after the deal's date",
        },
        "50% on signing and 50% on cash of 1,000.00: 500.00 in January, 500.00 when it is paid.",
    ),
    ("Instalments", "cash"): Choice(
        "cash",
        {
            "in-full": "earned when the customer has paid everything",
            "in-proportion": "earned as they pay",
        },
        "40,000 of 100,000 paid, 1,000.00 waiting: in-full 0.00 yet, in-proportion 400.00.",
    ),
    ("Award", "on"): Choice(
        "on",
        {
            "joint-signing-confirmed": "payees signed the deal together",
            "referral-made": "one payee referred the deal, its lead or its customer to another",
        },
        "200.00 for D1, that mia referred to sam: the first pays nothing, the second 100.00 each.",
    ),
    ("Award", "shared"): Choice(
        "shared",
        {"both": "both sides, equally", "referrer": "the one who referred, alone"},
        "200.00 for a referral of mia to sam: both 100.00 and 100.00, referrer 200.00 for mia.",
    ),
    ("Flat", "on"): Choice(
        "on",
        {
            "touch-recorded": "each touch",
            "lead-qualified": "each lead, at its first qualification",
            "deal-signed": "each deal that has a value",
        },
        "3 meetings, 2 leads qualified and 1 deal at 50.00 each: 150.00, 100.00, 50.00.",
    ),
    ("Flat", "credits"): Choice(
        "credits",
        {
            "marketing": "the finder of the lead, or who is credited for marketing",
            "sales": "the finder on the side of sales, or the signers",
            "doer": "who made the touch",
        },
        "50.00 for a meeting by kim on mia's lead goes to kim, the doer.",
    ),
    ("Flat", "once"): Choice(
        "once",
        {
            "each": "every touch",
            "lead": "the first of a lead",
            "customer": "the first of a customer",
        },
        "kim meets a customer 3 times on 2 leads at 50.00: each 150.00, lead 100.00, customer "
        "50.00.",
    ),
    ("Limit", "per"): PER,
    ("Cap", "per"): Choice(
        "per",
        {"deal": "each deal by itself", **WINDOW.means},
        "at most 1,000.00, two deals of 800.00 in one month: 1,600.00 per deal, 1,000.00 per "
        "month.",
    ),
    ("Holdback", "until"): Choice(
        "until",
        {
            "cash": "the customer has paid all",
            "milestone": "the named milestone is reached",
            "months": "so many months after the signing",
        },
        "10% of 1,000.00 kept back: 100.00 with the last payment, with go-live, or after 6 months.",
    ),
    ("Holdback", "leaving"): Choice(
        "leaving",
        {
            "kept": "it waits for its condition as before",
            "released": "it is paid when they leave",
            "forfeited": "it is lost",
        },
        "100.00 kept back on the day somebody leaves is paid later, at once, or never.",
    ),
    ("Draw", "basis"): Choice(
        "basis",
        {
            "top-up": "pays what is short of the amount, and that is owed",
            "on-top": "pays all of it beside the pay, and all of it is owed",
        },
        "a draw of 3,000.00 and 2,000.00 earned: top-up pays 3,000.00 and 1,000.00 is owed; on-top "
        "pays 5,000.00 and 3,000.00 is owed.",
    ),
    ("Draw", "prorate"): PRORATE_AMOUNT,
    ("Leaving", "later_deals"): Choice(
        "later_deals",
        {"earned": "what is dated later is earned as ever", "lost": "it earns them nothing"},
        "sam leaves on 10 March and an upsell of 10,000 at 5% counts on 20 March: 500.00, or 0.00.",
    ),
    ("Leaving", "instalments"): Choice(
        "instalments",
        {"earned": "instalments reached later are earned", "lost": "they are not"},
        "500.00 waits for cash, sam leaves, the customer pays: 500.00, or 0.00.",
    ),
    ("Measure", "of"): Choice(
        "of",
        {
            "value": "credited value",
            "deals": "signed deals that have a value, by share",
            "qualified-leads": "leads found and qualified",
            "touches": "touches made",
            "cash": "what customers paid, less refunds",
            "metric": "a figure that is reported",
        },
        "half of a deal of 60,000 of which 20,000 is paid: value 30,000, deals 1/2, cash 10,000.",
    ),
    ("Measure", "over"): Choice(
        "over",
        {
            "sum": "the months of the window added up",
            "mean": "their mean, of those reported",
            "last": "the last month's",
        },
        "80%, 90% and 100% in a quarter: sum 270%, mean 90%, last 100%.",
    ),
    ("Quota", "per"): PER,
    ("Quota", "prorate"): Choice(
        "prorate",
        {
            "none": "the target is whole, however short the time under the plan",
            "days": "the part of the month's days that the payee is under the plan",
            "months": "nothing of a month that is not whole",
        },
        "31,000 for March, of somebody who starts on the 17th: none 31,000, days (15 of 31) "
        "15,000, months 0.",
    ),
    ("Quota", "first_day"): FIRST_DAY,
    ("Quota", "zero"): Choice(
        "zero",
        {"reached": "attainment is 100%", "missed": "attainment is 0%"},
        "a bonus of 1,000.00 in a month with a target of 0 pays 1,000.00 when reached, 0.00 when "
        "missed.",
    ),
    ("Quota", "lower_is_better"): Choice(
        "lower_is_better",
        {"true": "attainment is 2 - measure / target", "false": "it is measure / target"},
        "3 complaints against a target of 4 attain 125% when lower is better, and 75% when not.",
    ),
    **{
        (kind, choice.key): choice
        for kind in ("Bonus", "Scorecard")
        for choice in (WINDOW, PAID, AGAINST, PRORATE_AMOUNT)
    },
}
"""By the part's name in `schemas.plans` and the key; `count` of a gate tells which gate it is."""
