"""Components and targets of plan documents in English."""

from typing import Final

_DEALS: Final = {
    "deals-marketing": "deals that marketing brought",
    "deals-self": "deals that sales found by themselves",
    "deals-account": "deals that come from looking after existing customers",
    "deals-partner": "deals that a partner brought",
    "deals-house": "deals that nobody in particular is the source of",
    "deals-any": "all deals",
    "role-marketing": "for marketing (you found the lead)",
    "role-sales": "for sales (you signed)",
    "role-below-marketing": "for marketing (they found the lead)",
    "role-below-sales": "for sales (they signed)",
    "finder-marketing": "on the side of marketing",
    "finder-sales": "on the side of sales",
    "where": "Only deals of which this holds: {condition}.",
    "per-deal": "deal",
    "per-month": "month",
    "per-quarter": "quarter",
    "per-year": "year",
    "cap": "At most {amount} per person and {per}; what is above is lost.",
    "commission": (
        "You earn {rate} of the value of {deals} on which you are credited {role}. Where several "
        "people are credited, each earns by their share."
    ),
    "tiered": "You earn by tiers on {deals} on which you are credited {role}.",
    "tiered-window-deal": "Each deal is read by its own size.",
    "tiered-window-month": "What you are credited is added up within each calendar month.",
    "tiered-window-quarter": "What you are credited is added up within each quarter.",
    "tiered-window-year": "What you are credited is added up within each year.",
    "tiered-by-amount": "Your tier is found by the amount you are credited.",
    "tiered-by-deals": "Your tier is found by the number of your deals.",
    "tiered-by-attainment": "Your tier is found by how much of the quota {quota} you reach.",
    "tiered-marginal": "Each tier's rate pays only for what lies in that tier (marginal).",
    "tiered-retroactive": (
        "The rate of the tier you reach pays for everything, from the first deal on (retroactive): "
        "reaching it tops up what was paid before, falling below it takes the difference back."
    ),
    "falling": "A higher row may pay less than the one before; that is meant.",
    "tiers-caption": "Tiers",
    "tiers-amount-rate": "From (included), {currency}> | Up to (excluded)> | Rate>",
    "tiers-attainment-rate": "Attainment from (included)> | Up to (excluded)> | Rate>",
    "tiers-deals-rate": "From your deal number> | To deal number> | Rate>",
    "tiers-deals-amount": "From your deal number> | To deal number> | For each deal>",
    "endless": "and above",
    "matrix": (
        "You earn a rate of the value of {deals} on which you are credited {role}. It is looked up "
        "by {rows} and {columns}, as they are when the deal is signed."
    ),
    "matrix-quota": "Attainment is that of the quota {quota} in the deal's period.",
    "matrix-words": "What is in no row or column earns nothing here.",
    "matrix-caption": "Rates: {rows} down, {columns} across",
    "matrix-from": "from {figure}",
    "matrix-others": "all others",
    "axis-amount": "value in {currency}",
    "axis-term": "term in months",
    "axis-product": "product",
    "axis-customer type": "customer type",
    "axis-attainment": "attainment",
    "override": (
        "You earn from {deals} of the people below you on which they are credited {role}. Who "
        "reports to whom is read at the time of the deal. If you are credited yourself on the same "
        "deal in that role, you earn no override on it."
    ),
    "override-gross": "Each level earns its rate of the whole credit (gross).",
    "override-net": "Each level earns its rate of what the levels below it have left (net).",
    "override-below": "The person credited counts as level 0, with a rate of {rate}.",
    "levels-caption": "Rate by level",
    "levels": "Level (1: the manager)> | Rate>",
    "overlay": (
        "Those who took part in a deal share a pool of {rate} of its value equally, beside all "
        "other credit. It holds for {deals}."
    ),
    "overlay-part": "Only those whose declared part is {part}.",
    "overlay-pool": "The pool of all together is at most {amount} per {per}.",
}

_OCCASIONS: Final = {
    "points": (
        "Each valid lead earns who found it {side} {points} points, once, when it is first found "
        "valid. A point is worth {value}."
    ),
    "award-joint-signing-confirmed-both": (
        "A deal signed together earns {amount}, shared equally by those who signed together."
    ),
    "award-referral-made-both": (
        "A deal that comes from a referral earns {amount}, shared equally by who referred it and "
        "who took it over."
    ),
    "award-referral-made-referrer": (
        "A deal that comes from a referral earns who referred it {amount}."
    ),
    "award-once": "It is paid once a deal, and not for a deal that has lost its value.",
    "flat-touch-recorded": "Each {of} you make earns {amount}.",
    "flat-any-touch": "contact with a customer",
    "flat-once-each": "Every one counts.",
    "flat-once-lead": "Only your first with each lead counts.",
    "flat-once-customer": "Only your first with each customer counts.",
    "flat-lead-qualified": (
        "Each lead earns who found it {side} {amount}, when it is first found valid."
    ),
    "flat-deal-signed": (
        "Each signing earns those credited {role} {amount}, divided by their shares. It holds for "
        "{deals}."
    ),
    "limit": "At most {count} are paid per person and {per}.",
    "spiff-amount": (
        "A deal signed from {starts} to {last}, both days included, earns {amount}, by your share, "
        "if you are credited {role}. It holds for {deals}."
    ),
    "spiff-rate": (
        "A deal signed from {starts} to {last}, both days included, earns {rate} of its value, by "
        "your share, if you are credited {role}. It holds for {deals}."
    ),
    "spiff-first": "Only your first {first} count.",
    "spiff-most": "At most {amount} per person in all.",
}

