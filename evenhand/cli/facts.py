"""Facts in: files of CloudEvents, exports by a mapping, Kafka; and what could not be read."""

import signal
from collections.abc import Iterator
from itertools import islice
from os import cpu_count, environ
from pathlib import Path
from threading import Event as Flag
from types import FrameType
from typing import Annotated, Any

import polars as pl
import typer

from commands.intake import Message, intake, released
from engine.log import Append
from evenhand.cli.options import By, Form, Log
from evenhand.cli.output import Format, document, say, show
from evenhand.rule_files import NoSuchFile
from evenhand.sql.errors import NotQuarantined
from evenhand.sql.log import SqlLog
from evenhand.sql.quarantine import CONFLICTING, Kept, unrecorded
from evenhand.wiring import now, open_log, person
from schemas.bad_events import BadEvent
from schemas.errors import Refused
from schemas.recorded import Unrecorded, microseconds
from schemas.wire import decode

BATCH = 5_000
LINE_BYTES_MAX = 2_097_152
PROCESSES = min(cpu_count() or 1, 3)
"""The log takes one append at a time, and three consumers can already keep it busy."""

Processes = Annotated[
    int,
    typer.Option(
        "--processes",
        min=1,
        metavar="N",
        show_default=False,
        help="Consumers that share the partitions; default one a processor, at most 3.",
    ),
]


def ingest(
    file: Annotated[Path, typer.Argument(help="CloudEvents, one JSON object a line; - is stdin.")],
    log: Log = None,
    by: By = None,
    form: Form = Format.TABLE,
) -> None:
    """Record CloudEvents; what repeats is counted, what cannot be read goes to quarantine."""
    totals = {"read": 0, "recorded": 0, "repeated": 0, "quarantined": 0}
    with open_log(log) as opened:
        for batch in _batches(_messages(file)):
            append = intake(batch, actor=person(by), now=now())
            answer = opened.append(append)
            totals["read"] += len(batch)
            totals["recorded"] += len(answer.recorded)
            totals["repeated"] += len(answer.repeated)
            totals["quarantined"] += len(answer.conflicting) + len(append.quarantined)
            for refused in append.quarantined:
                say(f"{refused.origin}: {refused.code}: {refused.reason}")
            for index in answer.conflicting:
                event = append.events[index]
                say(
                    f"{file.name}: conflicting-duplicate: event {event.id} of {event.source} was "
                    "recorded before with another content; see: evenhand quarantine list"
                )
    show([totals], form)
    if totals["quarantined"]:
        raise typer.Exit(1)


def _messages(file: Path) -> Iterator[Message]:
    """The lines of a file as messages; empty ones are skipped, a byte order mark is taken off."""
    try:
        with Path("/dev/stdin" if str(file) == "-" else file).open("rb") as lines:
            for number, line in enumerate(lines, 1):
                raw = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
                text = raw.strip()
                if text:
                    yield Message(
                        origin=f"file:{file.name}:{number}",
                        raw=text[:LINE_BYTES_MAX],
                        read=_reading(text),
                    )
    except OSError:
        raise NoSuchFile(file) from None


def _reading(text: bytes) -> Any:
    return lambda: decode(text)


def _batches(messages: Iterator[Message]) -> Iterator[tuple[Message, ...]]:
    while batch := tuple(islice(messages, BATCH)):
        yield batch


def consume(log: Log = None, processes: Processes = PROCESSES) -> None:
    """Read facts from Kafka until stopped; settings are EVENHAND_KAFKA_*."""
    from evenhand.kafka import Consumer, KafkaSettings  # noqa: PLC0415 - not everybody has brokers
    from evenhand.kafka.members import consume_together  # noqa: PLC0415 - the same

    stop = Flag()

    def stopping(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stopping)
    settings = KafkaSettings.from_environment(environ)
    with open_log(log) as opened:
        if processes == 1:
            say(str(Consumer(settings, opened).run(stop)))
            return
    counts = consume_together(processes, settings, log, stop)
    if counts is None:
        say("A consumer ended that was not asked to, and so all did. What it said stands above.")
        raise typer.Exit(1)
    say(str(counts))


quarantine = typer.Typer(no_args_is_help=True, help="Messages that could not be recorded.")


@quarantine.command("list")
def list_quarantine(
    log: Log = None,
    form: Form = Format.TABLE,
    everything: Annotated[bool, typer.Option("--all", help="Resolved ones too.")] = False,
) -> None:
    """Messages in quarantine, with the reason and what to do."""
    with open_log(log) as opened:
        kept = opened.quarantined(None if everything else "open")
    rows = [
        {
            "number": each.number,
            "state": each.state,
            "code": each.message.code,
            "origin": each.message.origin,
            "reason": each.message.reason,
            "recorded_at": each.recorded_at.isoformat(),
        }
        for each in kept
    ]
    show(rows, form, ("number", "state", "code", "origin", "reason"))


@quarantine.command("show")
def show_quarantined(number: int, log: Log = None) -> None:
    """One message in quarantine, with its bytes as they came."""
    with open_log(log) as opened:
        kept = _kept(opened, number)
    document(
        {
            "number": kept.number,
            "state": kept.state,
            "code": kept.message.code,
            "origin": kept.message.origin,
            "reason": kept.message.reason,
            "raw": kept.message.raw.decode("utf-8", "backslashreplace"),
        }
    )


class NothingToRelease(Refused):
    """A message was to be released that still cannot be read, or that corrects nothing."""

    code = "nothing-to-release"

    def __init__(self, number: int, why: str) -> None:
        self.number = number
        super().__init__(
            f"Message {number} cannot be released: {why}. Have the sender send it again as it "
            "should be, and discard this one."
        )


@quarantine.command("release")
def release(
    number: int,
    reason: Annotated[str, typer.Option(help="Why it may in.")],
    log: Log = None,
    by: By = None,
) -> None:
    """Let a message in: a contradicting duplicate as a correction, others as they now read."""
    with open_log(log) as opened:
        event = _releasable(opened, number)
        opened.append(Append(events=[event], actor=person(by), command_id=f"release-{number}"))
        opened.release(number, actor=person(by), reason=reason)
    say(f"released {number}: recorded as {event.type} {event.id} of {event.source}")


@quarantine.command("discard")
def discard(
    number: int,
    reason: Annotated[str, typer.Option(help="Why it stays out.")],
    log: Log = None,
    by: By = None,
) -> None:
    """Say that a message will not be recorded; it stays in quarantine with the reason."""
    with open_log(log) as opened:
        opened.discard(number, actor=person(by), reason=reason)
    say(f"discarded {number}")


def _kept(log: SqlLog, number: int) -> Kept:
    for kept in log.quarantined(None):
        if kept.number == number:
            return kept
    raise NotQuarantined(number)


def _releasable(log: SqlLog, number: int) -> Unrecorded:
    """What a quarantined message becomes when it is let in. Raises `NothingToRelease`."""
    kept = _kept(log, number)
    if kept.message.code != CONFLICTING:
        try:
            return decode(kept.message.raw)
        except BadEvent as bad:
            raise NothingToRelease(number, f"it still cannot be read ({bad.code})") from None
    again = unrecorded(kept.message.raw)
    first = log.columns().row(
        by_predicate=(pl.col("source") == again.source) & (pl.col("id") == again.id), named=True
    )
    if (first["type"], first["stream"]) != (again.type, again.stream):
        raise NothingToRelease(number, "it is about something else than the fact it contradicts")
    moved = microseconds(again.effective_at) != first["effective_at"]
    return released(again, number=number, effective_at=again.effective_at if moved else None)
