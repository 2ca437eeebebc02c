"""The log of `engine.log`, kept in SQLite or PostgreSQL."""

from collections.abc import Collection, Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from secrets import token_hex
from types import TracebackType
from typing import TYPE_CHECKING, Self

from sqlalchemy import URL, Connection, Engine, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from engine.log import Append, Appended, Head, SameContent
from evenhand.sql import quarantine, reads, tables
from evenhand.sql.appending import Appending, lock
from evenhand.sql.clock import Clock, SteadyClock
from evenhand.sql.connections import connect, writing
from evenhand.sql.errors import (
    KnownAtInFuture,
    LogDamaged,
    LogOfAnother,
    LogUnavailable,
    NotKept,
    StreamMoved,
)
from evenhand.sql.firm import firm
from evenhand.sql.schema import migrate
from evenhand.sql.trouble import AGAIN, ATTEMPTS, Trouble, attempts, pause, trouble, unavailable
from schemas.recorded import Recorded, Unrecorded, instant, microseconds

if TYPE_CHECKING:
    import polars as pl

APPLICATION = "evenhand"


def identical(recorded: Recorded, event: Unrecorded) -> bool:
    """Whether an event says, byte for byte, what a recorded one says."""
    return (recorded.type, recorded.stream, recorded.effective_at, recorded.state) == (
        event.type,
        event.stream,
        event.effective_at,
        event.state,
    )


