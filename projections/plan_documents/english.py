"""Plan documents in English."""

from typing import Final

from projections.plan_documents.english_components import COMPONENTS
from projections.plan_documents.english_facts import FACTS

_LIMITS: Final = {
    "gates": "What must be reached first",
    "gate": "Gate",
    "gate-flow": (
        "{components}: paid only if your conversion reaches {threshold} in the {per}, that is your "
        "leads first signed in it over your leads found valid in it."
    ),
    "gate-cohort": (
        "{components}: paid only if, of your leads found valid in the {per}, {threshold} are "
        "signed by {days} days after its end."
    ),
    "gate-attainment": (
        "{components}: paid only if you reach {threshold} of the quota {quota} in the {per}."
    ),
    "inclusive-true": "Exactly {threshold} is enough.",
    "inclusive-false": "It must be exceeded; exactly {threshold} is not enough.",
    "zero-open": "If none of your leads was found valid in it, you are paid.",
    "zero-closed": "If none of your leads was found valid in it, you are not paid.",
    "missed-lost": "What you miss is not paid later.",
    "missed-deferred": "What you miss is paid as soon as a later {per} reaches it.",
    "guarantee-top-up": (
        "If {components} bring you less than {amount} in a {per}, you get the difference. You do "
        "not owe it back."
    ),
    "guarantee-on-top": (
        "You get {amount} for each {per}, beside {components}. You do not owe it back."
    ),
    "own": "Where {metric} is reported of you, you have that amount instead.",
    "first-months": "Only in your first {months} months.",
    "ceiling": (
        "{components} together pay at most {amount} per person and {per}; what is above is lost."
    ),
    "clawback-all": (
        "If a contract shrinks or ends within {term}, all that {components} paid for what is gone "
        "is taken back. After that nothing is taken back."
    ),
    "clawback-unserved": (
        "If a contract shrinks or ends within {term}, {components}: what was paid for what is gone "
        "is taken back for the part of the term that is not served. After it nothing is taken back."
    ),
    "term-months": "{term} months",
    "term-days": "{term} days",
    "term-own": "the term of the contract",
    "unit-months": "Completed months are served.",
    "unit-days": "Each day is served.",
    "first-served-counts": "The day of the deal counts as served.",
    "first-served-does-not-count": "The day of the deal does not count as served.",
    "instalments": "When it is earned",
    "instalment": "Instalments",
    "instalment-says": "{components}: earned in parts.",
    "instalment-caption": "Parts",
    "instalment-rows": "Part> | Earned",
    "part-signing": "at once",
    "part-cash": "when the customer pays",
    "part-milestone": "at the milestone {milestone}",
    "part-months": "{months} months after the date of the deal",
    "cash-in-full": "The part for payment is earned once the customer has paid everything.",
    "cash-in-proportion": "The part for payment is earned as the customer pays, in proportion.",
}

_PAYMENT: Final = {
    "payment": "When it is paid",
    "holdback": "Holdback",
    "holdback-cash": (
        "{share} of what {components} pay for a deal is held back until the customer has paid all."
    ),
    "holdback-milestone": (
        "{share} of what {components} pay for a deal is held back until its milestone {milestone}."
    ),
    "holdback-months": (
        "{share} of what {components} pay for a deal is held back for {months} months after the "
        "signing."
    ),
    "holdback-leaving-kept": "If you leave, it goes on waiting for that.",
    "holdback-leaving-released": "If you leave, it is paid out.",
    "holdback-leaving-forfeited": "If you leave, it is lost.",
    "pay-cap": "At most {amount} is paid out a month; what is above waits and is paid later.",
    "draw": "Draw",
    "draw-top-up": (
        "If a month comes to less than {amount}, the difference is paid in advance, and you owe it."
    ),
    "draw-on-top": "Each month {amount} is paid in advance beside your pay, and you owe it.",
    "draw-recovered": "It is taken from pay above that amount, from your month number {month} on.",
    "draw-share": "At most {share} of the pay above it is taken.",
    "draw-most": "At most {amount} is taken a month.",
    "pay-minimum": "Less than {amount} is not paid out but carried to the next month.",
    "leaving": "If you leave",
    "later-deals-earned": "What is dated after you left is earned as before.",
    "later-deals-lost": "What is dated after you left earns you nothing.",
    "later-parts-earned": "Instalments that are reached after you left are earned.",
    "later-parts-lost": "Instalments that are reached after you left are not earned.",
}

