"""How fast the log appends: against the database's own limit, and against eventsourcing as it is.

Every contender writes the same events in the same run, in turns; the figures are medians. "Bare"
is the database's fastest way to put the same finished rows into the same tables with the same
indexes, without hashing, versions, a head or tracking. "Stock" is `Application.save` of
eventsourcing with its own recorder; on PostgreSQL in smaller batches, because its pipeline stops
for ever on larger ones.

`save` turns contents into JSON, so what is compared with it does as well ("from content"); its
aggregates are made before the clock starts. Both confirm nothing that is not on disk.
"""

import gc
import json
import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from sqlalchemy import URL, make_url

from engine.log import Append, Appended
from evenhand.sql import SqlLog, bulk
from evenhand.sql.connections import writing
from evenhand.sql.rows import Place, Row, placed
from schemas.json_text import canonical
from schemas.recorded import Tracking, Unrecorded
from tests.services import postgres

STOCK_BATCH_ON_POSTGRESQL = 100
_START = datetime(2026, 1, 1, tzinfo=UTC)


class StockApplication(Application[UUID]):
    """eventsourcing as it comes."""

    name = "stock"


class Deal(Aggregate):
    """A deal as eventsourcing's own aggregate."""

    @event("Signed")
    def __init__(self, content: dict[str, Any]) -> None:
        self.content = content

    @event("Amended")
    def amend(self, content: dict[str, Any]) -> None:
        self.content = content


def content(number: int) -> dict[str, Any]:
    """What a deal's signing says: nine fields, two participants, about 450 bytes."""
    return {
        "deal": f"D{number // 4}",
        "customer": f"customer-{number % 997}",
        "amount": {"minor": 1_000_000 + number, "currency": "EUR"},
        "signed_on": "2026-01-20",
        "payment_terms": "30 days net, first instalment on signature",
        "product": "HR suite, annual subscription, with onboarding and two trainings",
        "lead": f"L{number // 4}",
        "participants": [
            {"payee": f"payee-{number % 31}", "role": "closed the deal", "share": "7/10"},
            {"payee": f"payee-{number % 29}", "role": "created the lead", "share": "3/10"},
        ],
        "note": "as agreed in the meeting, see minutes",
    }


def fact(number: int, said: dict[str, Any]) -> Unrecorded:
    """A content as a fact for the log, in canonical JSON."""
    return Unrecorded(
        stream=f"deal/D{number // 4}",
        type="deal-signed" if number % 4 == 0 else "contract-amended",
        schema_version=1,
        effective_at=_START + timedelta(seconds=number),
        source="https://crm.example/eu",
        id=f"evt-{number:010d}",
        state=canonical(said),
    )


def events(first: int, n: int) -> list[Unrecorded]:
    return [fact(number, content(number)) for number in range(first, first + n)]