class SqlLog:
    """An append-only log with gapless positions, in one SQLite file or one PostgreSQL schema.

    Safe to share between threads and processes, except a log in memory (`sqlite://`), which is
    for one thread. Nothing is confirmed before it is on disk.
    """

    def __init__(self, engine: Engine, clock: Clock, same_content: SameContent) -> None:
        self.engine = engine
        self.types: reads.Types | None = None
        self.clock = clock
        self._same_content = same_content
        self._expects_repeats = False
        self._firm = False

    @classmethod
    def open(
        cls,
        url: str | URL,
        *,
        clock: Clock | None = None,
        same_content: SameContent = identical,
        types: reads.Types | None = None,
        application: str = APPLICATION,
    ) -> Self:
        """The log at a URL (`sqlite:///evenhand.db`, `postgresql+psycopg://...`), made if new.

        `same_content` tells a repeat from a contradiction under one key. `types` are the event
        types that can be read, each with its newest schema version; any other stops a reader.
        `application` is whose log it is: one schema holds one log.
        """
        log = cls(connect(url), clock or SteadyClock(), same_content)
        log.types = types
        try:
            attempts(lambda: migrate(log.engine))
            attempts(lambda: log._belong_to(application))
        except BaseException:
            log.close()
            raise
        return log

    def close(self) -> None:
        """Close every connection; the log can be used again and opens new ones."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def append(self, append: Append) -> Appended:
        """Record what is new, count what repeats, quarantine what contradicts; all or nothing.

        A commit whose answer was lost is looked up under the head's lock before anything is tried
        again, so that no one is told of a conflict with his own records.
        """
        return self.append_with(append, self._same_content)

    def append_with(self, append: Append, same_content: SameContent) -> Appended:
        """Append, with another notion of the same content; what it raises undoes the append."""
        appending = Appending(append, token_hex(16), same_content)
        look_up = self._expects_repeats or appending.repeats_itself
        unsure: Appended | None = None
        attempt = 1
        while True:
            answer: Appended | None = None
            try:
                with self._writing() as connection:
                    if unsure is not None:
                        lock(connection)
                        if appending.settled(connection):
                            return unsure
                    answer = appending.run(connection, self.clock, look_up=look_up)
            except StreamMoved:
                if look_up:
                    raise
                look_up = True  # it may have been moved by these very events
            except DBAPIError as error:
                kind, unsure = trouble(error), answer or unsure
                if kind is Trouble.TAKEN and not look_up:
                    look_up = True
                    continue
                if kind not in AGAIN or attempt == ATTEMPTS:
                    return self._settle(appending, unsure, error)
                pause(attempt)
                attempt += 1
            else:
                self._expects_repeats = len(answer.recorded) != len(append.events)
                return answer

    def read(self, *, after: int = 0, through: int | None = None) -> Iterator[Recorded]:
        """Records with `after < position <= through`, in order of position."""
        return reads.records(self.engine, after, through, self.types)

    def columns(
        self, *, after: int = 0, through: int | None = None, types: Collection[str] | None = None
    ) -> "pl.DataFrame":
        """The same range, all or of some types, as a frame with `frames.SCHEMA`.

        It is for replay: leaves are not checked.
        """
        from evenhand.sql import frames  # noqa: PLC0415 - polars is slow to import

        return frames.columns(self.engine, after, through, self.types, types)

    def stream(self, stream: str) -> Sequence[Recorded]:
        """All records of one stream, in order of version."""
        return reads.stream(self.engine, stream, self.types)

    def head(self) -> Head:
        """The end of the log, now."""
        row = reads.last(self.engine)
        at = row["recorded_at"]
        return Head(position=row["position"], recorded_at=None if at is None else instant(at))

    def position_at(self, known_at: datetime) -> int:
        """The last position recorded at or before an instant; 0 if there is none.

        Asked about an instant after the last commit, the log promises that nothing will be
        recorded at or before it, and keeps that promise in the head: the answer stays true.
        """
        asked = microseconds(known_at)
        if asked > reads.last(self.engine)["floor"]:
            if known_at > (now := self.clock()):
                raise KnownAtInFuture(known_at, now)
            return attempts(lambda: self._promise(asked))
        commits = tables.commits
        found = (
            select(commits.c.last_position)
            .where(commits.c.recorded_at <= asked)
            .order_by(commits.c.recorded_at.desc())
            .limit(1)
        )
        return reads.ask(self.engine, lambda connection: connection.scalar(found) or 0)

    def tracked(self) -> dict[str, int]:
        """The last offset taken from each upstream."""
        names = select(tables.tracking.c.name, tables.tracking.c.position)
        rows = reads.ask(self.engine, lambda connection: connection.execute(names).all())
        return dict(iter(rows))

    def quarantined(self, state: quarantine.State | None = "open") -> list[quarantine.Kept]:
        """The quarantined messages in one state, or all, in the order they came."""
        return reads.ask(self.engine, lambda connection: quarantine.listed(connection, state))

    def release(self, number: int, *, actor: str, reason: str) -> quarantine.Kept:
        """Mark a message as released; what it said has been appended before, as a correction."""
        return self._resolve(number, "released", actor, reason)

    def discard(self, number: int, *, actor: str, reason: str) -> quarantine.Kept:
        """Mark a message as discarded: it will not be recorded, and it stays where it is."""
        return self._resolve(number, "discarded", actor, reason)

    def keep(self, content: bytes) -> bytes:
        """The SHA-256 digest under which content is kept from now on; kept once."""
        digest = sha256(content).digest()
        dialect = postgresql if self.engine.dialect.name == "postgresql" else sqlite
        statement = (
            dialect.insert(tables.stated)
            .values(digest=digest, content=content)
            .on_conflict_do_nothing(index_elements=[tables.stated.c.digest])
        )

        def work() -> bytes:
            with self._writing() as connection:
                connection.execute(statement)
            return digest

        return attempts(work)

    def kept(self, digest: bytes) -> bytes:
        """The content kept under a digest, checked against it."""
        stated = tables.stated
        found = select(stated.c.content).where(stated.c.digest == digest)
        content: bytes | None = reads.ask(self.engine, lambda connection: connection.scalar(found))
        if content is None:
            raise NotKept(digest)
        if sha256(content).digest() != digest:
            raise LogDamaged(f"the lines kept under {digest.hex()} do not agree with their digest")
        return content

    def _belong_to(self, application: str) -> None:
        """Take the log for an application when it is new; refused if it is another's."""
        head = tables.head
        owner = reads.last(self.engine)["application"]
        if owner is None:
            with self._writing() as connection:
                taken = update(head).where(head.c.application.is_(None))
                connection.execute(taken.values(application=application))
                owner = reads.end(connection)["application"]
        if owner != application:
            raise LogOfAnother(application, owner)

    def _promise(self, asked: int) -> int:
        with self._writing() as connection:
            position, floor = lock(connection)
            if floor < asked:
                connection.execute(update(tables.head).values(floor=asked))
                return position
        return self.position_at(instant(asked))

    def _resolve(
        self, number: int, state: quarantine.State, actor: str, reason: str
    ) -> quarantine.Kept:
        resolution = quarantine.Resolution(actor=actor, reason=reason, at=self.clock())

        def work() -> quarantine.Kept:
            with self._writing() as connection:
                return quarantine.resolve(connection, number, state, resolution)

        return attempts(work)

    def _settle(self, appending: Appending, unsure: Appended | None, error: DBAPIError) -> Appended:
        """The answer of a commit that failed and went through all the same; else our error.

        The handles are closed: after a failed write the system may report a good one that is not.
        """
        self.engine.dispose()
        self._firm = False
        if unsure is not None and self._is_there(appending):
            return unsure
        raise unavailable(error) from error

    def _is_there(self, appending: Appending) -> bool:
        """Whether an append is recorded for certain; False if the database does not say."""
        try:
            self._make_firm()
            return reads.ask(self.engine, appending.settled)
        except (DBAPIError, LogUnavailable):
            return False

    @contextmanager
    def _writing(self) -> Generator[Connection]:
        """A transaction that writes; it confirms nothing on the strength of what may be lost."""
        self._make_firm()
        with writing(self.engine) as connection:
            yield connection

    def _make_firm(self) -> None:
        if not self._firm:
            firm(self.engine)
            self._firm = True
