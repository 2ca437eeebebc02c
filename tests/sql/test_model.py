"""The log against a model so simple that it can be seen to be right."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.log import Append, Appended
from evenhand.sql import SqlLog
from evenhand.sql.errors import AlreadyTracked, StreamMoved
from evenhand.sql.verify import verify
from schemas.recorded import Tracking, Unrecorded
from tests.sql.facts import Ticking, fact


@dataclass
class Model:
    """A list of events and three dictionaries."""

    events: list[Unrecorded] = field(default_factory=list[Unrecorded])
    tracked: dict[str, int] = field(default_factory=dict[str, int])
    answers: dict[str, Appended] = field(default_factory=dict[str, Appended])
    quarantined: set[Unrecorded] = field(default_factory=set[Unrecorded])

    def append(self, append: Append) -> Appended | str:
        if append.command_id in self.answers:
            return self.answers[append.command_id]
        recorded, repeated, conflicting = self._sorted(append.events)
        versions = {
            stream: sum(event.stream == stream for event in self.events)
            for stream in append.expected
        }
        if (recorded or not append.events) and versions != append.expected:
            return "stream-moved"
        if any(self.tracked.get(one.name, -1) >= one.first for one in append.tracking):
            return "already-tracked"
        first = len(self.events) + 1
        self.events += [append.events[index] for index in recorded]
        self.tracked |= {one.name: one.last for one in append.tracking}
        self.quarantined |= {append.events[index] for index in conflicting}
        answer = Appended(
            positions=range(first, len(self.events) + 1),
            recorded=recorded,
            repeated=repeated,
            conflicting=conflicting,
        )
        if append.command_id is not None and recorded:
            self.answers[append.command_id] = answer
        return answer

    def _sorted(self, sent: Sequence[Unrecorded]) -> tuple[list[int], list[int], list[int]]:
        stands = {(event.source, event.id): event for event in self.events}
        recorded: list[int] = []
        repeated: list[int] = []
        conflicting: list[int] = []
        for index, event in enumerate(sent):
            known = stands.setdefault((event.source, event.id), event)
            if known is event and index not in recorded and event not in self.events:
                recorded.append(index)
            else:
                (repeated if known == event else conflicting).append(index)
        return recorded, repeated, conflicting


@st.composite
def appends(draw: st.DrawFn) -> Append:
    """A batch over few keys, streams and offsets, so that they meet."""
    numbers = draw(st.lists(st.integers(0, 12), max_size=6))
    events = [
        fact(f"E{n}", draw(st.sampled_from(["deal/D1", "deal/D2"])), draw(st.sampled_from("ab")))
        for n in numbers
    ]
    tracking: list[Tracking] = []
    if draw(st.booleans()):
        start = draw(st.integers(0, 30))
        tracking = [Tracking(name="kafka:crm/0", first=start, last=start + len(numbers))]
    expected: dict[str, int] = {}
    if draw(st.integers(0, 3)) == 0:
        expected = {draw(st.sampled_from(["deal/D1", "deal/D2"])): draw(st.integers(0, 4))}
    command_id = draw(st.sampled_from([None, None, "c1", "c2"]))
    return Append(
        events=events,
        actor="person:mia",
        command_id=command_id,
        expected=expected,
        tracking=tracking,
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(appends(), max_size=12))
def test_the_log_does_what_the_model_does(batches: list[Append]) -> None:
    model, clock = Model(), Ticking()
    with (
        tempfile.TemporaryDirectory() as folder,
        SqlLog.open(f"sqlite:///{Path(folder)}/log.db", clock=clock) as log,
    ):
        for batch in batches:
            assert _asked(log, batch) == _comparable(model.append(batch))
        assert [record.key for record in log.read()] == [
            (event.source, event.id) for event in model.events
        ]
        assert [record.state for record in log.read()] == [event.state for event in model.events]
        assert log.tracked() == model.tracked
        assert len(log.quarantined()) == len(model.quarantined)
        assert verify(log) is None


def _asked(log: SqlLog, batch: Append) -> object:
    try:
        return _comparable(log.append(batch))
    except (StreamMoved, AlreadyTracked) as refused:
        return refused.code


def _comparable(answer: Appended | str) -> object:
    if isinstance(answer, str):
        return answer
    lists = (answer.recorded, answer.repeated, answer.conflicting)
    return (list(answer.positions), *(list(found) for found in lists))
