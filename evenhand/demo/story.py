"""The story: fourteen steps that a finance person can follow, and five commands to go on with."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from evenhand.demo import proofs
from evenhand.demo.asked import Row, asked
from evenhand.demo.facts import ZONE
from evenhand.demo.life import CLOSES, Life
from evenhand.demo.objection import RAISED, RULED
from evenhand.demo.page import Page
from evenhand.demo.people import FINANCE, MANAGER, PEOPLE
from evenhand.demo.telling import Story, day, money, print_lines
from evenhand.demo.words import Words
from evenhand.sql.log import SqlLog
from schemas.calendar import PayoutPeriod

_JANUARY, _FEBRUARY, _MARCH, _APRIL = CLOSES
_ARRIVALS: Final = (
    ("lead-created",),
    ("touch-recorded",),
    ("lead-qualified", "lead-disqualified"),
    ("deal-signed",),
    ("contract-amended",),
)
"""The columns of what came in; all other types are counted together."""


def told(log: SqlLog, life: Life, words: Words, *, log_name: str, command: str) -> bool:
    """Print the whole story; whether everything in it held."""
    story = Story(Page(), words, life, asked(log), log_name)
    story.page.title(words("title"))
    story.page.say(words("clock", log=log_name))
    for step in (_people, _arrivals, _january, _dispute, _objection, _gate, _march, _april, _feed):
        step(story)
    proofs.late(story)
    proofs.paid_out(story)
    identical = proofs.replayed(story)
    proofs.to_the_bottom(story)
    whole = proofs.verified(story)
    proofs.to_try(story, command)
    return identical and whole


def _people(story: Story) -> None:
    page, words, plan = story.page, story.words, story.life.plan
    page.step(words("people"))
    rows = ((each.payee, each.name, words(each.job)) for each in PEOPLE)
    page.table(words.columns("people-columns"), rows)
    page.say(words("plan", plan=plan.name, by=FINANCE, approved=MANAGER))
    page.points(words.lines("plan-says"))
    page.say(words("plan-checked", examples=len(plan.examples)))


def _arrivals(story: Story) -> None:
    page, words, deliveries = story.page, story.words, story.life.deliveries
    page.step(words("arrivals"))
    months = sorted({f"{each.arrived:%Y-%m}" for each in deliveries})
    page.table(words.columns("arrivals-columns"), (_arrived(story.life, each) for each in months))
    counts = {
        "messages": sum(len(each.messages) for each in deliveries),
        "evenings": len({each.arrived.date() for each in deliveries}),
        "recorded": sum(len(each.answer.recorded) for each in deliveries),
        "repeated": sum(len(each.answer.repeated) for each in deliveries),
        "refused": sum(len(each.refused) for each in deliveries),
    }
    page.say(words("arrivals-say", **counts))


def _arrived(life: Life, month: str) -> list[str]:
    """What came in one month: new facts by type, repeats, messages that could not be read."""
    counted: Counter[str] = Counter()
    repeated = refused = 0
    for each in life.deliveries:
        if f"{each.arrived:%Y-%m}" == month:
            counted.update(each.types[index] for index in each.answer.recorded)
            repeated += len(each.answer.repeated)
            refused += len(each.refused)
    shown = [sum(counted[type_] for type_ in types) for types in _ARRIVALS]
    return [month, *map(str, (*shown, counted.total() - sum(shown), repeated, refused))]


def _january(story: Story) -> None:
    story.page.step(story.words("january"))
    print_lines(story, story.asked.lines(_JANUARY))
    story.page.say(story.words("january-say"))


def _dispute(story: Story) -> None:
    page, words = story.page, story.words
    page.step(words("dispute"))
    page.say(words("dispute-say"))
    [line] = story.asked.lines(_FEBRUARY, payee="mia", deal="D05")
    page.tree(story.asked.explained(line))
    page.say(words("dispute-not"))
    page.tree(story.asked.why_not("zoe", "D05"))


def _objection(story: Story) -> None:
    page, words = story.page, story.words
    page.step(words("objection"))
    page.say(words("objection-say", raised=day(RAISED)))
    moved = (
        [
            entry["payee"],
            words(entry["kind"]),
            str(PayoutPeriod(period.number)),
            money(entry["amount"]),
        ]
        for period in (_FEBRUARY, _MARCH)
        for entry in story.asked.issue(period).ledger.iter_rows(named=True)
        if entry["deal"] == "D05"
    )
    page.table(words.columns("objection-columns"), moved)
    page.say(words("objection-preview", by=MANAGER, approved=FINANCE, ruled=day(RULED)))
    page.table(words.columns("objection-preview-columns"), _previewed(story))
    page.say(words("objection-ruled"))


def _previewed(story: Story) -> Iterator[list[str]]:
    """What the proposal would have moved, payee by payee and together."""
    assert story.life.proposal is not None
    rows = list(story.life.proposal.earned.iter_rows(named=True))
    names = ("before", "after", "moved")
    for row in rows:
        yield [
            row["payee"],
            str(PayoutPeriod(row["period"])),
            *(money(row[name]) for name in names),
        ]
    yield [
        story.words("paid-total"),
        "",
        *(money(sum(row[name] for row in rows)) for name in names),
    ]


def _gate(story: Story) -> None:
    story.page.step(story.words("gate"))
    story.page.say(story.words("gate-say"))
    story.page.tree(story.asked.why_not("lin", "D04"))


def _march(story: Story) -> None:
    story.page.step(story.words("march"))
    story.page.say(story.words("march-say"))
    deals = {"D07", "D01", "D08"}
    print_lines(story, (row for row in story.asked.lines(_MARCH) if row["deal"] in deals))


def _april(story: Story) -> None:
    story.page.step(story.words("april"))
    story.page.say(story.words("april-say"))
    print_lines(story, (row for row in story.asked.lines(_APRIL) if row["deal"] in {"D03", "D12"}))


def _feed(story: Story) -> None:
    page, words, deliveries = story.page, story.words, story.life.deliveries
    page.step(words("feed"))
    [again] = (each for each in deliveries if each.answer.repeated)
    page.say(words("feed-repeated", day=day(again.arrived), repeated=len(again.answer.repeated)))
    [bad] = (each for each in deliveries if each.refused)
    page.say(words("feed-refused", day=day(bad.arrived), code=bad.refused[0].code, by=FINANCE))
    page.say(words("feed-voided"))
    tested = story.asked.history("deal/D10")
    rows = ([str(row["position"]), *_times(row), row["type"], row["id"]] for row in tested)
    page.table(words.columns("history-columns"), rows)


def _times(row: Row) -> Iterator[str]:
    for name in ("effective_at", "recorded_at"):
        yield f"{datetime.fromisoformat(row[name]).astimezone(ZONE):%Y-%m-%d %H:%M}"
