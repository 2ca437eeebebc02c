"""Weights learned from a log: reproducible, from journeys that are over; they pay when approved."""

from typing import Any

import pytest

from engine.world import world
from replay.shadow import CURRENT, Candidate, shadows
from replay.training import trained
from schemas.calendar import PayoutPeriod
from schemas.crediting import Linear
from schemas.events.attribution import WeightsTrained
from schemas.policies import ByTouches
from schemas.recorded import microseconds
from schemas.training import Training
from schemas.values import _instant
from tests.frames import frame_of
from tests.oracle.cases import at
from tests.strategies import Record, decision, fact, published, vary_plan

MAY = microseconds(_instant(at("2026-05-01")))


def training(**changes: Any) -> Training:
    return Training.model_validate(
        {
            "name": "channels",
            "model": {
                "model": "shapley",
                "game": "closure",
                "negatives": "refuse",
                "use": "per-deal",
            },
            "of": "channel",
            "side": "marketing",
            "lead": "does-not-count",
            "observation_days": 60,
            "by": "all",
            "shrink": 0,
            "minimum": 1,
            **changes,
        }
    )


def journey(name: str, channels: str, signs: str | None, kind: str | None = None) -> list[Record]:
    """A customer's lead, its touches by lin in February, and the day it signed."""
    facts = [
        fact("lead-created", f"lead/{name}", at("2026-02-01"), f"l{name}", customer=name, by="mia")
    ]
    for number, channel in enumerate(channels.split(), 2):
        fields = {"kind": "ad", "side": "marketing", "by": "lin", "channel": channel}
        when = at(f"2026-02-{number:02}")
        facts.append(fact("touch-recorded", f"lead/{name}", when, f"t{name}{number}", **fields))
    if signs is not None:
        value = {"amount": "1000.00", "currency": "CNY"}
        signers = [{"payee": "sam", "share": "1"}]
        facts.append(
            fact(
                "deal-signed",
                f"deal/D{name}",
                at(signs),
                f"d{name}",
                customer=name,
                signed_by=signers,
                value=value,
                customer_type=kind,
            )
        )
    return facts


STORY = [
    *journey("a", "web fair", "2026-02-20"),
    *journey("b", "web web", "2026-02-21", "key"),
    *journey("c", "fair", None),
    *journey("d", "mail", "2026-04-20"),
]


def learned(story: list[Record], **changes: Any) -> WeightsTrained:
    records = frame_of([published(vary_plan()), *story])
    return trained(records, training(**changes), MAY)


def test_each_conversion_is_shared_by_its_distinct_channels() -> None:
    weights = learned(STORY).weights
    assert weights == {"*": {"fair": 2_500, "mail": 0, "web": 7_500}}


def test_the_same_facts_in_any_order_teach_the_same_with_the_same_digests() -> None:
    one, other = learned(STORY), learned(STORY[::-1])
    assert (one.digest, one.cohort, one.weights) == (other.digest, other.cohort, other.weights)


def test_a_journey_counts_once_its_days_are_over_and_not_before() -> None:
    late = fact("lead-created", "lead/z", at("2026-04-01"), "lz", customer="z", by="mia")
    assert learned([*STORY, late]).journeys == learned(STORY).journeys == 4


def test_what_was_signed_after_the_days_of_observation_did_not_convert() -> None:
    assert learned(STORY).conversions == 2
    assert learned(STORY, observation_days=85).conversions == 3


def test_facts_effective_after_the_day_of_training_teach_nothing() -> None:
    after = fact(
        "touch-recorded",
        "lead/a",
        at("2026-06-01"),
        "late",
        kind="ad",
        side="marketing",
        channel="x",
    )
    assert learned([*STORY, after]).digest == learned(STORY).digest


def registered(customer: str, kind: str, on: str) -> Record:
    who = f"customer/{customer}"
    return fact("customer-registered", who, at(on), f"r{customer}{on}", customer_type=kind)


def test_a_customer_is_of_the_type_that_was_last_registered_and_not_of_a_later_one() -> None:
    told = [
        registered("a", "small", "2026-01-01"),
        registered("a", "large", "2026-02-01"),
        registered("a", "late", "2026-06-01"),
    ]
    assert learned([*STORY, *told], by="customer-type").weights.keys() == {"*", "key", "large"}


def test_a_registration_that_was_voided_gives_no_type() -> None:
    told = registered("a", "small", "2026-01-01")
    void = fact(
        "fact-voided",
        "customer/a",
        at("2026-02-01"),
        "v",
        target={"source": told["source"], "id": told["id"]},
    )
    assert learned([*STORY, told, void], by="customer-type").weights.keys() == {"*", "key"}


def test_a_signing_before_the_first_lead_is_no_conversion_though_touches_before_it_count() -> None:
    own = fact(
        "deal-signed",
        "deal/D0",
        at("2026-01-25"),
        "d0",
        customer="c",
        signed_by=[{"payee": "sam", "share": "1"}],
        value={"amount": "1.00", "currency": "CNY"},
    )
    assert learned([*STORY, own], lookback_days=30).conversions == 2