_WHOLE: Final = {
    "between": " ",
    "comma": ", ",
    "day": "{iso}",
    "period-written": "{text}",
    "months": (
        "January|February|March|April|May|June|July|August|September|October|November|December"
    ),
    "title": "Compensation plan {plan}",
    "lead": (
        "What you are paid under this plan and how it is computed. It holds for everybody who is "
        "assigned to it. The rules are those of the plan itself, in words."
    ),
    "term-version": "Version",
    "term-from": "In force from",
    "term-currency": "Paid in",
    "term-period": "Paid per",
    "term-period-month": "calendar month",
    "term-zone": "Time zone of all dates",
    "term-digest": "SHA-256 of the plan",
    "components": "What you are paid for",
    "kind-commission": "Commission",
    "kind-tiered": "Tiered commission",
    "kind-matrix": "Commission from a table",
    "kind-override": "Override for managers",
    "kind-overlay": "Pool for those who took part",
    "kind-points": "Points for valid leads",
    "kind-award": "Award",
    "kind-flat": "Amount per occasion",
    "kind-spiff": "SPIFF",
    "kind-bonus": "Bonus by target",
    "kind-scorecard": "Scorecard",
    "kind-guarantee": "Guarantee",
    "kind-ceiling": "Ceiling",
    "kind-clawback": "Clawback",
    "conventions": "How it is computed",
    "rounding-half-even": "Each entitlement is rounded once, halves to the even neighbour.",
    "rounding-half-up": "Each entitlement is rounded once, halves away from zero.",
    "rounding-half-down": "Each entitlement is rounded once, halves towards zero.",
    "decreases-by-layer": (
        "A contract that shrinks counts as if it had been smaller from the start, at the rates it "
        "was paid at; later deals of the same tiered window move with it."
    ),
    "decreases-own-slice": (
        "A contract that shrinks gives back its own slice of the tiers; other deals stay."
    ),
    "decreases-current-window": (
        "A contract that shrinks is taken off in the window in which it does, at the rates of then."
    ),
    "mid-period-split": "Months, quarters and years start anew with this version.",
    "mid-period-carry": "Months, quarters and years that are under way go on under this version.",
    "year-starts": "Quarters and years count from {month}.",
    "exchange-market": (
        "Deals in other currencies are converted at the published rate of exchange of their date."
    ),
    "exchange-plan": "Deals in other currencies are converted at the fixed rates of this plan.",
    "exchange-caption": "Rates of exchange of this plan",
    "exchange-rows": "One unit of | {currency}>",
    "attributes": "Further attributes of deals that conditions may name: {attributes}.",
    "attribute": "{name} ({kind})",
    "attribute-text": "text",
    "attribute-number": "number",
    "attribute-rate": "rate",
    "attribute-date": "date",
    "attribute-yes-no": "yes or no",
    "terms": (
        "A statement names every amount with its facts, this plan and its version. If this page "
        "and the plan differ, the plan holds."
    ),
    "examples": "Worked examples",
    "facts-caption": "What happens",
    "facts": "Date | Fact",
    "lines-caption": "What follows from it",
    "lines": "Month | Who | For | Amount, {currency}>",
    "balances-caption": "What is paid out and what remains",
    "balances": "After | Who | What | Amount, {currency}>",
    "balance-cash": "paid out",
    "balance-held": "held back",
    "balance-capped": "waiting above the cap",
    "balance-carried": "carried on",
    "balance-owed": "owed from draws",
    "last": "{plan} · SHA-256 {digest}",
}

SENTENCES: Final[dict[str, str]] = COMPONENTS | _LIMITS | _PAYMENT | _WHOLE | FACTS
