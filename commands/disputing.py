"""Decisions about disputes and rulings carried out: what they are judged by is read first."""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from itertools import count
from typing import assert_never

import polars as pl

from commands import disputes, rulings
from commands.disputes import (
    AddEvidence,
    AppealDispute,
    DisputeCommand,
    RaiseDispute,
    SettleDispute,
    WithdrawDispute,
)
from commands.docket import Docket, docket_of
from commands.handle import kept_by, record
from commands.rulings import OverrideCredit, RevokeRuling, RulingCommand
from engine.contested import covered_by, lines_about
from engine.deadlines import last_to_appeal, last_to_raise
from engine.log import Archive
from replay.rulings import RulingEvent, Standing, fact_of, preview, standing
from schemas.events.base import FactName
from schemas.events.decisions import Decision
from schemas.events.disputes import (
    DisputeAppealed,
    DisputeRaised,
    DisputeSettled,
    DisputeWithdrawn,
    EvidenceAdded,
)
from schemas.events.rulings import CreditOverridden, OverrideRevoked
from schemas.recorded import instant, microseconds
from schemas.statements import line_id

Taken = (
    DisputeRaised
    | EvidenceAdded
    | DisputeSettled
    | DisputeAppealed
    | DisputeWithdrawn
    | CreditOverridden
    | OverrideRevoked
)
"""What people decide about disputes and rulings."""


def take(archive: Archive, decision: Taken, *, now: datetime) -> bool:
    """Take a decision; whether anything was recorded. Raises those of `commands.dispute_refusals`.

    A ruling is judged by what it would do: see `replay.rulings.preview`.
    """
    bench = Bench(archive, now)
    events = bench.decided(decision)
    for event in events:
        fact = fact_of(bench.records, event, now)
        record(archive, fact, by=event.by or "", position=bench.position)
    return bool(events)


def free_name(raised: pl.DataFrame) -> str:
    """The id of the next dispute, if nobody gives it another: `dispute-1`, `dispute-2`.

    `raised` are the records (RECORDS) of all that were raised.
    """
    taken = set(raised["stream"])
    names = (f"dispute-{number}" for number in count(raised.height + 1))
    return next(name for name in names if f"dispute/{name}" not in taken)


class Bench:
    """The log as a decision sees it, at the time it is."""

    def __init__(self, archive: Archive, now: datetime) -> None:
        self.now = now
        self.position = archive.head().position
        self.records = archive.columns(through=self.position)
        self.kept = kept_by(archive)

    @cached_property
    def standing(self) -> Standing:
        """The statements as they stand."""
        return standing(self.records, self.kept)

    @cached_property
    def docket(self) -> Docket:
        """What was decided before."""
        return docket_of(self.records, self.standing.world.identities.payees)

    def decided(self, decision: Taken) -> Sequence[Decision]:
        """The events that follow from a decision."""
        match decision:
            case CreditOverridden() | OverrideRevoked():
                return rulings.decide(self._ruling(decision), self.docket)
            case _:
                return disputes.decide(self._command(decision), self.docket)

    def _ruling(self, decision: CreditOverridden | OverrideRevoked) -> RulingCommand:
        moved, covered = self._moved(decision), self._payees_of(decision.deal)
        match decision:
            case CreditOverridden():
                known = self._known_deal(decision.deal)
                return OverrideCredit(
                    overridden=decision, covered=covered, moved=moved, known=known
                )
            case OverrideRevoked():
                return RevokeRuling(revoked=decision, covered=covered, moved=moved)
            case _:
                assert_never(decision)

    def _command(
        self,
        decision: DisputeRaised
        | EvidenceAdded
        | DisputeSettled
        | DisputeAppealed
        | DisputeWithdrawn,
    ) -> DisputeCommand:
        match decision:
            case DisputeRaised():
                return self._raising(decision)
            case EvidenceAdded():
                return AddEvidence(added=decision, position=self.position)
            case DisputeSettled():
                return self._settling(decision)
            case DisputeAppealed():
                return self._appealing(decision)
            case DisputeWithdrawn():
                return WithdrawDispute(withdrawn=decision)
            case _:
                assert_never(decision)

    def _raising(self, raised: DisputeRaised) -> RaiseDispute:
        world, lines = self.standing.world, self.standing.lines
        about = lines_about(raised, lines).iter_rows(named=True)
        leads = world.leads.filter(lead=raised.lead or "")["lead"]
        known = {
            *(f"payee/{payee}" for payee in {*world.rules.enrolled, *lines["payee"]}),
            *(f"lead/{lead}" for lead in leads),
            *(f"line/{line_id(row)}" for row in about),
        }
        return RaiseDispute(
            raised=raised,
            known=self._known_deal(raised.deal) | known,
            until=self._last_to_raise(raised),
            now=self.now,
            position=self.position,
        )

    def _last_to_raise(self, raised: DisputeRaised) -> datetime | None:
        """Until when something may be contested, by the last period in which it was stated."""
        about = lines_about(raised, self.standing.lines)
        if raised.line is not None:
            rows = about.iter_rows(named=True)
            periods = [row["stated_in"] for row in rows if line_id(row) == raised.line]
        elif raised.period is not None:
            periods = [raised.period.number]
        else:
            periods = about["stated_in"].to_list()
        if not periods:
            return None
        policies = self.standing.world.policies
        until = last_to_raise(max(periods), policies, microseconds(self.now))
        return None if until is None else instant(until)

    def _settling(self, settled: DisputeSettled) -> SettleDispute:
        state = self.docket.disputes.states.get(settled.dispute)
        lines = self.standing.lines
        covered = lines.clear() if state is None else covered_by(state.case.event, lines)
        return SettleDispute(
            settled=settled,
            covered=frozenset(covered["payee"]),
            moved=self._moved(settled),
            known=self._known_deal(settled.deal),
        )

    def _appealing(self, appealed: DisputeAppealed) -> AppealDispute:
        state = self.docket.disputes.states.get(appealed.dispute)
        if state is None:
            return AppealDispute(appealed=appealed, concerned=frozenset(), until=None, now=self.now)
        about = lines_about(state.case.event, self.standing.lines)
        concerned = frozenset(about["payee"])
        for fact in state.case.settlements[-1:]:
            event = fact.event
            if isinstance(event, DisputeSettled) and event.deal is not None:
                name = FactName(source=fact.source, id=fact.id)
                concerned |= self._moved(OverrideRevoked(deal=event.deal, override=name))
        until = last_to_appeal(state, self.standing.world.policies)
        return AppealDispute(
            appealed=appealed,
            concerned=concerned,
            until=None if until is None else instant(until),
            now=self.now,
        )

    def _moved(self, decision: RulingEvent) -> frozenset[str]:
        """Whose lines a decision would change."""
        return preview(self.records, self.kept, decision, self.now).moved

    def _payees_of(self, deal: str) -> frozenset[str]:
        """Who has lines of a deal."""
        return frozenset(self.standing.lines.filter(deal=deal)["payee"])

    def _known_deal(self, deal: str | None) -> frozenset[str]:
        """The stream of a deal, if anybody has signed it."""
        signed = self.standing.world.signings.filter(deal=deal or "")["deal"]
        return frozenset(f"deal/{name}" for name in signed)