def sideless(side: str | None) -> Record:
    when = at("2026-02-05")
    return fact("touch-recorded", "lead/a", when, "sideless", kind="ad", side=side, channel="x")


def test_a_touch_of_no_side_counts_where_the_kinds_are_named_and_never_for_another_side() -> None:
    assert "x" not in learned([*STORY, sideless(None)]).weights["*"]
    assert "x" in learned([*STORY, sideless(None)], kinds=["ad"]).weights["*"]
    assert "x" not in learned([*STORY, sideless("sales")], kinds=["ad"]).weights["*"]


def test_the_shares_of_a_type_are_drawn_to_those_of_all() -> None:
    weights = learned(STORY, by="customer-type", shrink=1).weights
    assert weights["key"] == {"fair": 1_250, "mail": 0, "web": 8_750}  # (1 x 1 + 1 x 3/4) / 2


def test_a_share_stays_between_floor_and_ceiling() -> None:
    weights = learned(STORY, floor="10%", ceiling="60%").weights["*"]
    assert weights == {"fair": 2_631, "mail": 1_053, "web": 6_316}  # 25 : 10 : 60


def weights_events(learned_weights: WeightsTrained, *, approved: bool = True) -> list[Record]:
    content = learned_weights.model_dump(mode="json", by_alias=True, exclude_none=True)
    name, digest = learned_weights.name, learned_weights.digest
    subject = f"weights/{name}"
    said = {"name": name, "digest": digest}
    events = [
        decision("weights-trained", subject, at("2026-05-01"), "w1", **content),
        decision(
            "weights-activated",
            subject,
            at("2026-01-01"),
            "w3",
            **said,
            **{"from": at("2026-01-01")},
        ),
    ]
    if approved:
        events.append(decision("weights-approved", subject, at("2026-05-02"), "w2", **said))
    return events


def policy() -> Record:
    credit = {
        "by": "touches",
        "model": {"model": "learned", "weights": "channels", "distinct": True},
        "lookback_days": 90,
        "lead": "counts",
        "once": "each",
    }
    document = {
        "policy": "learned",
        "version": 1,
        "effective_from": "2026-01-01",
        "time_zone": "Asia/Shanghai",
        "terms_at": "signing",
        "claims": {"marketing": {"protection_days": 90}},
        "rules": ["named-lead", "first-claim", "no-claim"],
        "credit": {"marketing": credit, "sales": {"by": "signers"}},
    }
    content = {"policy": "learned", "policy_version": 1, "document": document}
    return decision(
        "attribution-policy-published", "policy/learned", at("2026-01-01"), "p1", **content
    )


def credits_of(story: list[Record], deal: str) -> dict[str, tuple[int, int]]:
    told = world(frame_of([published(vary_plan()), *story]))
    rows = told.credits.filter(deal=deal, role="marketing").sort("payee")
    return {
        payee: (weight, whole)
        for payee, weight, whole in rows.select("payee", "weight", "whole").iter_rows()
    }


def test_a_deal_is_shared_by_the_weights_of_its_own_touches() -> None:
    taught = learned(STORY, lead="counts").weights["*"]
    assert taught == {"fair": 1_666, "lead-created": 4_167, "mail": 0, "web": 4_167}
    told = credits_of([*STORY, policy(), *weights_events(learned(STORY, lead="counts"))], "Da")
    whole = 1_666 + 4_167 + 4_167
    assert told == {"lin": (1_666 + 4_167, whole), "mia": (4_167, whole)}


def test_weights_that_nobody_approved_pay_nobody_and_distinct_channels_share_alike() -> None:
    taught = learned(STORY, lead="counts")
    told = credits_of([*STORY, policy(), *weights_events(taught, approved=False)], "Da")
    assert told == {"lin": (2, 3), "mia": (1, 3)}


def test_a_candidate_is_paid_in_the_shadow_and_nobody_else_moves() -> None:
    records = frame_of([published(vary_plan(gate={})), *STORY])
    credit = ByTouches(
        by="touches",
        model=Linear(model="linear", name=None),
        kinds=None,
        lookback_days=90,
        lead="counts",
        once="each",
    )
    period = PayoutPeriod.parse("2026-02")
    found = shadows(records, period, {"linear": Candidate(credit=credit)})
    amounts = {
        (payee, candidate): amount
        for payee, candidate, amount in found.select("payee", "candidate", "amount").iter_rows()
    }
    assert amounts["mia", CURRENT] == 8_000
    assert (amounts["mia", "linear"], amounts["lin", "linear"]) == (2_666, 5_334)
    assert amounts["sam", CURRENT] == amounts["sam", "linear"]


def test_nothing_signed_teaches_nothing_and_says_so() -> None:
    with pytest.raises(Exception, match="no channel is worth anything"):
        learned(journey("c", "fair", None))
