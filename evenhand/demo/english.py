"""The story in English."""

from typing import Final

SENTENCES: Final[dict[str, str]] = {
    "title": "Evenhand, shown on five months of a company of nine. Nobody in it exists.",
    "clock": (
        "The clock of this demo runs from 1 January to 18 May 2026, whatever day it is: so a "
        'question such as "what did we know on 31 March?" has an answer in its log, {log}.'
    ),
    "marketing": "marketing",
    "sales": "sales",
    "finance": "finance",
    "manager": "manager",
    "people": "Who is paid, and by which rule",
    "people-columns": "id | name | job",
    "plan": "Plan {plan}, published by {by} and approved by {approved}, says:",
    "plan-says": (
        "A deal that marketing brought pays marketing 4% and sales 2% of its value; one that "
        "sales found by itself pays sales 5%.\n"
        "The 4% is paid only in a month in which at least 30% of the payee's leads convert: "
        "leads signed in the month over leads found valid in it.\n"
        "A valid lead earns its finder 10 points of 5.00 CNY, once.\n"
        "A joint signing earns 200.00 CNY, shared equally; at most 2000.00 a payee and month.\n"
        "Whoever is on both sides of a deal is paid for the overlap once, at 5%."
    ),
    "plan-checked": (
        "The {examples} worked examples written into the plan were executed before it could be "
        "published: evenhand/demo/plan.yaml."
    ),
    "arrivals": "What the CRM sent",
    "arrivals-columns": (
        "arrived in | leads> | visits> | judged> | signed> | amended> | other> | repeated> | "
        "refused>"
    ),
    "arrivals-say": (
        "{messages} messages came on {evenings} evenings: {recorded} were recorded, {repeated} "
        "were repeats of what was known, {refused} could not be read. Nothing was ever edited."
    ),
    "january": "January is closed on 3 February",
    "lines-columns": "payee | for | on | value> | share | rate> | CNY>",
    "points": "{count} valid leads",
    "january-say": (
        "zoe and hao signed D02 with 2/3 and 1/3. Two per cent of 50000.00 is 1000.00; the "
        "cent that does not divide goes to the larger remainder: 666.67 and 333.33, together "
        "1000.00."
    ),
    "dispute": "February: whose deal is D05?",
    "dispute-say": (
        "zoe signed D05 with customer C02 for 80000.00 as self-sourced, and expected 5%, that "
        "is 4000.00. But marketing (mia) had found C02 almost five weeks before zoe entered it "
        "as her own. Both leads were protected when D05 was signed; the customer's first one "
        "decides. Why mia is paid:"
    ),
    "dispute-not": (
        "And why zoe is not paid 5%: that she found the customer herself is a claim, to be "
        "weighed like any other. She signed, so the 2% of sales are hers:"
    ),
    "objection": "zoe objects, and two people who have no part in it rule",
    "objection-say": (
        "On {raised} zoe disputed D05: she proposed that mia's lead does not count. Nothing that "
        "is stated waits for a ruling, but its cash does: what D05 pays was kept back when "
        "February was closed, and let go when March was."
    ),
    "objection-columns": "payee | cash is | when closed | CNY>",
    "disputed": "kept back",
    "undisputed": "let go",
    "objection-preview": (
        "On {ruled} {by} and {approved} looked at what her proposal would move before they ruled:"
    ),
    "objection-preview-columns": "payee | earned in | as it is> | as proposed> | moved>",
    "objection-ruled": (
        "They rejected it: mia's lead was the first, and protected until April. Whoever raises a "
        "dispute, is paid from the deal or would gain by the ruling cannot rule it."
    ),
    "gate": "February: why lin gets nothing for D04",
    "gate-say": (
        "lin brought D04, worth 60000.00, and expected 2400.00. One of his four leads found "
        "valid in February was signed in it:"
    ),
    "march": "March: dollars, a larger contract, one person on both sides",
    "march-say": (
        "D07 is worth 20000.00 USD; it converts at 7.1, the rate published for its date. D01 "
        "grew from 100000.00 to 130000.00: the increase is paid by the rule of its own date, "
        "the rest stays as it was. mia brought D08 and signed half of it with sam: her half is "
        "paid once, at 5%."
    ),
    "april": "April: a renewal, and three who signed together",
    "april-say": (
        "wei found D03 himself in January for 30000.00; its renewal for 36000.00 is a new term "
        "and is paid in full. D12, worth 90000.00, was signed by hao, sam and zoe with a third "
        "each; mia, sam and zoe confirmed a joint signing, and the cent of the 200.00 that "
        "does not divide goes by id."
    ),
    "feed": "Three things that went wrong in the feed, and cost nobody anything",
    "feed-repeated": (
        "On {day} the CRM sent everything of March once more: {repeated} messages. All were "
        "known, so they were counted and nothing was paid twice."
    ),
    "feed-refused": (
        "On {day} the signing of D11 came with its amount as a JSON number. It went to "
        "quarantine ({code}), bytes and all. The CRM sent it again the next day with the "
        "amount as a text; that one counts, and {by} discarded the first with a reason."
    ),
    "feed-voided": (
        "D10 was entered as a test and voided a day later. It pays nobody, and its history "
        "still shows both facts:"
    ),
    "history-columns": "position> | effective | recorded | fact | id",
    "late": "A late fact: D09 had shrunk before March was closed, and nobody had said so",
    "late-say": (
        "March was closed on {closed}. On {arrived} the CRM reported that D09 was reduced from "
        "70000.00 to 50000.00 on {effective}. What March is worth, as known at its close and "
        "as known now:"
    ),
    "late-columns": "payee | for | on | at close> | now> | moved> | because of",
    "late-then": (
        "March's statements stay as they were issued. April, the next month to be closed, pays "
        "the difference, and each line names the fact that caused it:"
    ),
    "late-lines-columns": "payee | for | on | earned in | paid in | CNY> | caused by",
    "paid": "What each month paid each person, in CNY",
    "paid-columns": "payee | name",
    "paid-total": "together",
    "paid-open": (
        "{period} is open: it is shown as it stands. April already contains March's {moved}."
    ),
    "replay": "The closed months, computed again from the log",
    "replay-columns": "month | closed on position> | lines> | digest | computed again",
    "replay-identical": "identical",
    "replay-differs": "DIFFERENT",
    "replay-say": (
        "Each close kept the digest of its lines. April's late fact and May's deals are in the "
        "log by now, and the earlier months still come out to the byte."
    ),
    "bottom": "One line, explained down to the facts",
    "bottom-say": "Line {line} of lin's April statement, {amount} CNY:",
    "verify": "Is the log whole?",
    "verify-whole": "Yes: {records} records, every leaf and position as recorded.",
    "verify-damaged": "No: {damage}.",
    "try": "Now ask it yourself. The log is {log}:",
    "try-1": "zoe's April, with the line that takes back 400.00",
    "try-2": "that line, explained",
    "try-3": "why lin has no line on D04",
    "try-4": "what moved in March since the end of the day it was closed",
    "try-5": "the deals as known on 31 March; leave the date out to see them as known now",
    "no-web": "There are no web pages in this version, so nothing is served.",
}
