"""The chain from lead to settlement: how long, whose, what was late, and what it led to."""

from typing import Any

import polars as pl

from engine.world import World
from projections.chains import chains, delays, settled_at, watched
from projections.conversions import conversions
from projections.self_dealing import flags
from schemas.calendar import PayoutPeriod
from schemas.recorded import microseconds
from schemas.values import _instant
from tests.frames import frame_of
from tests.oracle.cases import at, lead, qualified, signed
from tests.strategies import Record, decision, fact, published, vary_plan

DAY = 86_400_000_000
STAGES: list[Any] = [
    {
        "id": "first-contact",
        "begins": {"on": "lead-created"},
        "ends": [{"on": "touch-recorded", "kind": "call"}],
        "limit_days": 2,
    },
    {
        "id": "signing",
        "begins": {"on": "touch-recorded", "kind": "call"},
        "ends": [{"on": "deal-signed"}],
        "limit_days": 10,
    },
    {
        "id": "settlement",
        "begins": {"on": "deal-signed"},
        "ends": [{"on": "statement"}],
        "owner": "signers",
    },
]


def moment(on: str) -> int:
    return microseconds(_instant(at(on)))


def policy(stages: list[Any] = STAGES) -> Record:
    document = {
        "policy": "watch",
        "version": 1,
        "effective_from": "2026-01-01",
        "time_zone": "Asia/Shanghai",
        "terms_at": "signing",
        "claims": {"marketing": {"protection_days": 90}},
        "rules": ["named-lead", "first-claim", "no-claim"],
        "stages": stages,
    }
    content = {"policy": "watch", "policy_version": 1, "document": document}
    return decision(
        "attribution-policy-published", "policy/watch", at("2026-01-01"), "p", **content
    )


def call(on: str, of: str = "L1") -> Record:
    fields = {"kind": "call", "side": "sales", "by": "sam"}
    return fact("touch-recorded", f"lead/{of}", at(on), f"call-{on[:10]}", **fields)


def assigned(to: str, on: str, of: str = "L1") -> Record:
    return fact("lead-assigned", f"lead/{of}", at(on), f"to-{to}", to=to)


def told_of(*records: Record) -> World:
    return watched(frame_of([published(vary_plan()), policy(), *records]))


def flagged(*records: Record) -> pl.DataFrame:
    frame = frame_of([published(vary_plan()), policy(), *records])
    return flags(watched(frame), frame)


def test_each_stage_has_its_days_its_owner_and_its_end() -> None:
    told = told_of(lead(), assigned("ann", "2026-01-06"), call("2026-01-07"), signed())
    rows = chains(told, {"D1": moment("2026-02-01")}, moment("2026-03-01"))
    days, late = pl.col("dwell") // DAY, pl.col("overdue").is_not_null().alias("late")
    assert rows.select("stage", "deal", days, "owner", late).rows() == [
        ("first-contact", "D1", 2, "ann", False),
        ("signing", "D1", 13, "ann", True),
        ("settlement", "D1", 12, "sam", False),
    ]


def test_who_held_the_lead_when_its_limit_passed_is_responsible_and_not_who_got_it_later() -> None:
    told = told_of(lead(), assigned("ann", "2026-01-06"), assigned("bob", "2026-01-20"))
    late = delays(chains(told, {}, moment("2026-02-01")))
    overdue = pl.col("overdue") // DAY
    assert late.select("stage", "owner", "responsible", overdue).rows() == [
        ("first-contact", "bob", "ann", 25)
    ]


def test_a_stage_that_ends_exactly_at_its_limit_is_in_time() -> None:
    rows = chains(told_of(lead(), call("2026-01-07")), {}, moment("2026-01-08"))
    first = rows.row(0, named=True)
    assert (first["ended_at"], first["overdue"]) == (first["due_at"], None)
    after = chains(told_of(lead(), call("2026-01-07T00:00:01+08:00")), {}, moment("2026-01-08"))
    assert after["overdue"].to_list()[0] == 1_000_000


def test_what_happens_after_the_instant_of_the_question_is_not_there_yet() -> None:
    told = told_of(lead(), call("2026-01-07"), signed())
    rows = chains(told, {"D1": moment("2026-02-01")}, moment("2026-01-06"))
    assert rows.select("stage", "deal", "ended_at").rows() == [("first-contact", None, None)]


def test_every_signer_of_a_deal_owns_its_settlement() -> None:
    told = told_of(lead(), signed(by="sam ann"))
    rows = chains(told, {}, moment("2026-02-01")).filter(stage="settlement")
    assert rows["owner"].to_list() == ["ann, sam"]


