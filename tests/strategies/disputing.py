"""Disputes and rulings as records: raised, evidenced, ruled, appealed, withdrawn, revoked."""

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from tests.strategies.payments import at, days
from tests.strategies.records import Record, decision

MIA = "mia"


def raised(name: str = "P1", on: str = "2026-02-05", **fields: Any) -> Record:
    """Sam contests what he is paid for a deal, D1 unless another subject is named."""
    about = {} if {"deal", "lead"} & fields.keys() else {"deal": "D1"}
    said = {"payee": "sam", "reason_code": "wrong-split", "by": "sam"} | about | fields
    return _of(name, "dispute-raised", on, f"raise-{name}", said)


def settled(name: str = "P1", on: str = "2026-03-05", number: int = 1, **fields: Any) -> Record:
    """A ruling of two people; rejected unless it says otherwise."""
    said = {"outcome": "rejected", "by": "hr", "approved_by": "lee", "reason": "heard"} | fields
    return _of(name, "dispute-settled", on, f"ruling-{name}-{number}", said)


def appealed(name: str = "P1", on: str = "2026-03-10", number: int = 1) -> Record:
    said = {"by": "sam", "reason": "unheard"}
    return _of(name, "dispute-appealed", on, f"appeal-{name}-{number}", said)


def withdrawn(name: str = "P1", on: str = "2026-03-05") -> Record:
    return _of(name, "dispute-withdrawn", on, f"withdraw-{name}", {"by": "sam"})


def evidence(name: str = "P1", on: str = "2026-02-06", **fields: Any) -> Record:
    return _of(name, "evidence-added", on, f"evidence-{name}-{on}", {"by": "sam"} | fields)


def overridden(deal: str, ruling: Mapping[str, Any], on: str, number: int = 1) -> Record:
    said = {"deal": deal, "ruling": dict(ruling), "by": "hr", "approved_by": "lee", "reason": "so"}
    name = f"override-{deal}-{number}"
    return decision("credit-overridden", f"deal/{deal}", at(on), name, **said)


def revoked(deal: str, id_: str, on: str) -> Record:
    named = {"source": "evenhand", "id": id_}
    said = {"deal": deal, "override": named, "by": "hr", "approved_by": "lee", "reason": "wrong"}
    return decision("override-revoked", f"deal/{deal}", at(on), f"revoke-{id_}", **said)


def _of(name: str, type_: str, on: str, id_: str, said: Mapping[str, Any]) -> Record:
    return decision(type_, f"dispute/{name}", at(on), id_, dispute=name, **said)


scopes: st.SearchStrategy[dict[str, str]] = st.one_of(
    st.sampled_from(["D1", "D2"]).map(lambda deal: {"deal": deal}),
    st.just({"deal": "D1", "component": "self-sourced"}),
    st.just({"lead": "L1"}),
)


def disputes(lines: Sequence[str]) -> st.SearchStrategy[list[Record]]:
    """Up to two disputes and what becomes of them, fitting their states or not, in any order.

    They are about deals, a component or a lead, or name one of some lines.
    """
    naming = st.one_of(st.none(), st.sampled_from([*lines, "0" * 16]))

    def told(name: str) -> st.SearchStrategy[list[Record]]:
        raising = st.builds(
            lambda on, scope, line: raised(name, on, **scope, line=line), days, scopes, naming
        )
        after = st.one_of(
            days.map(lambda on: settled(name, on)),
            days.map(lambda on: appealed(name, on)),
            days.map(lambda on: withdrawn(name, on)),
            days.map(lambda on: evidence(name, on)),
            st.builds(lambda on: settled(name, on, number=2), days),
        )
        return st.tuples(
            raising, st.lists(after, max_size=3, unique_by=lambda each: each["id"])
        ).map(lambda both: [both[0], *both[1]])

    return st.tuples(told("P1"), told("P2")).map(lambda both: both[0] + both[1])
