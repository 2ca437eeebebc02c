"""Kept documents read again: whatever an issue says comes back, to the byte."""

from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from schemas.calendar import PayoutPeriod
from schemas.kept_issues import issue_of
from schemas.statements import BALANCES, KEPT_BACK, LEDGER, PAYABLE, Issue

PERIOD = PayoutPeriod.parse("2026-03")
_texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
_minor = st.integers(-(2**62), 2**62)
_money = st.sampled_from(["CNY", "JPY", "KWD"])
_names = st.fixed_dictionaries({"source": _texts, "id": _texts})
_subjects = st.one_of(
    st.fixed_dictionaries({"deal": _texts, "lead": st.none() | _texts}).map(
        lambda about: {**about, "subject": f"deal/{about['deal']}"}
    ),
    _texts.map(lambda lead: {"deal": None, "lead": lead, "subject": f"lead/{lead}"}),
    _texts.map(lambda payee: {"deal": None, "lead": None, "subject": f"payee/{payee}"}),
)
_shares = st.one_of(
    st.just({"share_num": None, "share_den": None}),
    st.fractions(0, 1, max_denominator=9999).map(
        lambda share: {"share_num": share.numerator, "share_den": share.denominator}
    ),
)
_bases = st.one_of(
    st.just({"base": None, "base_currency": None}),
    st.fixed_dictionaries({"base": _minor, "base_currency": _money}),
)


@st.composite
def _lines(draw: st.DrawFn) -> dict[str, Any]:
    texts = ("payee", "fact_source", "fact_id", "component", "source", "plan")
    return {
        **{name: draw(_texts) for name in texts},
        **{name: draw(st.none() | _texts) for name in ("role", "rate")},
        **draw(_subjects),
        **draw(_shares),
        **draw(_bases),
        "period": draw(st.integers(2000 * 12, 2090 * 12)),
        "currency": draw(_money),
        "amount": draw(_minor),
        "because": draw(st.lists(_names, max_size=3)),
        "cause": draw(st.lists(_names, max_size=2)),
        "stated_in": PERIOD.number,
        "issue": 2,
    }


@st.composite
def _balances(draw: st.DrawFn) -> dict[str, Any]:
    kept_back = {name: draw(st.just(0) | _minor) for name in KEPT_BACK}
    amounts = {name: draw(_minor) for name in ("stated", "carried_before", "cash", "carried")}
    return {"payee": draw(_texts), "currency": draw(_money), **amounts, **kept_back}


@st.composite
def _movements(draw: st.DrawFn) -> dict[str, Any]:
    moved_by = draw(st.none() | _names)
    return {
        "payee": draw(_texts),
        "currency": draw(_money),
        "kind": draw(st.sampled_from(["held", "drawn"])),
        **{name: draw(st.none() | _texts) for name in ("deal", "lead", "line", "plan")},
        "fact_source": moved_by and moved_by["source"],
        "fact_id": moved_by and moved_by["id"],
        "amount": draw(_minor),
    }


@given(
    st.lists(_lines(), max_size=4),
    st.lists(_balances(), max_size=2),
    st.lists(_movements(), max_size=2),
)
def test_an_issue_comes_back_from_its_document(
    lines: list[dict[str, Any]], balances: list[dict[str, Any]], ledger: list[dict[str, Any]]
) -> None:
    issue = Issue(
        period=PERIOD,
        number=2,
        lines=pl.DataFrame(lines, schema=PAYABLE),
        balances=pl.DataFrame(balances, schema=BALANCES),
        ledger=pl.DataFrame(ledger, schema=LEDGER),
    )
    again = issue_of(issue.document())
    assert (again.period, again.number) == (PERIOD, 2)
    assert again.lines.equals(issue.lines)
    assert again.balances.equals(issue.balances)
    assert again.ledger.equals(issue.ledger)
    assert again.document() == issue.document()
