"""A preview is what the ruling does; a ruling pays in the open period and can be taken back."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commands.disputing import free_name, take
from commands.handle import close_period, kept_by, reopen_period
from commands.periods import ReopenPeriod
from engine.memory import MemoryLog
from replay.periods import closes
from replay.rulings import Preview, fact_id, preview, standing
from schemas.calendar import PayoutPeriod
from schemas.events.base import FactName
from schemas.events.disputes import DisputeAppealed, DisputeRaised, DisputeSettled
from schemas.events.rulings import CreditOverridden, OverrideRevoked, Ruling
from schemas.statements import Issue
from tests.engine.living import NOW, earned_documents, lived
from tests.stating import as_it_stands, computed_again
from tests.strategies import Record, amended, fact, published
from tests.strategies.payments import at as on
from tests.strategies.payments import joined, paying, signed

JANUARY = PayoutPeriod.parse("2026-01")
FEBRUARY = JANUARY.following
HISTORY: list[Record] = [
    published(paying(None)),
    joined(),
    fact("payee-enrolled", "payee/mia", on("2026-01-01"), "mia", name="Mia"),
    fact("lead-created", "lead/L1", on("2026-01-05"), "lead", customer="C1", by="mia"),
    fact("lead-created", "lead/L2", on("2026-01-06"), "other", customer="C9", by="zoe"),
    signed("D1", "2026-01-20", 100_000),
    signed("D2", "2026-02-20", 30_000),
    amended("D1", on("2026-03-03"), "less", "reduction", "800.00"),
]
MIAS = Ruling.model_validate({"shares": {"self": "1"}, "sales": [{"payee": "mia", "share": "1"}]})

moderate = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def log_of(closed: int = 0) -> MemoryLog:
    """A life of two deals, with the first months closed."""
    log = lived(HISTORY)
    for number in range(closed):
        close_period(log, PayoutPeriod(JANUARY.number + number), now=NOW, by="ann")
    return log


def raised(deal: str = "D1", **fields: Any) -> DisputeRaised:
    said = {"dispute": "P1", "payee": "mia", "deal": deal, "by": "mia"} | fields
    return DisputeRaised.model_validate({"reason_code": "wrong-payee", **said})


def settled(ruling: Ruling | None, deal: str = "D1", **people: str) -> DisputeSettled:
    outcome = "rejected" if ruling is None else "upheld"
    said = {"dispute": "P1", "outcome": outcome, "ruling": ruling, "reason": "heard"}
    who = {"by": "kim", "approved_by": "lee"} | people
    return DisputeSettled.model_validate(said | who | ({} if ruling is None else {"deal": deal}))


def revoked(id_: str = "ruling-P1-1") -> OverrideRevoked:
    name = FactName(source="evenhand", id=id_)
    return OverrideRevoked(deal="D1", override=name, by="kim", approved_by="lee", reason="no")


def previewed(log: MemoryLog, decision: DisputeSettled | CreditOverridden) -> Preview:
    return preview(log.columns(), kept_by(log), decision, NOW)


def open_documents(log: MemoryLog) -> dict[str, bytes]:
    return documents(standing(log.columns(), kept_by(log)).open)


def documents(issues: Sequence[Issue]) -> dict[str, bytes]:
    """Statements by their period; of one without lines, which may not be open at all, nothing."""
    return {str(each.period): each.document() for each in issues if not each.lines.is_empty()}


def moved(found: Preview) -> dict[tuple[str, str], int]:
    """(payee, period earned) to what moves."""
    rows = found.earned.select("payee", "period", "moved").iter_rows()
    return {(payee, str(PayoutPeriod(period))): amount for payee, period, amount in rows}


def test_a_ruling_about_a_closed_period_is_paid_in_the_open_one() -> None:
    log = log_of(closed=1)
    take(log, raised(), now=NOW)
    found = previewed(log, settled(MIAS))
    assert moved(found)["mia", "2026-01"] == 5_000 - 4_000
    assert moved(found)["sam", "2026-01"] == -2_000
    assert [str(issue.period) for issue in found.after.open] == ["2026-02", "2026-03"]
    take(log, settled(MIAS), now=NOW)
    close_period(log, FEBRUARY, now=NOW, by="ann")
    for closed in closes(log.columns()):
        again = computed_again(log, closed)
        assert again.digest() == closed.digest
    lines = found.after.open[0].lines.select("payee", "period", "amount").sort("amount").rows()
    assert ("mia", JANUARY.number, 5_000) in lines
    assert ("sam", JANUARY.number, -2_000) in lines


def test_a_preview_says_whose_lines_move_and_whose_statement_differs() -> None:
    log = log_of()
    take(log, raised(), now=NOW)
    found = previewed(log, settled(MIAS))
    assert found.moved == {"mia", "sam"}
    rejected = previewed(log, settled(None))
    assert rejected.moved == set()
    assert rejected.earned.is_empty()
    assert rejected.payees == ["mia", "sam"]  # whose cash no longer waits


@pytest.mark.parametrize("closed", [0, 1, 3])
def test_settled_and_then_revoked_leaves_no_difference(closed: int) -> None:
    log = log_of(closed=closed)
    take(log, raised(), now=NOW)
    take(log, settled(None), now=NOW)
    take(log, DisputeAppealed(dispute="P1", by="mia", reason="unheard"), now=NOW)
    before = earned_documents(log)
    stood = standing(log.columns(), kept_by(log)).lines.drop("cause")
    take(log, settled(MIAS, by="joe", approved_by="ivy"), now=NOW)
    assert earned_documents(log) != before
    take(log, revoked("ruling-P1-2"), now=NOW)
    assert earned_documents(log) == before
    assert standing(log.columns(), kept_by(log)).lines.drop("cause").equals(stood)


def test_an_override_is_previewed_recorded_and_revoked() -> None:
    log = log_of(closed=1)
    before = earned_documents(log)
    said = {"deal": "D1", "ruling": MIAS, "by": "kim", "approved_by": "lee", "reason": "so"}
    override = CreditOverridden.model_validate(said)
    found = previewed(log, override)
    assert found.decision.id == "override-D1-1"
    take(log, override, now=NOW)
    assert open_documents(log) == documents(found.after.open)
    take(log, revoked("override-D1-1"), now=NOW + timedelta(seconds=1))
    assert earned_documents(log) == before
    assert previewed(log, override).decision.id == "override-D1-2"


def test_in_a_reopened_period_a_ruling_is_paid_by_its_next_issue() -> None:
    log = log_of(closed=1)
    reopening = ReopenPeriod(period=JANUARY, by="ann", approved_by="lee", reason="asked")
    reopen_period(log, reopening, now=NOW)
    take(log, raised(), now=NOW)
    found = previewed(log, settled(MIAS))
    assert (found.after.open[0].period, found.after.open[0].number) == (JANUARY, 2)
    take(log, settled(MIAS), now=NOW)
    closed = close_period(log, JANUARY, now=NOW, by="ann")
    assert closed.issue.document() == found.after.open[0].document()


def test_a_log_without_plans_has_no_open_statements_and_can_still_be_ruled() -> None:
    log = lived(HISTORY[1:])
    take(log, raised(), now=NOW)
    assert previewed(log, settled(MIAS)).after.open == []


def test_a_decision_counts_after_those_before_it_even_if_a_clock_is_behind() -> None:
    log = log_of()
    take(log, raised(), now=NOW)
    take(log, settled(MIAS), now=NOW - timedelta(days=1))
    take(log, DisputeAppealed(dispute="P1", by="mia", reason="no"), now=NOW - timedelta(days=2))
    [state] = standing(log.columns(), kept_by(log)).world.disputes.open()
    assert len(state.case.settlements) == len(state.case.appeals) == 1


def test_names_of_facts_fit_into_ids_and_the_next_free_name_of_a_dispute_is_taken() -> None:
    assert fact_id("ruling", "P1", 2) == "ruling-P1-2"
    long = fact_id("override", "D" * 64, 10)
    assert len(long) <= 64
    assert long != fact_id("override", "E" * 64, 10)
    log = log_of()
    assert free_name(log.columns(types=["dispute-raised"])) == "dispute-1"
    take(log, raised(dispute="dispute-2"), now=NOW)
    assert free_name(log.columns(types=["dispute-raised"])) == "dispute-3"


payees = st.sampled_from(["mia", "sam", "zoe"])
splits: st.SearchStrategy[list[dict[str, str]]] = st.lists(
    payees, min_size=1, max_size=3, unique=True
).map(lambda who: [{"payee": each, "share": f"1/{len(who)}"} for each in who])
vectors: st.SearchStrategy[dict[str, str]] = st.lists(
    st.sampled_from(["marketing", "self", "account", "partner", "house"]),
    min_size=1,
    max_size=3,
    unique=True,
).map(lambda classes: {each: f"1/{len(classes)}" for each in classes})
claims: st.SearchStrategy[list[dict[str, Any]]] = st.lists(
    st.fixed_dictionaries({"lead": st.sampled_from(["L1", "L2", "L9"]), "counts": st.booleans()}),
    min_size=1,
    unique_by=lambda claim: str(claim["lead"]),
)
rulings = (
    st.fixed_dictionaries(
        {}, optional={"shares": vectors, "marketing": splits, "sales": splits, "claims": claims}
    )
    .filter(bool)
    .map(Ruling.model_validate)
)


@moderate
@given(
    st.lists(rulings, min_size=1, max_size=2),
    st.integers(0, 3),
    st.permutations(HISTORY[3:]),
    st.sampled_from(["D1", "D2"]),
)
def test_a_preview_and_the_ruling_it_previews_give_the_same_bytes(
    told: Sequence[Ruling], closed: int, order: list[Record], deal: str
) -> None:
    log = lived([*HISTORY[:3], *order])
    for number in range(closed):
        close_period(log, PayoutPeriod(JANUARY.number + number), now=NOW, by="ann")
    take(log, raised(deal, payee="sam"), now=NOW)
    for number, ruling in enumerate(told):
        people = ("kim", "lee") if number == 0 else ("joe", "ivy")
        decision = settled(ruling, deal, by=people[0], approved_by=people[1])
        found = previewed(log, decision)
        take(log, decision, now=NOW + timedelta(hours=1 + number))
        assert open_documents(log) == documents(found.after.open)
        for issue in found.after.open[:1]:
            paid = as_it_stands(log, issue.period)
            assert paid.document() == issue.document()
        appeal = DisputeAppealed(dispute="P1", by="sam", reason="no")
        take(log, appeal, now=NOW + timedelta(hours=1 + number, minutes=1))