def test_a_touch_of_the_customer_before_the_lead_was_found_is_no_contact_with_the_lead() -> None:
    def of_customer(on: str) -> Record:
        return fact(
            "touch-recorded", "customer/C1", at(on), on, kind="call", side="sales", by="sam"
        )

    early, later = of_customer("2026-01-02"), of_customer("2026-01-06")
    asked = moment("2026-01-08")
    before = chains(told_of(lead(), early), {}, asked)
    assert before.select("stage", "ended_at").rows() == [("first-contact", None)]
    after = chains(told_of(lead(), early, later), {}, asked).row(0, named=True)
    assert after["ended_at"] == moment("2026-01-06")


def test_a_stage_from_a_call_to_the_next_touch_does_not_end_with_the_call_it_began_with() -> None:
    touched = {"on": "touch-recorded"}
    again = [{"id": "again", "begins": {**touched, "kind": "call"}, "ends": [touched]}]
    records = frame_of(
        [published(vary_plan()), policy(again), lead(), call("2026-01-07"), call("2026-01-09")]
    )
    [row] = chains(watched(records), {}, moment("2026-02-01")).to_dicts()
    assert row["dwell"] == 2 * DAY


def test_without_a_policy_a_chain_has_its_stages_and_nothing_is_late() -> None:
    records = frame_of([published(vary_plan()), lead(), qualified(), signed()])
    rows = chains(watched(records), {"D1": moment("2026-02-01")}, moment("2028-01-01"))
    assert rows["stage"].to_list() == ["qualification", "signing", "payment", "settlement"]
    assert rows["overdue"].null_count() == rows.height


def test_a_deal_without_a_lead_is_a_chain_of_its_signers() -> None:
    own = fact(
        "deal-signed",
        "deal/D9",
        at("2026-01-20"),
        "own",
        signed_by=[{"payee": "ann", "share": "1"}],
        value={"amount": "1.00", "currency": "CNY"},
    )
    rows = chains(told_of(own), {}, moment("2026-02-01"))
    assert rows.select("lead", "deal", "stage", "owner").rows() == [
        (None, "D9", "settlement", "ann")
    ]


def test_a_deal_is_settled_by_the_first_close_that_states_a_line_of_it() -> None:
    lines = pl.DataFrame({"deal": ["D1", None]}, schema={"deal": pl.String()})
    january, february = (PayoutPeriod.parse(f"2026-{month:02}") for month in (1, 2))
    assert settled_at([(january, 7, lines), (february, 9, lines)]) == {"D1": 7}


def test_conversion_counts_leads_and_not_facts() -> None:
    records = frame_of(
        [
            published(vary_plan()),
            lead(channel="fair"),
            qualified(),
            qualified(on="2026-01-10") | {"id": "again"},
            lead("L2", channel="fair"),
            lead("L3", channel=None),
            signed(),
            signed("D2", on="2026-01-21"),
        ]
    )
    told = watched(records)
    counted = conversions(records, told, "channel", moment("2026-03-01"))
    assert counted.rows() == [
        ("fair", 2, 1, 1, "CNY", 20_000_000),
        (None, 1, 0, 0, None, None),
    ]
    before = conversions(records, told, "payee", moment("2026-01-08"))
    assert before.rows() == [("mia", 3, 0, 0, None, None)]


def referral(by: str, to: str, on: str) -> Record:
    return fact("referral-made", "deal/D1", at(on), f"{by}-{to}", by=by, to=to)


def test_people_on_both_sides_and_referrals_in_a_circle_are_flagged() -> None:
    told = flagged(
        lead(by="sam"),
        qualified(),
        signed(),
        referral("ann", "bob", "2026-01-21"),
        referral("bob", "ann", "2026-03-30"),
        referral("bob", "cat", "2026-04-02"),
        referral("cat", "bob", "2026-07-02"),
        referral("dan", "dan", "2026-01-22"),
    )
    assert told.select("code", "payee", "other").rows() == [
        ("finder-signs", "sam", None),
        ("qualifies-own-lead", "sam", None),
        ("referral-circle", "bob", "ann"),
        ("refers-to-self", "dan", "dan"),
    ]


def test_a_referral_of_the_customer_by_who_signs_is_flagged_too() -> None:
    made = fact("referral-made", "customer/C1", at("2026-01-10"), "r", by="sam", to="ann")
    told = flagged(lead(), made, signed())
    assert told.select("code", "subject", "payee").rows() == [("referrer-signs", "deal/D1", "sam")]


def test_a_joint_signing_of_one_side_is_flagged_and_one_of_both_is_not() -> None:
    def joint(payees: list[str]) -> Record:
        return fact("joint-signing-confirmed", "deal/D1", at("2026-01-21"), "joint", payees=payees)

    both = flagged(lead(), signed(), joint(["mia", "sam"]))
    nobody = flagged(lead(), signed(), joint(["ann", "mia"]))
    assert "one-sided-joint-signing" not in both["code"].to_list()
    assert "one-sided-joint-signing" in nobody["code"].to_list()
