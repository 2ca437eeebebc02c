"""The company's months, lived through the real doors: intake, plans, closes, quarantine.

The clock is ours, so that the demo is the same on any day, and so that "what did we know on
31 March?" has an answer in its log.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from commands.handle import close_period, rule
from commands.intake import Message, intake
from commands.plans import PublishPlan, PublishRate
from engine.log import Appended
from evenhand.demo.facts import Sent, local
from evenhand.demo.months import everything
from evenhand.demo.objection import RAISED, RULED, proposal, raise_dispute, settle
from evenhand.demo.people import FINANCE, MANAGER
from evenhand.plan_files import lint
from evenhand.sql.log import SqlLog
from replay.rulings import Preview
from schemas.calendar import PayoutPeriod, midnight
from schemas.events import EVENTS
from schemas.events.decisions import RateOfExchangePublished
from schemas.plans import Plan
from schemas.recorded import Quarantined
from schemas.wire import decode, same_content

PLAN: Final = Path(__file__).with_name("plan.yaml")
ACTOR: Final = "crm-demo"
CLOSES: Final = {
    PayoutPeriod.parse("2026-01"): local("02-03 18:00"),
    PayoutPeriod.parse("2026-02"): local("03-03 18:00"),
    PayoutPeriod.parse("2026-03"): local("04-03 18:00"),
    PayoutPeriod.parse("2026-04"): local("05-06 18:00"),
}
"""When finance closes each month; May stays open."""

OPEN: Final = PayoutPeriod.parse("2026-05")


class Calendar:
    """The demo's clock: it shows what it was last set to."""

    def __init__(self) -> None:
        self.at = local("01-01")

    def __call__(self) -> datetime:
        """The instant it shows."""
        return self.at


@dataclass(frozen=True, slots=True)
class Delivery:
    """The messages of one evening, and what became of them."""

    arrived: datetime
    messages: Sequence[Message]
    answer: Appended
    types: Sequence[str]
    refused: Sequence[Quarantined]


@dataclass(slots=True)
class Life:
    """What happened while the log was filled."""

    plan: Plan
    deliveries: list[Delivery] = field(default_factory=list[Delivery])
    proposal: Preview | None = None
    """What the ruling that zoe proposed would have done, as it was shown before it was ruled."""


def opened(path: Path, calendar: Calendar) -> SqlLog:
    """A new log at a path; one that was there before is removed."""
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)
    types = {name: model.version for name, model in EVENTS.items()}
    return SqlLog.open(f"sqlite:///{path}", clock=calendar, same_content=same_content, types=types)


def lived(log: SqlLog, calendar: Calendar) -> Life:
    """All five months: the rules, then evening by evening, with what people decide between them."""
    life = Life(lint(PLAN))
    _publish(log, calendar, life.plan)
    decisions = deque(sorted(_decisions(log, life), key=lambda decision: decision[0]))
    for arrived, sent in groupby(everything(), key=lambda each: each.arrives):
        while decisions and decisions[0][0] < arrived:
            calendar.at, decide = decisions.popleft()
            decide(calendar.at)
        calendar.at = arrived
        life.deliveries.append(_delivered(log, arrived, list(sent)))
    return life


Decision = tuple[datetime, Callable[[datetime], object]]
"""When somebody decides, and what they do then."""


def _decisions(log: SqlLog, life: Life) -> Iterator[Decision]:
    """Four months are closed; one dispute is raised and ruled."""
    for period, at in CLOSES.items():
        yield at, partial(_close, log, period)
    yield RAISED, partial(raise_dispute, log)
    yield RULED, partial(_rule, log, life)


def _close(log: SqlLog, period: PayoutPeriod, at: datetime) -> None:
    close_period(log, period, now=at, by=FINANCE)


def _rule(log: SqlLog, life: Life, at: datetime) -> None:
    life.proposal = proposal(log, at)
    settle(log, at)


def _publish(log: SqlLog, calendar: Calendar, plan: Plan) -> None:
    """The plan before anything else; what a dollar is worth in the company's books."""
    calendar.at = local("01-01 09:30")
    starts = midnight(plan.effective_from, plan.zone)
    command = PublishPlan(plan=plan, by=FINANCE, approved_by=MANAGER)
    rule(log, command, effective_at=starts, id_=f"plan-{plan.plan}-{plan.version}", by=FINANCE)
    terms: dict[str, Any] = {"base": "USD", "quote": "CNY", "rate": "7.1", "by": FINANCE}
    worth = PublishRate(rate=RateOfExchangePublished.model_validate(terms))
    rule(log, worth, effective_at=starts, id_="rate-USD-CNY-1", by=FINANCE)


def _delivered(log: SqlLog, arrived: datetime, sent: Sequence[Sent]) -> Delivery:
    messages = tuple(_messages(arrived, sent))
    append = intake(messages, actor=ACTOR, now=arrived)
    answer = log.append(append)
    if not append.quarantined:
        for kept in log.quarantined():
            log.discard(kept.number, actor=FINANCE, reason="the CRM sent it again as it should be")
    types = [event.type for event in append.events]
    return Delivery(arrived, messages, answer, types, append.quarantined)


def _messages(arrived: datetime, sent: Sequence[Sent]) -> Iterator[Message]:
    for number, each in enumerate(sent, 1):
        yield Message(
            origin=f"file:crm-{arrived:%Y-%m-%d}.jsonl:{number}",
            raw=each.raw,
            read=lambda raw=each.raw: decode(raw),  # type: ignore[misc]
        )
