"""The story: twelve steps that a finance person can follow, and five commands to go on with."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from evenhand.demo.asked import Asked, Row, asked, line_of
from evenhand.demo.facts import ZONE, local
from evenhand.demo.life import CLOSES, OPEN, Life
from evenhand.demo.page import Page
from evenhand.demo.people import FINANCE, MANAGER, PEOPLE
from evenhand.demo.words import Words
from evenhand.sql.log import SqlLog
from evenhand.sql.verify import verify
from schemas.calendar import PayoutPeriod
from schemas.values import amount_text

_JANUARY, _FEBRUARY, _MARCH, _APRIL = CLOSES
_ARRIVALS: Final = (
    ("lead-created",),
    ("touch-recorded",),
    ("lead-qualified", "lead-disqualified"),
    ("deal-signed",),
    ("contract-amended",),
)
"""The columns of what came in; all other types are counted together."""


@dataclass(frozen=True, slots=True)
class Story:
    """What the steps are told from: the page, the words, what happened, and the log's answers."""

    page: Page
    words: Words
    life: Life
    asked: Asked
    log_name: str


def told(log: SqlLog, life: Life, words: Words, *, log_name: str, command: str) -> bool:
    """Print the whole story; whether everything in it held."""
    story = Story(Page(), words, life, asked(log), log_name)
    story.page.title(words("title"))
    story.page.say(words("clock", log=log_name))
    for step in (_people, _arrivals, _january, _dispute, _gate, _march, _feed, _late, _paid):
        step(story)
    identical = _replayed(story)
    _to_the_bottom(story)
    whole = _verified(story)
    _to_try(story, command)
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
    _lines(story, story.asked.lines(_JANUARY))
    story.page.say(story.words("january-say"))


def _lines(story: Story, rows: Iterable[Row]) -> None:
    """Lines as a table; the points of one payee are one row."""
    points: Counter[str] = Counter()
    worth: Counter[str] = Counter()
    cells: list[list[str]] = []
    for row in sorted(rows, key=lambda row: (row["payee"], row["deal"] or "")):
        if row["deal"] is None:
            points[row["payee"]] += 1
            worth[row["payee"]] += row["amount"]
        else:
            cells.append(_line(row))
    for payee, count in points.items():
        on = story.words("points", count=count)
        cells.append([payee, "valid-lead-points", on, "", "", "", _money(worth[payee])])
    story.page.table(story.words.columns("lines-columns"), sorted(cells, key=lambda each: each[0]))


def _line(row: Row) -> list[str]:
    num, den = row["share_num"], row["share_den"]
    foreign = row["base_currency"] not in (None, "CNY")
    base = "" if row["base"] is None else amount_text(row["base"], row["base_currency"])
    return [
        row["payee"],
        row["component"],
        row["deal"],
        f"{base} {row['base_currency']}" if foreign else base,
        "" if num is None else _share(num, den),
        row["rate"] or "",
        _money(row["amount"]),
    ]


def _dispute(story: Story) -> None:
    page, words = story.page, story.words
    page.step(words("dispute"))
    page.say(words("dispute-say"))
    [line] = story.asked.lines(_FEBRUARY, payee="mia", deal="D05")
    page.tree(story.asked.explained(line))
    page.say(words("dispute-not"))
    page.tree(story.asked.why_not("zoe", "D05"))


def _gate(story: Story) -> None:
    story.page.step(story.words("gate"))
    story.page.say(story.words("gate-say"))
    story.page.tree(story.asked.why_not("lin", "D04"))


def _march(story: Story) -> None:
    story.page.step(story.words("march"))
    story.page.say(story.words("march-say"))
    deals = {"D07", "D01", "D08"}
    _lines(story, (row for row in story.asked.lines(_MARCH) if row["deal"] in deals))


def _feed(story: Story) -> None:
    page, words, deliveries = story.page, story.words, story.life.deliveries
    page.step(words("feed"))
    [again] = (each for each in deliveries if each.answer.repeated)
    page.say(words("feed-repeated", day=_day(again.arrived), repeated=len(again.answer.repeated)))
    [bad] = (each for each in deliveries if each.refused)
    page.say(words("feed-refused", day=_day(bad.arrived), code=bad.refused[0].code, by=FINANCE))
    page.say(words("feed-voided"))
    rows = ([str(row["position"]), *_times(row), row["type"], row["id"]] for row in _tested(story))
    page.table(words.columns("history-columns"), rows)


def _tested(story: Story) -> list[Row]:
    return story.asked.history("deal/D10")


