"""Which disputes are open, one fact after the other, and which lines of a payee they cover."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.oracle.facts import Fact

Named = Mapping[str, tuple[str, str, str]]
"""The subject, payee and component of every line stated so far, by the line's id."""
TYPES = (
    *("dispute-raised", "evidence-added", "dispute-settled"),
    *("dispute-appealed", "dispute-withdrawn"),
)


@dataclass(frozen=True)
class Line:
    """A stated line of the payee: its deal or its lead if it has one, component, minor units."""

    deal: str | None
    component: str
    amount: int
    lead: str | None = None

    @property
    def subject(self) -> str | None:
        """What it is of; a line of a deal is of no lead."""
        if self.deal is not None:
            return f"deal/{self.deal}"
        return None if self.lead is None else f"lead/{self.lead}"


def open_disputes(facts: Sequence[Fact]) -> list[Mapping[str, Any]]:
    """What was said when those were raised that wait for a ruling after all these facts."""
    raised: dict[str, Mapping[str, Any]] = {}
    state: dict[str, str] = {}
    for fact in facts:
        if fact.type not in TYPES:
            continue
        name = fact.data["dispute"]
        was = state.get(name)
        match fact.type:
            case "dispute-raised" if was is None:
                raised[name], state[name] = fact.data, "open"
            case "dispute-settled" if was == "open":
                state[name] = "settled"
            case "dispute-appealed" if was == "settled":
                state[name] = "open"
            case "dispute-withdrawn" if was == "open":
                state[name] = "withdrawn"
            case _:
                pass
    return [data for name, data in raised.items() if state[name] == "open"]


def covers(dispute: Mapping[str, Any], line: Line, payee: str, named: Named) -> bool:
    """Whether a dispute covers a line of a payee."""
    about = f"deal/{dispute['deal']}" if "deal" in dispute else f"lead/{dispute['lead']}"
    if line.subject != about:
        return False
    subject, *rest = named.get(dispute.get("line", ""), ("", "", ""))
    if subject == about:  # a line of something else limits nothing
        return [payee, line.component] == rest
    return dispute.get("component") in {None, line.component}