_TARGETS: Final = {
    "measures": "What is counted",
    "measure": "{id}: {what}.",
    "measure-value": "the value you are credited {role}, of {deals}",
    "measure-deals": "the deals you sign that have a value, by your share, credited {role}, of {deals}",  # noqa: E501
    "measure-cash": "what customers pay, less refunds, by your share, credited {role}, of {deals}",
    "measure-qualified-leads": "the leads you found that are first found valid",
    "measure-touches": "the contacts you make ({of})",
    "measure-touches-any": "of any kind",
    "measure-metric": "the figure {metric} that is reported for you, {over}",
    "over-sum": "the months added up",
    "over-mean": "the mean of the months reported",
    "over-last": "that of the last month",
    "measure-where": "{what}; only where {condition}",
    "quotas": "Targets",
    "quota": "Quota",
    "quota-target": (
        "The target of {measure} is {target} per {per}. A target set for you in particular comes "
        "before it."
    ),
    "quota-equal": "Each month has an equal part of it.",
    "season-caption": "Part of the target by month",
    "season": "Month of the window> | Part>",
    "ramp-caption": "Part of the target in your first months; later it is whole",
    "ramp": "Your month> | Part>",
    "quota-prorate-none": "It is whole, however short your time under the plan.",
    "quota-prorate-days": "Of a month you are under the plan for in part, its part of days counts.",
    "quota-prorate-months": "A month you are not under the plan for as a whole has no target.",
    "first-day-counts": "The day you start counts as a day.",
    "first-day-does-not-count": "The day you start does not count as a day.",
    "quota-lower": (
        "Less is better: the target itself is 100%, what is above it takes away as much as the "
        "same below it adds. While nothing is reported it is 0%."
    ),
    "quota-zero-reached": "A target of zero counts as reached (100%).",
    "quota-zero-missed": "A target of zero counts as missed (0%).",
    "bonus": "At exactly 100% of the quota {quota} you earn {target} per {per}.",
    "scorecard": "When every target is reached exactly you earn {target} per {per}.",
    "cards-caption": "What the target amount is made of",
    "cards": "Quota | Weight> | Counts up to> | Needs first",
    "card-needs": "{quota} at {least} or more",
    "unlimited": "no limit",
    "nothing": "nothing",
    "payout-caption": "What is paid by attainment",
    "payout-caption-of": "What is paid by attainment of {quota}",
    "payout-times": "Attainment from (included)> | Up to (excluded)> | Multiplier>",
    "payout-pays": "Attainment from (included)> | Up to (excluded)> | Part of the target amount>",
    "payout-marginal": "Each slice of attainment counts times the multiplier of its row.",
    "payout-retroactive": "All attainment counts times the multiplier of the row you reach.",
    "payout-interpolated": (
        "Rows you have passed are paid whole; the row you are in is paid in proportion."
    ),
    "payout-highest": "The part of the row you reach is paid, and nothing in between.",
    "most": "Attainment above {most} counts as {most}.",
    "paid-at-end": "It is paid with the last month of the {per}.",
    "paid-to-date": (
        "Each month you are paid what the {per} comes to so far, less what was paid before."
    ),
    "against-window": "What you reach so far is set against the target of the whole {per}.",
    "against-months-so-far": "What you reach so far is set against the target of these months.",
    "prorate-none": "The amount is whole, however short your time under the plan.",
    "prorate-days": (
        "If you are under the plan for part of the {per}, you have the part of its days."
    ),
    "coefficients": "Coefficients",
    "coefficient": "Coefficient",
    "coefficient-says": (
        "{components}: multiplied by a factor that depends on the figure {metric} reported for you "
        "for the month. Where none is reported, {missing} holds."
    ),
    "coefficient-caption": "Factor by figure",
    "coefficient-rows": "From (included)> | Up to (excluded)> | Multiplied by>",
}

COMPONENTS: Final = _DEALS | _OCCASIONS | _TARGETS