def append_rows(events: int = 20_000, rounds: int = 3, batch: int = 1_000) -> dict[str, float]:
    """Events per second of each contender, and the ratios of ours to the others.

    `events` is how many each contender appends in each round.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(postgres.server())
        databases: dict[str, Callable[[], URL]] = {
            "postgres": lambda: stack.enter_context(postgres.database(server)),
            "sqlite": lambda: make_url(f"sqlite:///{folder}/{time.monotonic_ns()}.db"),
        }
        contenders: dict[str, Callable[[int, int], float]] = {}
        for kind, fresh in databases.items():
            ours = stack.enter_context(SqlLog.open(fresh()))
            bare = stack.enter_context(SqlLog.open(fresh()))
            whole = stack.enter_context(SqlLog.open(fresh()))
            stock = stack.enter_context(StockApplication(env=_stock(fresh())))
            _assert_durable(stock, kind)
            small = STOCK_BATCH_ON_POSTGRESQL if kind == "postgres" else batch
            contenders[f"{kind}_bare"] = Bare(bare, batch)
            contenders[f"{kind}_ours"] = Ours(ours, batch)
            contenders[f"{kind}_from_content"] = FromContent(whole, batch)
            contenders[f"{kind}_stock"] = Stock(stock, min(small, batch))
        return _ratios(_measured(contenders, events, rounds))


class Ours:
    """The log: leaves, versions, head, commit and tracking, one append for each batch."""

    def __init__(self, log: SqlLog, batch: int) -> None:
        self.log, self.batch = log, batch

    def __call__(self, first: int, n: int) -> float:
        sent = events(first, n)
        starts = range(0, n, self.batch)
        appends = [
            self._append(sent[start : start + self.batch], first + start) for start in starts
        ]
        return _timed(lambda: [self.log.append(append) for append in appends])

    def _append(self, events: Sequence[Unrecorded], first: int) -> Append:
        tracking = Tracking(name="kafka:crm/0", first=first, last=first + len(events) - 1)
        return Append(events=events, actor="kafka", tracking=[tracking])


class FromContent(Ours):
    """The log, with contents still to be written as JSON."""

    def __call__(self, first: int, n: int) -> float:
        contents = [(number, content(number)) for number in range(first, first + n)]
        batches = [contents[start : start + self.batch] for start in range(0, n, self.batch)]
        return _timed(lambda: [self._encode_and_append(batch) for batch in batches])

    def _encode_and_append(self, batch: Sequence[tuple[int, dict[str, Any]]]) -> Appended:
        return self.log.append(self._append([fact(*each) for each in batch], batch[0][0]))


class Bare:
    """The same rows, finished before, into the same tables."""

    def __init__(self, log: SqlLog, batch: int) -> None:
        self.log, self.batch, self.versions = log, batch, defaultdict[str, int](int)

    def __call__(self, first: int, n: int) -> float:
        sent = events(first, n)
        place = Place(position=first, recorded_at=first + 1, actor="kafka")
        rows = placed(sent, place, self.versions)
        batches = [rows[start : start + self.batch] for start in range(0, n, self.batch)]
        return _timed(lambda: self._insert(batches))

    def _insert(self, batches: Sequence[Sequence[Row]]) -> None:
        for rows in batches:
            with writing(self.log.engine) as connection:
                bulk.insert(connection, rows)


class Stock:
    """eventsourcing's mapper and recorder, one save of aggregates for each batch."""

    def __init__(self, application: StockApplication, batch: int) -> None:
        self.application, self.batch = application, batch

    def __call__(self, first: int, n: int) -> float:
        numbers = range(first, first + n)
        starts = range(0, n, self.batch)
        batches = [self._deals(numbers[start : start + self.batch]) for start in starts]
        return _timed(lambda: [self.application.save(*deals) for deals in batches])

    def _deals(self, numbers: Sequence[int]) -> list[Deal]:
        deals: list[Deal] = []
        for number in numbers:
            if number % 4 == 0 or not deals:
                deals.append(Deal(content=content(number)))
            else:
                deals[-1].amend(content=content(number))
        return deals


def _assert_durable(stock: StockApplication, kind: str) -> None:
    """A peer that confirms before the disk has it would be measured at something else."""
    setting, needed = {"sqlite": ("synchronous", 2), "postgres": ("synchronous_commit", "on")}[kind]
    recorder: Any = stock.recorder
    with recorder.datastore.transaction(commit=False) as cursor:
        cursor.execute(f"{'PRAGMA' if kind == 'sqlite' else 'SHOW'} {setting}")
        found = cursor.fetchone()[setting]
    if found != needed:
        raise AssertionError(f"the stock recorder has {setting} = {found}, and not {needed}")


def _stock(url: URL) -> dict[str, str]:
    if url.get_backend_name() == "sqlite":
        assert url.database is not None
        return {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": url.database}
    host = url.host or url.query.get("host", "")
    assert isinstance(host, str)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": url.database or "",
        "POSTGRES_HOST": host,
        "POSTGRES_PORT": str(url.port or 5432),
        "POSTGRES_USER": url.username or "",
        "POSTGRES_PASSWORD": url.password or "none",
    }


def _timed(work: Callable[[], object]) -> float:
    gc.collect()
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _measured(
    contenders: dict[str, Callable[[int, int], float]], n: int, rounds: int
) -> dict[str, list[float]]:
    """Events per second of each contender in each round, after one that does not count."""
    speeds: dict[str, list[float]] = {name: [] for name in contenders}
    first = 0
    for turn in range(rounds + 1):
        count = n if turn else min(n, 2_000)
        for name, contender in contenders.items():
            taken = contender(first, count)
            if turn:
                speeds[name].append(count / taken)
        first += count
    return speeds


def _ratios(speeds: dict[str, list[float]]) -> dict[str, float]:
    """Medians, and the median of the ratios round by round: a slow moment hits both sides."""
    figures = {f"{name}_per_s": statistics.median(found) for name, found in speeds.items()}
    for kind in ("postgres", "sqlite"):
        for ours, other in (("ours", "bare"), ("from_content", "stock")):
            pairs = zip(speeds[f"{kind}_{ours}"], speeds[f"{kind}_{other}"], strict=True)
            figures[f"{kind}_{other}_ratio"] = statistics.median(mine / its for mine, its in pairs)
    return {name: round(figure, 3) for name, figure in figures.items()}


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    print(json.dumps(append_rows(asked) | {"processors": os.cpu_count() or 0}, indent=2))
