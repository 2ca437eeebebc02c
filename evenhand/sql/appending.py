"""One append, inside one transaction that holds the head's lock.

    lock the head        whoever holds it is the only writer; position and clock are settled
    answer again         a command or a broken connection's commit that is there already
    sort out             what is new, what repeats, what contradicts
    insert               rows with their final position, version, time and leaf
    track, quarantine    in the same transaction, or not at all
    advance the head     by exactly what was inserted

The first attempt supposes that nothing repeats, because hardly anything does; the unique key of
`(source, id)` says if that was wrong, and then everything is looked up and done again.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import ModuleType

from sqlalchemy import Connection, Executable, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.log import Append, Appended, SameContent
from evenhand.sql import bulk, lookups, quarantine, tables
from evenhand.sql.errors import AlreadyTracked, StreamMoved
from evenhand.sql.rows import Place, placed, storable
from schemas.recorded import Quarantined, Recorded, Tracking, Unrecorded, instant, microseconds

_LOCK = select(tables.head.c.position, tables.head.c.floor).with_for_update()
_ADVANCE = update(tables.head).values(
    position=bindparam("position"), recorded_at=bindparam("at"), floor=bindparam("at")
)
_COMMIT = insert(tables.commits)


def _track_with(dialect: ModuleType) -> Executable:
    """The compare-and-set of an upstream's position, as one statement."""
    table = tables.tracking
    last, token = bindparam("last", type_=tables.NUMBER), bindparam("token", type_=tables.TEXT)
    insertion = dialect.insert(table).values(name=bindparam("name"), position=last, token=token)
    moved: Executable = insertion.on_conflict_do_update(
        index_elements=[table.c.name],
        set_={"position": last, "token": token},
        where=table.c.position < bindparam("first"),
    ).returning(table.c.position)
    return moved


