"""From records to live facts: repeats dropped, repairs applied, in order of effect."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.oracle.months import instant

Record = Mapping[str, Any]
Ref = tuple[str, str]  # source, id

DECISIONS = {
    *("plan-published", "plan-assigned", "attribution-policy-published"),
    *("rate-of-exchange-published", "weights-trained", "weights-approved", "weights-activated"),
    *("period-closed", "period-reopened", "subject-erased"),
    *("dispute-raised", "evidence-added", "dispute-settled", "dispute-withdrawn"),
    *("dispute-appealed", "credit-overridden", "override-revoked"),
}
REPAIRS = {"fact-corrected", "fact-voided"}
RANKS = {
    **dict.fromkeys(("identity-linked", "identity-unlinked", "customer-registered"), 1),
    "lead-created": 2,
    "touch-recorded": 3,
    **dict.fromkeys(("lead-qualified", "lead-disqualified", "lead-recycled"), 4),
    "lead-assigned": 5,
    "deal-signed": 6,
    **dict.fromkeys(("payment-received", "refund-issued", "milestone-reached"), 12),
    **dict.fromkeys(("joint-signing-confirmed", "referral-made", "participation-declared"), 13),
    **dict.fromkeys(("dispute-raised", "evidence-added", "dispute-settled"), 14),
    **dict.fromkeys(("dispute-appealed", "dispute-withdrawn"), 14),
    **dict.fromkeys(("credit-overridden", "override-revoked"), 14),
    **dict.fromkeys(REPAIRS, 15),
}
AMENDMENT_RANKS = {
    "renewal": 7,
    "upsell": 8,
    "reduction": 9,
    "correction": 10,
    "cancellation": 11,
}


@dataclass(frozen=True, eq=False)
class Fact:
    """A fact or a decision as it now stands; `corrected_by` is the correction that decided."""

    type: str
    source: str
    id: str
    at: datetime
    stream: str
    data: Mapping[str, Any]
    corrected_by: Ref | None = None

    @property
    def ref(self) -> Ref:
        return self.source, self.id

    @property
    def rank(self) -> int:
        if self.type == "contract-amended":
            return AMENDMENT_RANKS[self.data["kind"]]
        return RANKS.get(self.type, 0)

    @property
    def order(self) -> tuple[datetime, int, bytes, bytes, bytes]:
        """The order of effect; never the position."""
        return (
            self.at,
            self.rank,
            self.stream.encode(),
            self.source.encode(),
            self.id.encode(),
        )


def recorded(records: Sequence[Record]) -> list[Fact]:
    """What the log holds, in log order: of one (source, id) the first stands.

    A decision that does not come from evenhand is quarantined: it is not there.
    """
    first: dict[Ref, Fact] = {}
    for record in records:
        if record["type"] in DECISIONS and record["source"] != "evenhand":
            continue
        fact = Fact(
            type=record["type"],
            source=record["source"],
            id=record["id"],
            at=instant(record["time"]),
            stream=record["subject"],
            data=record["data"],
        )
        first.setdefault(fact.ref, fact)
    return list(first.values())


def standing(records: Sequence[Record]) -> list[Fact]:
    """Decisions and live facts, each with the data and date it now has, in order of effect."""
    known = recorded(records)
    repairs = Repairs(known)
    facts = [repairs.corrected(f) for f in known if f.type not in REPAIRS and repairs.live(f)]
    return sorted(facts, key=lambda fact: fact.order)


class Repairs:
    """The repairs in a log, by what they name. One whose target is unknown names nothing."""

    def __init__(self, known: Sequence[Fact]) -> None:
        self.by_ref = {fact.ref: fact for fact in known}
        self.of: dict[Ref, list[Fact]] = {}
        for repair in sorted(known, key=lambda fact: (fact.at, *fact.order[3:])):
            if repair.type in REPAIRS and self.can_have_effect(repair):
                self.of.setdefault(target_of(repair), []).append(repair)

    def can_have_effect(self, repair: Fact) -> bool:
        """Whether its target is a known fact that it may repair, and it stands in no cycle."""
        target = self.by_ref.get(target_of(repair))
        if target is None or target.type in DECISIONS or self.in_cycle(repair):
            return False
        if repair.type == "fact-voided":
            return True
        kind, _, name = target.stream.partition("/")
        return target.type not in REPAIRS and repair.data["data"].get(kind) == name

    def in_cycle(self, repair: Fact) -> bool:
        """Whether the chain of targets comes back to this repair."""
        seen: set[Ref] = set()
        link: Fact | None = repair
        while link is not None and link.type in REPAIRS and link.ref not in seen:
            seen.add(link.ref)
            if target_of(link) == repair.ref:
                return True
            link = self.by_ref.get(target_of(link))
        return False

    def decisive(self, fact: Fact) -> Fact | None:
        """The last live repair of a fact, by (time, source, id)."""
        return next((r for r in reversed(self.of.get(fact.ref, [])) if self.live(r)), None)

    def live(self, fact: Fact) -> bool:
        """Whether the last live repair of it, if there is one, is not a void."""
        last = self.decisive(fact)
        return last is None or last.type != "fact-voided"

    def corrected(self, fact: Fact) -> Fact:
        """The fact with the data and date of the correction that decides, under its own key."""
        last = self.decisive(fact)
        if last is None:
            return fact
        moved = last.data.get("effective_at")
        return Fact(
            type=fact.type,
            source=fact.source,
            id=fact.id,
            at=fact.at if moved is None else instant(moved),
            stream=fact.stream,
            data=last.data["data"],
            corrected_by=last.ref,
        )


def target_of(repair: Fact) -> Ref:
    """The (source, id) a repair, or a correction of a value, names."""
    target = repair.data["target"]
    return target["source"], target["id"]
