"""What stands in the way of raising, ruling, appealing or revoking."""

from datetime import datetime

from schemas.errors import Forbidden, Missing, Refused


class UnknownPayee(Missing):
    """A payee was to contest something of whom nothing is known."""

    code = "unknown-payee"

    def __init__(self, payee: str) -> None:
        self.payee = payee
        super().__init__(
            f"A dispute of {payee} cannot be raised: nobody of that id is enrolled or has a line. "
            "Check the id, or have payee-enrolled sent first."
        )


class UnknownDeal(Missing):
    """A dispute or a ruling was to be about a deal that nobody signed."""

    code = "unknown-deal"

    def __init__(self, deal: str) -> None:
        self.deal = deal
        super().__init__(
            f"Deal {deal} cannot be disputed or ruled: no signing of it is known. Check the id, or "
            "look for it with: evenhand as-of deals."
        )


class UnknownLead(Missing):
    """A dispute was to be about a lead that nobody created."""

    code = "unknown-lead"

    def __init__(self, lead: str) -> None:
        self.lead = lead
        super().__init__(
            f"Lead {lead} cannot be disputed: it is not in the log. Check the id, or look for it "
            "with: evenhand as-of leads."
        )


class UnknownLine(Missing):
    """A dispute was to be about a line that no statement of its deal or lead has."""

    code = "unknown-line"

    def __init__(self, line: str, subject: str) -> None:
        self.line, self.subject = line, subject
        super().__init__(
            f"Line {line} cannot be disputed: no issued or open statement has it for {subject}. "
            "Take the id from evenhand statement; a line that is missing is disputed without one."
        )


class SameDisputeOpen(Refused):
    """What was to be contested is contested already."""

    code = "dispute-open-already"

    def __init__(self, dispute: str, subject: str) -> None:
        self.dispute, self.subject = dispute, subject
        super().__init__(
            f"{subject} cannot be disputed again, of the same payee and the same lines, while "
            f"{dispute} is open. Add to that one with: evenhand dispute evidence {dispute}."
        )


class DisputeNameTaken(Refused):
    """A dispute was to be raised under the id of another."""

    code = "dispute-name-taken"

    def __init__(self, dispute: str) -> None:
        self.dispute = dispute
        super().__init__(
            f"A dispute cannot be raised as {dispute}: another has that id. Leave out --id, and "
            "the next free one is taken."
        )


class TooLateToRaise(Refused):
    """A line was to be contested when the time for it was over."""

    code = "too-late-to-raise"

    def __init__(self, subject: str, until: datetime) -> None:
        self.subject, self.until = subject, until
        super().__init__(
            f"What was stated for {subject} cannot be disputed any more: that ended at "
            f"{until.isoformat()}. If a fact is wrong, have it corrected; a ruling without a "
            "dispute takes two people: evenhand override."
        )


class TooLateToAppeal(Refused):
    """A ruling was to be appealed when the time for it was over."""

    code = "too-late-to-appeal"

    def __init__(self, dispute: str, until: datetime) -> None:
        self.dispute, self.until = dispute, until
        super().__init__(
            f"The ruling of {dispute} cannot be appealed any more: that ended at "
            f"{until.isoformat()}. Two people who are no parties can still revoke it: evenhand "
            "dispute revoke."
        )


class NoSuchDispute(Missing):
    """A dispute was named that nobody raised."""

    code = "no-such-dispute"

    def __init__(self, dispute: str) -> None:
        self.dispute = dispute
        super().__init__(
            f"Dispute {dispute} was named, and nobody has raised it. See those there are with: "
            "evenhand dispute list."
        )


class DisputeNotOpen(Refused):
    """Something was to be done with a dispute that waits for no ruling any more."""

    code = "dispute-not-open"

    def __init__(self, dispute: str, state: str) -> None:
        self.dispute, self.state = dispute, state
        super().__init__(
            f"Dispute {dispute} is not open any more: it is {state}. A ruling can be appealed, or "
            "revoked; what was withdrawn can be raised anew."
        )


class DisputeNotRuled(Refused):
    """A dispute was to be appealed that was not ruled, or not since it was appealed."""

    code = "dispute-not-ruled"

    def __init__(self, dispute: str, state: str) -> None:
        self.dispute, self.state = dispute, state
        super().__init__(
            f"Dispute {dispute} cannot be appealed: it is {state}, and no ruling of it stands. "
            f"Look at it with: evenhand dispute show {dispute}."
        )


class NoSuchPosition(Missing):
    """A record was named as evidence that the log does not have."""

    code = "no-such-position"

    def __init__(self, asked: int, head: int) -> None:
        self.asked, self.head = asked, head
        super().__init__(
            f"Position {asked} cannot be evidence: the log ends at {head}. Take positions from "
            "evenhand history."
        )


class RulerIsParty(Forbidden):
    """Somebody was to rule who is a party to what is ruled."""

    code = "ruler-is-party"

    def __init__(self, by: str, subject: str) -> None:
        self.by, self.subject = by, subject
        super().__init__(
            f"{by} cannot rule on {subject}: they raised the dispute, or lines of theirs are in "
            "it. Have two people rule who are no parties."
        )


class RulingMovesRuler(Forbidden):
    """Somebody was to rule whose own pay the ruling moves."""

    code = "ruling-moves-ruler"

    def __init__(self, by: str, subject: str) -> None:
        self.by, self.subject = by, subject
        super().__init__(
            f"{by} cannot rule so on {subject}: lines of their own would change by it. Have two "
            "people rule whose pay it does not move; see whose it does with: evenhand dispute "
            "preview."
        )


class RuledBefore(Forbidden):
    """An appeal was to be ruled by somebody who ruled what is appealed."""

    code = "ruled-before"

    def __init__(self, by: str, dispute: str) -> None:
        self.by, self.dispute = by, dispute
        super().__init__(
            f"{by} cannot rule on the appeal of {dispute}: they ruled it before. Have two others "
            "rule it."
        )


class NotAParty(Forbidden):
    """A ruling was to be appealed by somebody it does not concern."""

    code = "not-a-party"

    def __init__(self, by: str, dispute: str) -> None:
        self.by, self.dispute = by, dispute
        super().__init__(
            f"{by} cannot appeal the ruling of {dispute}: only who raised it can, and whoever has "
            "lines of what it is about. Name a party with --by."
        )


class NotTheRaiser(Forbidden):
    """A dispute was to be withdrawn by somebody who did not raise it."""

    code = "not-the-raiser"

    def __init__(self, by: str, dispute: str) -> None:
        self.by, self.dispute = by, dispute
        super().__init__(
            f"{by} cannot withdraw {dispute}: only who raised it can, and the payee whose dispute "
            "it is. Rule it instead, with: evenhand dispute settle."
        )


class RulingOfAnotherDeal(Refused):
    """A dispute about one deal was to be settled by a ruling about another."""

    code = "ruling-of-another-deal"

    def __init__(self, dispute: str, deal: str) -> None:
        self.dispute, self.deal = dispute, deal
        super().__init__(
            f"Dispute {dispute} cannot be settled by a ruling about deal {deal}: it is about "
            "another deal. Rule that one, or override the other with: evenhand override."
        )


class NothingToRevoke(Missing):
    """A ruling was to be revoked that nobody made about the deal."""

    code = "nothing-to-revoke"

    def __init__(self, deal: str, name: str) -> None:
        self.deal, self.name = deal, name
        super().__init__(
            f"{name} cannot be revoked: no override and no ruling of a dispute about deal {deal} "
            f"has that id. Look for it with: evenhand history deal/{deal}."
        )
