"""The second half of the story: the late fact, the sums, and the proofs that they are right."""

from collections import Counter
from collections.abc import Iterable

from evenhand.demo.asked import Row, line_of
from evenhand.demo.facts import local
from evenhand.demo.life import CLOSES, OPEN
from evenhand.demo.people import PEOPLE
from evenhand.demo.telling import Story, causes, day, money
from evenhand.sql.verify import verify
from schemas.calendar import PayoutPeriod

_MARCH = PayoutPeriod.parse("2026-03")
_APRIL = PayoutPeriod.parse("2026-04")


def late(story: Story) -> None:
    """A fact that arrives after its month was closed, and who pays for it."""
    page, words = story.page, story.words
    page.step(words("late"))
    days = {"closed": CLOSES[_MARCH], "arrived": local("04-09"), "effective": local("03-30")}
    page.say(words("late-say", **{name: day(each) for name, each in days.items()}))
    moved = (
        [
            *(row["payee"], row["component"], row["subject"].removeprefix("deal/")),
            *(money(row[name]) for name in ("before", "after", "moved")),
            causes(row),
        ]
        for row in story.asked.moved(_MARCH)
    )
    page.table(words.columns("late-columns"), moved)
    page.say(words("late-then"))
    paid = (
        [
            *(row["payee"], row["component"], row["deal"]),
            *(str(PayoutPeriod(row[name])) for name in ("period", "stated_in")),
            *(money(row["amount"]), causes(row)),
        ]
        for row in story.asked.lines(_APRIL, deal="D09")
    )
    page.table(words.columns("late-lines-columns"), paid)


def paid_out(story: Story) -> None:
    """What each month pays each person."""
    page, words = story.page, story.words
    page.step(words("paid"))
    periods = [*CLOSES, OPEN]
    sums = {period: _sums(story.asked.lines(period)) for period in periods}
    names = {each.payee: each.name for each in PEOPLE}
    earning = [payee for payee in names if any(sums[period][payee] for period in periods)]
    columns = [*words.columns("paid-columns"), *(f"{period}>" for period in periods)]
    rows = [
        [payee, names[payee], *(money(sums[period][payee]) for period in periods)]
        for payee in earning
    ]
    rows.append([words("paid-total"), "", *(money(sums[period].total()) for period in periods)])
    page.table(columns, rows)
    late = sum(row["amount"] for row in story.asked.lines(_APRIL, deal="D09"))
    page.say(words("paid-open", period=OPEN, moved=money(late)))


def _sums(rows: Iterable[Row]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for row in rows:
        sums[row["payee"]] += row["amount"]
    return sums


def replayed(story: Story) -> bool:
    """Every closed month, computed again; whether all came out the same."""
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


def to_the_bottom(story: Story) -> None:
    """One line with everything it rests on."""
    page, words = story.page, story.words
    page.step(words("bottom"))
    [line] = story.asked.lines(_APRIL, payee="lin", deal="D09")
    page.say(words("bottom-say", line=line_of(line), amount=money(line["amount"])))
    page.tree(story.asked.explained(line))


def verified(story: Story) -> bool:
    """Whether the log is what was recorded."""
    page, words, log = story.page, story.words, story.asked.log
    page.step(words("verify"))
    damage = verify(log)
    if damage is None:
        page.say(words("verify-whole", records=log.head().position))
    else:
        page.say(words("verify-damaged", damage=damage.what))
    return damage is None


def to_try(story: Story, command: str) -> None:
    """Five commands to go on with."""
    page, words = story.page, story.words
    page.gap()
    page.title(words("try", log=story.log_name))
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
