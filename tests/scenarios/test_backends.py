"""One story, three logs: in memory, in SQLite, in PostgreSQL; the same documents to the byte."""

from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import URL

from commands.handle import kept_by
from engine.log import Archive
from evenhand.sql.log import SqlLog
from evenhand.sql.verify import verify
from replay.periods import closes, kept_issue
from schemas.wire import same_content
from tests.scenarios.answering import Answering
from tests.scenarios.scenario import PATHS, Scenario, read
from tests.scenarios.telling import DatedLog, told
from tests.services import postgres

TOLD = (
    "cap_of_awards", "delivered_again", "fact_corrected", "foreign_currency", "gate_deferred",
    "plan_assignments", "reopened", "retroactive_plan", "two_time_axes", "void_and_void_of_void",
)  # fmt: skip


Told = tuple[list[tuple[str, bytes]], list[list[str]]]
"""The digests and documents of all closes, and the answers to all questions."""


class Calendar:
    """A clock that shows the time it was set to."""

    def __init__(self) -> None:
        self.now = datetime(2000, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def set(self, now: datetime) -> None:
        self.now = now


def documents(archive: Archive) -> list[tuple[str, bytes]]:
    """The digests and the documents of all closes."""
    kept = kept_by(archive)
    found = closes(archive.columns())
    return [(closed.digest, kept_issue(closed, kept).document()) for closed in found]


def answers(scenario: Scenario, archive: Archive, zone: ZoneInfo) -> list[list[str]]:
    """The answers to all questions that the archive itself answers."""
    answering = Answering(archive, zone, list)
    asked = [question.text for question in scenario.questions]
    return [answering.answer(question) for question in asked if question != "quarantine"]


def in_memory(scenario: Scenario) -> Told:
    log = DatedLog()
    telling = told(scenario, log, log.set_clock)
    return documents(log), answers(scenario, log, telling.zone)


def in_sql(scenario: Scenario, url: str | URL) -> Told:
    calendar = Calendar()
    with SqlLog.open(url, clock=calendar, same_content=same_content) as log:
        telling = told(scenario, log, calendar.set)
        calendar.set(datetime(2099, 1, 1, tzinfo=UTC))
        assert verify(log) is None
        return documents(log), answers(scenario, log, telling.zone)


def scenario_named(name: str) -> Scenario:
    [path] = [path for path in PATHS if path.stem == name]
    return read(path)


@pytest.mark.parametrize("name", TOLD)
def test_sqlite_gives_the_same_bytes(name: str, tmp_path: Path) -> None:
    scenario = scenario_named(name)
    assert in_sql(scenario, f"sqlite:///{tmp_path}/log.db") == in_memory(scenario)


@pytest.fixture(scope="module")
def server() -> Generator[URL]:
    with postgres.server() as url:
        yield url


@pytest.mark.postgres
@pytest.mark.parametrize("name", TOLD)
def test_postgresql_gives_the_same_bytes(name: str, server: URL) -> None:
    scenario = scenario_named(name)
    with postgres.database(server) as url:
        assert in_sql(scenario, url) == in_memory(scenario)
