"""Who has accepted a version of a plan, and who is paid under it and has not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import polars as pl

from engine.law import law
from engine.rulebook import Rulebook
from engine.world import world
from schemas.errors import Missing
from schemas.events.people import PlanAccepted
from schemas.json_text import parse_object
from schemas.plans import Plan

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class NoSuchVersion(Missing):
    """A version of a plan was asked for that is not in the log."""

    code = "no-such-version"

    def __init__(self, name: str, known: list[str]) -> None:
        self.name, self.known = name, known
        listed = ", ".join(known) or "none"
        super().__init__(
            f"{name} was asked for, and no such version is published (published: {listed}). Write "
            "plan and version, as in seed-4-2-5@1."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """A payee under a version: when they accepted it, in which language, and which document.

    `current` says whether the document they saw is the one that is published.
    """

    payee: str
    at: datetime | None = None
    language: str | None = None
    digest: str | None = None
    current: bool = False


def version_named(records: pl.DataFrame, name: str) -> Plan:
    """The version `seed-4-2-5@1` among rules (RECORDS). Raises `NoSuchVersion`."""
    return _version(law(records).book, name)


def _version(rules: Rulebook, name: str) -> Plan:
    if name not in rules.named:
        raise NoSuchVersion(name, sorted(rules.named))
    return rules.named[name].plan


def acceptances(records: pl.DataFrame, name: str) -> list[Acceptance]:
    """Everybody who is ever paid under a version or accepted it, by payee; the last one counts.

    Raises `NoSuchVersion`.
    """
    known = world(records)
    rules = known.rules
    digest = _version(rules, name).digest()
    people = rules.enrolled | set(rules.spans) | set(known.credits["payee"])
    spans = rules.version_spans(sorted(people)).filter(pl.col("plan") == name)
    told = {payee: Acceptance(payee=payee) for payee in spans["payee"].unique()}
    told |= {each.payee: each for each in _accepted(records, name, digest)}
    return [told[payee] for payee in sorted(told)]


def _accepted(records: pl.DataFrame, name: str, digest: str) -> Iterator[Acceptance]:
    rows = records.filter(pl.col("type") == PlanAccepted.type).sort("effective_at", "position")
    for at, state in rows.select("effective_at", "state").iter_rows():
        event = PlanAccepted.model_validate(parse_object(state.encode()))
        if event.name == name:
            yield Acceptance(
                payee=event.payee,
                at=_EPOCH + timedelta(microseconds=at),
                language=event.language,
                digest=event.digest,
                current=event.digest == digest,
            )
