"""Events to record, and a clock that can be moved."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from engine.log import Append
from schemas.recorded import Tracking, Unrecorded

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
COMMAND_SIZE = 3


class Ticking:
    """A clock that goes on by a second each time it is looked at, until it is set."""

    def __init__(self, now: datetime = NEW_YEAR) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def fact(
    id_: str, stream: str = "deal/D1", says: str = "signed", source: str = "crm"
) -> Unrecorded:
    return Unrecorded(
        stream=stream,
        type="deal-signed",
        schema_version=1,
        effective_at=NEW_YEAR,
        source=source,
        id=id_,
        state=f'{{"says":"{says}"}}'.encode(),
    )


def facts(first: int, last: int, streams: int = 7) -> list[Unrecorded]:
    """Facts with consecutive numbers, over a few streams."""
    return [fact(f"E{n}", f"deal/D{n % streams}") for n in range(first, last + 1)]


def appending(
    *events: Unrecorded,
    tracking: Sequence[Tracking] = (),
    expected: dict[str, int] | None = None,
    command_id: str | None = None,
) -> Append:
    return Append(
        events=events,
        actor="person:mia",
        tracking=tracking,
        expected=expected or {},
        command_id=command_id,
    )


def command(before: int) -> Append:
    """A command with three events, taken from an upstream that has got as far as the log."""
    first, last = before + 1, before + COMMAND_SIZE
    return appending(
        *facts(first, last),
        tracking=[Tracking(name="k", first=first, last=last)],
        command_id=f"command-{first}",
    )