def _times(row: Row) -> Iterator[str]:
    for name in ("effective_at", "recorded_at"):
        yield f"{datetime.fromisoformat(row[name]).astimezone(ZONE):%Y-%m-%d %H:%M}"


def _late(story: Story) -> None:
    page, words = story.page, story.words
    page.step(words("late"))
    days = {"closed": CLOSES[_MARCH], "arrived": local("04-09"), "effective": local("03-30")}
    page.say(words("late-say", **{name: _day(each) for name, each in days.items()}))
    moved = (
        [
            *(row["payee"], row["component"], row["deal"] or row["subject"].partition("/")[2]),
            *(_money(row[name]) for name in ("before", "after", "moved")),
            _causes(row),
        ]
        for row in story.asked.moved(_MARCH)
    )
    page.table(words.columns("late-columns"), moved)
    page.say(words("late-then"))
    paid = (
        [
            *(row["payee"], row["component"], row["deal"]),
            *(str(PayoutPeriod(row[name])) for name in ("period", "stated_in")),
            *(_money(row["amount"]), _causes(row)),
        ]
        for row in story.asked.lines(_APRIL, deal="D09")
    )
    page.table(words.columns("late-lines-columns"), paid)


def _paid(story: Story) -> None:
    page, words = story.page, story.words
    page.step(words("paid"))
    periods = [*CLOSES, OPEN]
    sums = {period: _sums(story.asked.lines(period)) for period in periods}
    names = {each.payee: each.name for each in PEOPLE}
    earning = [payee for payee in names if any(sums[period][payee] for period in periods)]
    columns = [*words.columns("paid-columns"), *(f"{period}>" for period in periods)]
    rows = [
        [payee, names[payee], *(_money(sums[period][payee]) for period in periods)]
        for payee in earning
    ]
    rows.append([words("paid-total"), "", *(_money(sums[period].total()) for period in periods)])
    page.table(columns, rows)
    late = sum(row["amount"] for row in story.asked.lines(_APRIL, deal="D09"))
    page.say(words("paid-open", period=OPEN, moved=_money(late)))


def _sums(rows: Iterable[Row]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for row in rows:
        sums[row["payee"]] += row["amount"]
    return sums


def _replayed(story: Story) -> bool:
    page, words = story.page, story.words
    page.step(words("replay"))
    same = {closed.period: story.asked.is_identical(closed) for closed in story.asked.closes}
    rows = (
        [
            str(closed.period),
            str(closed.position),
            str(len(story.asked.lines(closed.period))),
            closed.digest[:16],
            words("replay-identical" if same[closed.period] else "replay-differs"),
        ]
        for closed in story.asked.closes
    )
    page.table(words.columns("replay-columns"), rows)
    page.say(words("replay-say"))
    return all(same.values())


def _to_the_bottom(story: Story) -> None:
    page, words = story.page, story.words
    page.step(words("bottom"))
    [line] = story.asked.lines(_APRIL, payee="lin", deal="D09")
    page.say(words("bottom-say", line=line_of(line), amount=_money(line["amount"])))
    page.tree(story.asked.explained(line))


def _verified(story: Story) -> bool:
    page, words, log = story.page, story.words, story.asked.log
    page.step(words("verify"))
    damage = verify(log)
    if damage is None:
        page.say(words("verify-whole", records=log.head().position))
    else:
        page.say(words("verify-damaged", damage=damage.what))
    return damage is None


def _to_try(story: Story, command: str) -> None:
    page, words = story.page, story.words
    page.title(f"\n{words('try', log=story.log_name)}")
    [line] = story.asked.lines(_APRIL, payee="zoe", deal="D09")
    questions = (
        "statement zoe 2026-04",
        f"explain {line_of(line)}",
        "explain --payee lin --deal D04",
        "difference 2026-03 --from 2026-04-03",
        "as-of deals --known-at 2026-03-31",
    )
    for number, question in enumerate(questions, 1):
        line_ = f"{command} {question} --log sqlite:///{story.log_name}"
        page.command(number, line_, words(f"try-{number}"))


def _day(at: datetime) -> str:
    return f"{at.astimezone(ZONE):%Y-%m-%d}"


def _share(num: int, den: int) -> str:
    return "1" if num == den else f"{num}/{den}"


def _money(minor: int) -> str:
    return amount_text(minor, "CNY")


def _causes(row: dict[str, Any]) -> str:
    return ", ".join(name["id"] for name in row["cause"])
