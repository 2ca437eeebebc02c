"""Scenarios told to a log: facts through the intake, decisions through the commands."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from commands.handle import close_period, reopen_period, rule
from commands.intake import Message, intake
from commands.periods import ReopenPeriod
from commands.plans import AssignPlan, PublishPlan, PublishRate
from engine.log import Archive
from engine.memory import MemoryLog
from evenhand.plan_files import lint
from schemas.calendar import PayoutPeriod, midnight
from schemas.errors import EvenhandError
from schemas.events import EVENTS
from schemas.events.base import FactName
from schemas.events.decisions import PlanAssigned, RateOfExchangePublished
from schemas.events.repair import FactCorrected, FactVoided
from schemas.examples import SOURCE, example_facts
from schemas.json_text import parse_object
from schemas.plans import Plan
from schemas.recorded import Unrecorded
from schemas.wire import unrecorded
from tests.scenarios.scenario import FOLDER, Row, Scenario

CLERK = "clerk"
TICK = timedelta(microseconds=1)


class DatedLog(MemoryLog):
    """A log in memory whose clock can be set forward."""

    def set_clock(self, now: datetime) -> None:
        self._at = max(self._at, now - TICK)


@dataclass(frozen=True)
class Telling:
    """Tells one scenario to an archive, setting its clock on the way."""

    scenario: Scenario
    archive: Archive
    set_clock: Callable[[datetime], None]
    plans: dict[str, Plan]
    facts: dict[str, Unrecorded]

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the first plan, in which all dates are written."""
        return next(iter(self.plans.values())).zone

    def tell(self) -> None:
        """Record every row; one that is to be refused must be."""
        now = datetime(2000, 1, 1, tzinfo=UTC)
        for row in self.scenario.rows:
            learned = self._instant(row.recorded or row.at or self._start(row))
            if learned < now:
                raise ValueError(f"line {row.number} was learned before the line above it")
            now = learned
            self.set_clock(now)
            _refused_as_expected(row, partial(self._record, row, now))

    def _record(self, row: Row, now: datetime) -> None:
        match row.verb:
            case "plan":
                self._publish(row)
            case "rate":
                self._rate(row)
            case "assign":
                self._assign(row)
            case "close":
                close_period(self.archive, _period(row.words[0]), now=now, by=CLERK)
            case "reopen":
                self._reopen(row, now)
            case "void" | "correct" | "again":
                self._take(self._repair(row), now)
            case _:
                self._take(self.facts[str(row.number)], now)

    def _take(self, event: Unrecorded, now: datetime) -> None:
        message = Message(origin=SOURCE, raw=event.state, read=lambda: event)
        append = intake([message], actor="crm", now=now)
        if append.quarantined:
            raise ValueError(append.quarantined[0].reason)
        self.archive.append(append)

    def _publish(self, row: Row) -> None:
        plan = self.plans[row.words[0]]
        command = PublishPlan(plan=plan, by=CLERK, approved_by="manager")
        at = midnight(plan.effective_from, plan.zone)
        id_ = f"plan-{plan.plan}-{plan.version}"
        rule(self.archive, command, effective_at=at, id_=id_, by=CLERK)

    def _rate(self, row: Row) -> None:
        base, quote, worth = row.words
        rate = RateOfExchangePublished.model_validate(
            {"base": base, "quote": quote, "rate": worth, "by": CLERK}
        )
        at = self._instant(row.at or "")
        rule(self.archive, PublishRate(rate=rate), effective_at=at, id_=f"{row.number}", by=CLERK)

    def _assign(self, row: Row) -> None:
        payee, plan, *until = row.words
        starts = self._instant(row.at or "")
        fields = {"payee": payee, "plan": plan, "from": starts, "by": CLERK}
        if until:
            fields["to"] = self._instant(until[1])
        command = AssignPlan(assignment=PlanAssigned.model_validate(fields))
        rule(self.archive, command, effective_at=starts, id_=f"{row.number}", by=CLERK)

    def _reopen(self, row: Row, now: datetime) -> None:
        period, _, first, _, second = row.words
        command = ReopenPeriod(period=_period(period), by=first, approved_by=second, reason="asked")
        reopen_period(self.archive, command, now=now)

    def _repair(self, row: Row) -> Unrecorded:
        """A void, a correction, or a second delivery of the fact on another line."""
        number, *words = row.words
        target = self.facts[number]
        name = FactName(source=SOURCE, id=number)
        at = self._instant(row.at or "")
        moved = None
        if words[:1] == ["moved"]:
            moved, words = self._instant(words[2]), words[3:]
        if row.verb == "again":
            return self._reworded(target, words) if words else target
        if row.verb == "void":
            event: FactVoided | FactCorrected = FactVoided(target=name)
        else:
            content = self._reworded(target, words).state if words else target.state
            event = FactCorrected(target=name, data=parse_object(content), effective_at=moved)
        repair = unrecorded(
            event, stream=target.stream, effective_at=at, source=SOURCE, id=f"{row.number}"
        )
        self.facts[repair.id] = repair
        return repair

    def _reworded(self, target: Unrecorded, words: list[str]) -> Unrecorded:
        """The fact with other words."""
        subject = target.stream.replace("/", " ")
        line = f"2026-01-01 {target.type} {subject} {' '.join(words)}"
        [fact] = example_facts(line, self.zone)
        return replace(fact, id=target.id, effective_at=target.effective_at)

    def _instant(self, text: str) -> datetime:
        if "T" in text:
            return datetime.fromisoformat(text).replace(tzinfo=self.zone).astimezone(UTC)
        return midnight(date.fromisoformat(text), self.zone)

    def _start(self, row: Row) -> str:
        if row.verb != "plan":
            raise ValueError(f"line {row.number} has no date")
        return self.plans[row.words[0]].effective_from.isoformat()


def told(scenario: Scenario, archive: Archive, set_clock: Callable[[datetime], None]) -> Telling:
    """The scenario, told to an archive."""
    plans = {name: lint(_plan_path(name)) for name in _plan_names(scenario)}
    zone = next(iter(plans.values())).zone
    facts = {fact.id: fact for fact in example_facts(_facts_text(scenario), zone)}
    telling = Telling(scenario, archive, set_clock, plans, facts)
    telling.tell()
    return telling


def _plan_names(scenario: Scenario) -> list[str]:
    return [row.words[0] for row in scenario.rows if row.verb == "plan"]


def _plan_path(name: str) -> Path:
    return FOLDER / "plans" / f"{name}.yaml"


def _facts_text(scenario: Scenario) -> str:
    """The facts alone, each on its line, so that its number is its id."""
    lines: dict[int, str] = {}
    for row in scenario.rows:
        if row.verb in EVENTS:
            lines[row.number] = " ".join([row.at or "", row.verb, *row.words])
    return "\n".join(lines.get(number, "") for number in range(1, max(lines, default=0) + 1))


def _refused_as_expected(row: Row, act: Callable[[], None]) -> None:
    try:
        act()
    except EvenhandError as error:
        if row.refused != error.code:
            raise
    else:
        if row.refused is not None:
            raise AssertionError(f"line {row.number} was to be refused as {row.refused}")


def _period(text: str) -> PayoutPeriod:
    return PayoutPeriod.parse(text)
