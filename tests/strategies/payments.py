"""Terms of payment, the facts that move cash, and lines of one payee, for what balances do."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from tests.strategies.plans import vary_plan
from tests.strategies.records import Record, amended, fact, published

CNY = "CNY"
MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04")
Told = tuple[str | None, str, int]
"""The deal, the component and the amount of a line."""


def at(on: str) -> str:
    return f"{on}T00:00:00+08:00"


def cny(minor: int) -> dict[str, str]:
    return {"amount": f"{minor // 100}.{minor % 100:02}", "currency": CNY}


def paying(payment: Mapping[str, Any] | None, **top: Any) -> dict[str, Any]:
    """The seeds' plan, without its gate, with terms of payment."""
    terms = {} if payment is None else {"payment": dict(payment)}
    return vary_plan(gate={}) | terms | top


def joined(on: str = "2026-01-01", id_: str = "joined") -> Record:
    return fact("payee-enrolled", "payee/sam", at(on), id_, name="Sam")


def left(on: str) -> Record:
    return fact("payee-left", "payee/sam", at(on), "left")


def signed(deal: str = "D1", on: str = "2026-01-20", minor: int = 100_000) -> Record:
    """A deal that Sam found and signed alone."""
    signers = [{"payee": "sam", "share": "1"}]
    named = {"customer": "C1", "signed_by": signers, "value": cny(minor)}
    return fact("deal-signed", f"deal/{deal}", at(on), f"signed-{deal}", **named)


def paid(deal: str, on: str, minor: int, kind: str = "payment-received") -> Record:
    return fact(kind, f"deal/{deal}", at(on), f"{kind}-{deal}-{on}", amount=cny(minor))


def reported(on: str, value: str) -> Record:
    """What Sam's draw is."""
    fields = {"metric": "level", "value": value}
    return fact("metric-reported", "payee/sam", at(on), f"level-{on}", **fields)


def milestone(deal: str, on: str) -> Record:
    return fact("milestone-reached", f"deal/{deal}", at(on), f"live-{deal}", milestone="go-live")


days = st.sampled_from([f"{month}-{day}" for month in MONTHS for day in ("01", "10", "28")])
minors = st.sampled_from([1, 333, 5_000, 20_000])
deals = st.sampled_from(["D1", "D2"])
amounts = st.integers(-30_000, 30_000)
told_lines: st.SearchStrategy[list[Told]] = st.lists(
    st.one_of(
        st.tuples(deals, st.sampled_from(["self-sourced", "collaboration"]), amounts),
        st.tuples(st.none(), st.just("valid-lead-points"), amounts),
    ),
    max_size=3,
)
months_of_lines = st.lists(told_lines, min_size=2, max_size=len(MONTHS))
holdbacks = st.fixed_dictionaries(
    {
        "id": st.just("kept"),
        "applies_to": st.sampled_from([["self-sourced"], ["self-sourced", "collaboration"]]),
        "share": st.sampled_from(["10%", "1/3", "100%"]),
        "leaving": st.sampled_from(["kept", "released", "forfeited"]),
    }
)
conditions: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        {"until": "cash"},
        {"until": "milestone", "milestone": "go-live"},
        {"until": "months", "months": 1},
    ]
)
draws = st.fixed_dictionaries(
    {
        "basis": st.sampled_from(["top-up", "on-top"]),
        "amount": minors.map(cny),
        "prorate": st.sampled_from(["none", "days"]),
    },
    optional={
        "months": st.integers(1, 3),
        "recovered_from": st.integers(1, 3),
        "share": st.sampled_from(["50%", "1/3"]),
        "most": minors.map(cny),
        "own": st.just("level"),
    },
)
payments: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "holdback": st.tuples(holdbacks, conditions).map(lambda both: {**both[0], **both[1]}),
        "cap": minors.map(cny),
        "minimum": minors.map(cny),
        "draw": draws,
    },
)
"""Terms of payment, some or all of them."""


def _perhaps(*facts: st.SearchStrategy[Record]) -> st.SearchStrategy[list[Record]]:
    """Some of these facts, each there or not."""
    each: list[st.SearchStrategy[list[Record]]] = [
        st.one_of(told.map(lambda one: [one]), st.just([])) for told in facts
    ]
    return st.tuples(*each).map(lambda found: [one for some in found for one in some])


def _of_deal(deal: str) -> st.SearchStrategy[list[Record]]:
    prices = st.sampled_from([5_000, 10_000])
    return _perhaps(
        days.map(lambda day: signed(deal, day, 10_000)),
        st.tuples(days, prices).map(lambda told: paid(deal, *told)),
        days.map(lambda day: paid(deal, day, 5_000, "refund-issued")),
        days.map(lambda day: milestone(deal, day)),
        days.map(lambda day: amended(deal, at(day), f"less-{deal}", "reduction", "50.00")),
    )


def _plans() -> st.SearchStrategy[list[Record]]:
    later = {"version": 2, "effective_from": "2026-03-01"}
    return st.tuples(
        payments.map(lambda terms: [published(paying(terms))]),
        _perhaps(payments.map(lambda terms: published(paying(terms, **later)))),
    ).map(lambda both: both[0] + both[1])


def lives() -> st.SearchStrategy[list[Record]]:
    """A plan, perhaps another version of it, facts about Sam, and facts about two deals."""
    parts = (
        _plans(),
        _perhaps(days.map(joined)),
        _of_deal("D1"),
        _of_deal("D2"),
        _perhaps(days.map(left), days.map(lambda day: joined(day, "again"))),
        _perhaps(
            st.tuples(days, st.sampled_from(["70.005", "0", "-1"])).map(lambda one: reported(*one))
        ),
    )
    return st.tuples(*parts).map(lambda found: [one for some in found for one in some])
