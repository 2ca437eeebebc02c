"""Rulings before they are made: the log with a decision appended, asked again."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any, Final

import polars as pl

from engine.payment_terms import first_paid
from engine.world import World
from replay.drafts import with_drafts
from replay.impact import moved_lines
from replay.periods import Kept, closes, kept_issue, open_again, stated_lines
from replay.stating import Everything, everything, next_issues
from schemas.calendar import PayoutPeriod
from schemas.events import OWN_SOURCE
from schemas.events.decisions import Decision
from schemas.events.disputes import (
    DisputeAppealed,
    DisputeRaised,
    DisputeSettled,
    DisputeWithdrawn,
    EvidenceAdded,
)
from schemas.events.rulings import CreditOverridden, OverrideRevoked
from schemas.recorded import Unrecorded, instant, microseconds
from schemas.statements import (
    Issue,
    balance_documents,
    ledger_documents,
    line_documents,
)
from schemas.wire import unrecorded

_KINDS: Final = {
    DisputeRaised.type: "raise",
    EvidenceAdded.type: "evidence",
    DisputeSettled.type: "ruling",
    DisputeAppealed.type: "appeal",
    DisputeWithdrawn.type: "withdrawal",
    CreditOverridden.type: "override",
    OverrideRevoked.type: "revocation",
}
_SAID: Final = ("because", "cause")
_ID_LENGTH_MAX: Final = 64
RulingEvent = DisputeSettled | CreditOverridden | OverrideRevoked
"""The decisions that change whose deal it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The open statements as known: one issue a period, in order, after those that were issued.

    Open are the next period to be closed, and all after it in which anything is earned.
    """

    world: World
    earned: pl.DataFrame  # LINES
    issued: Sequence[Issue]
    open: Sequence[Issue]

    @property
    def lines(self) -> pl.DataFrame:
        """All lines that were stated, and those that would be (PAYABLE)."""
        return stated_lines([*self.issued, *self.open])


@dataclass(frozen=True)
class Preview:
    """What a decision would do to the open statements, and to what is earned."""

    decision: Unrecorded
    before: Standing
    after: Standing

    @cached_property
    def moved(self) -> frozenset[str]:
        """The payees whose lines in an open statement it changes, not only what is said of them."""
        return frozenset(
            payee
            for was, becomes in self._pairs()
            for payee in _differing(*(each.lines.drop(_SAID) for each in (was, becomes)))
        )

    @cached_property
    def payees(self) -> Sequence[str]:
        """Those whose open statement it changes in anything: a line, its reasons, the cash."""
        found = ((_by_payee(was), _by_payee(becomes)) for was, becomes in self._pairs())
        return sorted(
            {
                payee
                for was, becomes in found
                for payee in was.keys() | becomes.keys()
                if was.get(payee) != becomes.get(payee)
            }
        )

    @cached_property
    def earned(self) -> pl.DataFrame:
        """What is earned otherwise (IMPACT), sorted by payee, period and currency."""
        return moved_lines(self.before.earned, self.after.earned)

    def _pairs(self) -> Sequence[tuple[Issue, Issue]]:
        return list(zip(self.before.open, self.after.open, strict=True))


def preview(records: pl.DataFrame, kept: Kept, decision: RulingEvent, at: datetime) -> Preview:
    """What a ruling, an override or a revocation would do if it were recorded now.

    The lines and balances after it are those that its record leads to, byte for byte.
    """
    fact = fact_of(records, decision, at)
    then, now = everything(records), everything(with_drafts(records, [fact]))
    periods = _open(records, (then, now))
    issues = [kept_issue(closed, kept) for closed in closes(records)]
    return Preview(fact, *(_standing(told, issues, periods) for told in (then, now)))


def standing(records: pl.DataFrame, kept: Kept) -> Standing:
    """The open statements as known by all of records (RECORDS)."""
    told = everything(records)
    issues = [kept_issue(closed, kept) for closed in closes(records)]
    return _standing(told, issues, _open(records, (told,)))


def _standing(
    told: Everything, issues: Sequence[Issue], periods: Sequence[PayoutPeriod]
) -> Standing:
    found = next_issues(told, issues, periods)
    return Standing(world=told.law, earned=told.lines, issued=issues, open=found)


def fact_of(records: pl.DataFrame, decision: Decision, at: datetime) -> Unrecorded:
    """A decision as the fact it becomes: named for its dispute or deal and its number there.

    `ruling-P1-2` is the second ruling of dispute P1, `override-D1-1` the first override of D1. It
    counts from `at` on, and after all such decisions before it, whatever clock they went by.
    """
    stream = decision.stream()
    told = records.filter(pl.col("type") == decision.type, pl.col("stream") == stream)
    name = fact_id(_KINDS[decision.type], stream.partition("/")[2], told.height + 1)
    last = records.filter(pl.col("type").is_in(list(_KINDS)))["effective_at"]
    after = max([microseconds(at), *(each + 1 for each in last)])
    return unrecorded(decision, effective_at=instant(after), source=OWN_SOURCE, id=name)


def fact_id(kind: str, name: str, number: int) -> str:
    """The id of the fact so-and-so of a dispute or a deal: `ruling-P1-2`.

    Where that is longer than an id may be, 16 hex digits of SHA-256 stand for the name.
    """
    id_ = f"{kind}-{name}-{number}"
    if len(id_) <= _ID_LENGTH_MAX:
        return id_
    return f"{kind}-{sha256(name.encode()).hexdigest()[:16]}-{number}"


def _open(records: pl.DataFrame, known: Sequence[Everything]) -> Sequence[PayoutPeriod]:
    """The open periods: the next to be closed, and those up to the last that earns anything."""
    told = closes(records)
    earned_in = [int(number) for each in known for number in each.lines["period"].unique()]
    if told:
        starts = [(open_again(records) or told[-1].period.following).number]
    else:
        paid = (first_paid(each.lines, each.law) for each in known)
        starts = [start for start in paid if start is not None]
    if not starts:
        return []
    return [PayoutPeriod(number) for number in range(min(starts), max(starts + earned_in) + 1)]


def _differing(was: pl.DataFrame, becomes: pl.DataFrame) -> set[str]:
    """The payees of whom one of two frames holds a row that the other does not."""
    both = [frame.join(other, on=frame.columns, how="anti", nulls_equal=True)
            for frame, other in ((was, becomes), (becomes, was))]  # fmt: skip
    return {payee for frame in both for payee in frame["payee"]}


def _by_payee(issue: Issue) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """What an issue tells each payee."""
    told: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for document in (
        *line_documents(issue.lines),
        *balance_documents(issue.balances),
        *ledger_documents(issue.ledger),
    ):
        told[document["payee"]].append(document)
    return told
