"""Histories under plans of the whole language that say how their lines become cash."""

from collections.abc import Iterator, Sequence
from typing import Any

from hypothesis import strategies as st

from tests.strategies.payments import payments
from tests.strategies.plan_language import plan_histories
from tests.strategies.plan_parts import KINDS
from tests.strategies.records import Record

HELD = ["commission", "tiered", "matrix", "override", "overlay", "spiff", "award"]


def paying(among: Sequence[str]) -> st.SearchStrategy[list[Record]]:
    """A history under plans with a few kinds of components and terms of payment."""
    some = st.lists(st.sampled_from(list(among)), min_size=1, max_size=4, unique=True)
    return some.flatmap(paying_by)


def paying_with(kind: str) -> st.SearchStrategy[list[Record]]:
    """The same with this kind of component and up to two others."""
    others = st.sampled_from([other for other in KINDS if other != kind])
    some = st.lists(others, max_size=2, unique=True)
    return some.flatmap(lambda more: paying_by([kind, *more]))


@st.composite
def paying_by(draw: st.DrawFn, kinds: Sequence[str]) -> list[Record]:
    """The same with these kinds of components."""
    history = draw(plan_histories(kinds))
    for plan in plans_of(history):
        terms = draw(payments)
        of_deals = [part["id"] for part in plan["components"] if part["kind"] in HELD]
        held = {"holdback": {**terms.pop("holdback", {}), "applies_to": of_deals}}
        plan["payment"] = terms | (held if of_deals and "id" in held["holdback"] else {})
    return history


def plans_of(history: list[Record]) -> Iterator[dict[str, Any]]:
    for record in history:
        if record["type"] == "plan-published":
            yield record["data"]["plan"]
