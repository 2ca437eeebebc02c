"""What the log refuses, and what can stand in its way, each with a stable code.

Refused
├── StreamMoved         stream-moved          a stream is not at the version expected of it
├── AlreadyTracked      already-tracked       an upstream was taken further by someone else
├── AlreadyResolved     already-resolved      a quarantined message was dealt with before
├── KnownAtInFuture     known-at-in-future    a question about an instant that is yet to come
├── ClockAhead          clock-ahead           the system's clock has jumped forward
├── LogOfAnother        log-of-another        the database holds another application's log
├── LogNewer            log-newer             written by a newer Evenhand than this one
├── LogUnsafe           log-unsafe            the database would not keep what it confirms
└── LogUnavailable (503)
    ├── LogBusy         log-busy              others write; try again later
    ├── LogFull         log-full (507)        no space left
    ├── LogReadOnly     log-read-only         the database can be read, not written
    ├── LogDamaged      log-damaged (500)     what is stored is not what was recorded
    └── LogFailed       log-failed            the database failed in some other way
Malformed
└── Unstorable          unstorable-text       a text that no database column takes
Missing
├── NotQuarantined      not-quarantined       no quarantined message has this number
├── NotKept             not-kept              nothing is kept under this digest
└── UnknownTopic        unknown-topic         an event type no one has registered

The messages say what was asked, what stands in the way, and what to do instead.
"""

from datetime import datetime, timedelta
from typing import ClassVar

from schemas.errors import Malformed, Missing, Refused


class StreamMoved(Refused):
    """A stream is not at the version the writer decided on."""

    code = "stream-moved"

    def __init__(self, stream: str, expected: int, found: int) -> None:
        self.stream, self.expected, self.found = stream, expected, found
        super().__init__(
            f"Stream {stream} was to be appended to at version {expected}, and it is at version "
            f"{found}: someone else was first. Read it again, decide again, and append then."
        )


class AlreadyTracked(Refused):
    """An upstream has been taken beyond the first offset of this batch."""

    code = "already-tracked"

    def __init__(self, name: str, first: int) -> None:
        self.name, self.first = name, first
        super().__init__(
            f"{name} was to be taken from {first}, and it was taken that far or further already, "
            "by another reader or before a restart. Continue after the tracked position."
        )


class AlreadyResolved(Refused):
    """A quarantined message was released or discarded before."""

    code = "already-resolved"

    def __init__(self, number: int, state: str) -> None:
        self.number, self.state = number, state
        super().__init__(
            f"Quarantined message {number} cannot be resolved again: it is {state}. "
            "Look at who resolved it and why; a new message can be sent instead."
        )


class KnownAtInFuture(Refused):
    """What will be known cannot be said yet."""

    code = "known-at-in-future"

    def __init__(self, known_at: datetime, now: datetime) -> None:
        self.known_at, self.now = known_at, now
        super().__init__(
            f"What was known at {known_at.isoformat()} cannot be told: it is {now.isoformat()} "
            "now, and more may be learned until then. Ask about an instant that has passed."
        )


class ClockAhead(Refused):
    """The wall clock has run ahead of the time that has passed."""

    code = "clock-ahead"

    def __init__(self, now: datetime, ahead: timedelta) -> None:
        self.now, self.ahead = now, ahead
        super().__init__(
            f"Nothing is recorded at {now.isoformat()}: the system's clock has jumped {ahead} "
            "ahead of the time that has passed since the log was opened, and a recorded instant "
            "cannot be taken back. Set the clock right, or restart if it is right now."
        )


class LogOfAnother(Refused):
    """One schema holds one log, and this one holds another application's."""

    code = "log-of-another"

    def __init__(self, asked: str, found: str) -> None:
        self.asked, self.found = asked, found
        super().__init__(
            f"The log of {asked} cannot be opened here: this database holds the log of {found}. "
            "Give each application its own file, database or schema."
        )


class LogNewer(Refused):
    """The log was written by a newer version of Evenhand."""

    code = "log-newer"

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(
            f"The log cannot be read by this version of Evenhand: it holds {what}, which is "
            "unknown here. Use the version that wrote it, or a later one."
        )


class LogUnsafe(Refused):
    """The database is not set up to keep what it confirms."""

    code = "log-unsafe"

    def __init__(self, setting: str, found: str, needed: str) -> None:
        self.setting, self.found, self.needed = setting, found, needed
        super().__init__(
            f"The log cannot be opened: {setting} is {found}, and confirmed records could be lost "
            f"or mixed up. Set {setting} to {needed}."
        )


class BadLogUrl(Malformed):
    """A text that names no database."""

    code = "bad-log-url"

    def __init__(self, url: str) -> None:
        self.url = url
        super().__init__(
            f"The log {url} cannot be opened: that is no URL of a database. Write "
            "sqlite:///evenhand.db for a file here, or postgresql+psycopg://user@host/name."
        )


class LogUnavailable(Refused):
    """The database cannot do it now; nothing of what was asked has happened."""

    code = "log-unavailable"
    status = 503
    asked: ClassVar[str] = "The log cannot be used"
    instead: ClassVar[str] = "Try again later."

    def __init__(self, cause: str) -> None:
        self.cause = cause
        super().__init__(f"{self.asked}: {cause}. {self.instead}")


class LogBusy(LogUnavailable):
    """Others kept the log locked for as long as we were willing to wait."""

    code = "log-busy"
    asked = "Nothing was recorded, the log is busy"
    instead = "Try again in a few seconds; the same command or message is recorded once."


class LogFull(LogUnavailable):
    """There is no space left to record anything."""

    code = "log-full"
    status = 507
    asked = "Nothing was recorded, there is no space left"
    instead = "Free or add disk space; reading goes on, and writing does once there is space."


class LogReadOnly(LogUnavailable):
    """The database lets itself be read and not written."""

    code = "log-read-only"
    asked = "Nothing was recorded, the log can only be read"
    instead = "Give the process permission to write the file and its folder, or the tables."


class LogDamaged(LogUnavailable):
    """What is stored is not what was recorded."""

    code = "log-damaged"
    status = 500
    asked = "The log is damaged"
    instead = "Run the verification, restore a backup from before, and read the sources again."


class LogFailed(LogUnavailable):
    """The database failed in a way that is none of the others."""

    code = "log-failed"
    asked = "Nothing is known to be recorded, the database failed"
    instead = "Look at its log, and try again: the same command or message is recorded once."


class Unstorable(Malformed):
    """A text that cannot be stored as it is: it holds NUL or half of a character."""

    code = "unstorable-text"

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(
            f"The text {text[:100]!r} cannot be recorded: it holds a NUL or half of a surrogate "
            "pair, which not every database keeps. Send it without."
        )


class NotQuarantined(Missing):
    """No quarantined message has this number."""

    code = "not-quarantined"

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(
            f"Quarantined message {number} cannot be shown or resolved: there is none with this "
            "number. List the quarantine for those there are."
        )


class NotKept(Missing):
    """Nothing is kept under this digest."""

    code = "not-kept"

    def __init__(self, digest: bytes) -> None:
        self.digest = digest
        super().__init__(
            f"The lines with digest {digest.hex()} cannot be read: nothing is kept under it. "
            "Check the digest against the period's closing, or restore them from a backup."
        )


class UnknownTopic(Missing):
    """An event type that is not in the registry; nothing is imported to find it."""

    code = "unknown-topic"

    def __init__(self, topic: str) -> None:
        self.topic = topic
        super().__init__(
            f"An event of type {topic!r} cannot be read or written: no such type is registered. "
            "Use a registered type, or the version of Evenhand that has it."
        )