_TRACK = {"postgresql": _track_with(postgresql), "sqlite": _track_with(sqlite)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """The events of an append by what becomes of them, as indices."""

    recorded: Sequence[int]
    repeated: Sequence[int]
    conflicting: Sequence[int]
    contradictions: Sequence[Quarantined]


class Appending:
    """One call of append: what was asked, and the token by which its commit is known again."""

    def __init__(self, append: Append, token: str, same_content: SameContent) -> None:
        self.append, self.token, self._same = append, token, same_content
        storable(append.events, append.actor)
        self.keys = [(event.source, event.id) for event in append.events]

    @property
    def repeats_itself(self) -> bool:
        """Whether two events of the append have the same key."""
        return len(set(self.keys)) != len(self.keys)

    def run(
        self, connection: Connection, clock: Callable[[], datetime], *, look_up: bool
    ) -> Appended:
        """Do it in this transaction; without `look_up` on the supposition that nothing repeats."""
        position, floor = lock(connection)
        if (before := self.answered(connection)) is not None:
            return before
        recorded_at = max(microseconds(clock()), floor + 1)
        place = Place(position=position, recorded_at=recorded_at, actor=self.append.actor)
        sorted_out = self._sort_out(connection, place) if look_up else self._all_new()
        self._insert(connection, place, sorted_out)
        for tracking in sorted(self.append.tracking, key=lambda tracking: tracking.name):
            _track(connection, tracking, self.token)
        kept = [*self.append.quarantined, *sorted_out.contradictions]
        quarantine.keep(connection, kept, recorded_at)
        n = len(sorted_out.recorded)
        if n:
            self._commit(connection, place, sorted_out)
        return Appended(
            positions=range(position + 1, position + n + 1),
            recorded=sorted_out.recorded,
            repeated=sorted_out.repeated,
            conflicting=sorted_out.conflicting,
        )

    def answered(self, connection: Connection) -> Appended | None:
        """The answer of then, if this command was recorded before."""
        if self.append.command_id is None:
            return None
        commits = tables.commits
        found = connection.execute(
            select(commits.c.last_position, commits.c.n, commits.c.answer).where(
                commits.c.command_id == self.append.command_id
            )
        ).one_or_none()
        if found is None:
            return None
        answer: dict[str, list[int]] = json.loads(found.answer)
        return Appended(
            positions=range(found.last_position - found.n + 1, found.last_position + 1),
            **answer,
        )

    def settled(self, connection: Connection) -> bool:
        """Whether an earlier attempt of this very call was committed after all."""
        for table in (tables.commits, tables.tracking):
            found = select(table.c.token).where(table.c.token == self.token).limit(1)
            if connection.scalar(found) is not None:
                return True
        return False

    def _all_new(self) -> Sorted:
        everything = range(len(self.append.events))
        return Sorted(recorded=everything, repeated=(), conflicting=(), contradictions=())

    def _sort_out(self, connection: Connection, place: Place) -> Sorted:
        """Compare every event with what stands under its key, recorded or in the batch."""
        stands: dict[tuple[str, str], Recorded] = lookups.by_keys(connection, self.keys)
        recorded: list[int] = []
        repeated: list[int] = []
        conflicting: list[int] = []
        contradictions: list[Quarantined] = []
        for index, event in enumerate(self.append.events):
            found = stands.get(self.keys[index])
            if found is None:
                recorded.append(index)
                stands[self.keys[index]] = _provisional(event, place, len(recorded))
            elif self._same(found, event):
                repeated.append(index)
            else:
                conflicting.append(index)
                contradictions.append(quarantine.conflict(found, event))
        return Sorted(
            recorded=recorded,
            repeated=repeated,
            conflicting=conflicting,
            contradictions=contradictions,
        )

    def _insert(self, connection: Connection, place: Place, sorted_out: Sorted) -> None:
        """Insert what is new, each at the next version of its stream."""
        events: Sequence[Unrecorded] = self.append.events
        if len(sorted_out.recorded) != len(events):
            events = [events[index] for index in sorted_out.recorded]
        if not events and self.append.events:
            return  # repeats only: whatever was expected, it happened before
        streams = {event.stream for event in events}
        versions = lookups.versions(connection, streams | set(self.append.expected))
        _expect(versions, self.append.expected)
        if events:
            bulk.insert(connection, placed(events, place, versions))

    def _commit(self, connection: Connection, place: Place, sorted_out: Sorted) -> None:
        """Advance the head by what was inserted, and say in `commits` who did it and when."""
        n = len(sorted_out.recorded)
        answer = None
        if self.append.command_id is not None:
            by_index = {
                "recorded": list(sorted_out.recorded),
                "repeated": list(sorted_out.repeated),
                "conflicting": list(sorted_out.conflicting),
            }
            answer = json.dumps(by_index, separators=(",", ":"))
        connection.execute(
            _ADVANCE,
            {
                "position": place.position + n,
                "at": place.recorded_at,
            },
        )
        connection.execute(
            _COMMIT,
            {
                "last_position": place.position + n,
                "n": n,
                "token": self.token,
                "command_id": self.append.command_id,
                "answer": answer,
                "recorded_at": place.recorded_at,
                "actor": place.actor,
            },
        )


def lock(connection: Connection) -> tuple[int, int]:
    """The head's position and the floor of its clock, held until the transaction ends."""
    row = connection.execute(_LOCK).one()
    return row.position, row.floor


def _expect(versions: Mapping[str, int], expected: Mapping[str, int]) -> None:
    for stream, version in expected.items():
        if versions[stream] != version:
            raise StreamMoved(stream, version, versions[stream])


def _provisional(event: Unrecorded, place: Place, nth: int) -> Recorded:
    """An event of this batch as it will be recorded, enough of it to compare contents."""
    return Recorded(
        position=place.position + nth,
        stream=event.stream,
        version=0,
        type=event.type,
        schema_version=event.schema_version,
        recorded_at=instant(place.recorded_at),
        effective_at=event.effective_at,
        source=event.source,
        id=event.id,
        actor=place.actor,
        state=event.state,
        leaf=b"",
    )


def _track(connection: Connection, tracking: Tracking, token: str) -> None:
    """Move an upstream's position by compare-and-set on the first offset of the batch.

    On the last offset it would let an overlapping batch in. Offsets may have holes, so the first
    need only be beyond the position.
    """
    asked = {"name": tracking.name, "first": tracking.first, "last": tracking.last, "token": token}
    moved = connection.scalar(_TRACK[connection.dialect.name], asked)
    if moved is None:
        raise AlreadyTracked(tracking.name, tracking.first)
