"""Who is one with whom, what is ruled, who is credited: worked by hand from 0008 and 0009."""

from fractions import Fraction
from typing import Any

from tests.oracle.attribution_cases import (
    classes,
    credit,
    deal,
    dispute,
    lead,
    linked,
    parts,
    policy,
    registered,
    revoked,
    rule,
    ruled,
    said,
    source,
    split,
    statuses,
    touch,
    unlinked,
    voided,
)
from tests.oracle.world import credits_of, world_of
from tests.strategies import decision

HALF = Fraction(1, 2)
DOMAINS = policy(same_customer=["domain", ["name", "city"]])


def test_a_lead_of_a_linked_customer_is_a_claim_and_unlinked_it_is_none() -> None:
    link = linked("C1", "C2")
    log = [lead(customer="C2"), deal()]
    assert classes(*log) == parts(self="1")
    assert classes(*log, link) == parts(marketing="1")
    assert classes(*log, link, unlinked("C2", "C1")) == parts(self="1")
    assert classes(*log, link, voided(link)) == parts(self="1")


def test_voiding_the_unlinking_links_again() -> None:
    link, apart = linked("C1", "C2"), unlinked("C1", "C2")
    assert classes(lead(customer="C2"), deal(), link, apart, voided(apart)) == parts(marketing="1")


def test_the_date_of_a_link_is_no_limit() -> None:
    assert classes(lead(customer="C2"), deal(), linked("C1", "C2", on="2027-01-01")) == parts(
        marketing="1"
    )


def test_customers_are_joined_through_others() -> None:
    chain = [linked("C1", "C9"), linked("C9", "C2")]
    assert classes(lead(customer="C2"), deal(), *chain) == parts(marketing="1")


def test_the_representative_is_the_least_that_was_never_found_to_be_another() -> None:
    world = world_of([linked("C5", "C1"), linked("C9", "C5"), deal(customer="C1")])
    assert world.deals["D1"].customer == "C9"
    ring = world_of([linked("C5", "C1"), linked("C1", "C9"), linked("C9", "C5"), deal()])
    assert ring.deals["D1"].customer == "C1"


def test_keys_match_in_full_width_in_capitals_and_with_spaces() -> None:
    one = registered("C1", keys={"domain": "ＡＣＭＥ.example"})
    other = lead(customer="C2", keys={"domain": " acme.Example "})
    assert classes(DOMAINS, one, other, deal()) == parts(marketing="1")
    assert classes(one, other, deal()) == parts(self="1")  # the default policy compares no keys


def test_keys_that_are_listed_together_must_all_agree() -> None:
    one = registered("C1", name="Straße AG", keys={"city": "Bern"})
    same = registered("C2", name="STRASSE  ag", keys={"city": "bern"})
    other = registered("C2", name="STRASSE  ag", keys={"city": "Basel"})
    log = [DOMAINS, one, lead(customer="C2"), deal()]
    assert classes(*log, same) == parts(marketing="1")
    assert classes(*log, other) == parts(self="1")


def test_the_last_value_of_a_registered_key_counts() -> None:
    old = registered("C1", "2026-01-01", keys={"domain": "old.example"})
    new = registered("C1", "2026-01-02", keys={"domain": "new.example"})
    log = [DOMAINS, lead(customer="C2", keys={"domain": "old.example"}), deal()]
    assert classes(*log, old) == parts(marketing="1")
    assert classes(*log, old, new) == parts(self="1")


def test_an_unlinked_pair_is_not_joined_by_keys() -> None:
    keys = {"domain": "acme.example"}
    log = [DOMAINS, lead(customer="C2", keys=keys), deal(keys=keys)]
    assert classes(*log) == parts(marketing="1")
    assert classes(*log, unlinked("C1", "C2")) == parts(self="1")


def test_a_lead_without_a_customer_joins_by_keys() -> None:
    keys = {"domain": "acme.example"}
    nobody = lead(customer=None, keys=keys)
    assert classes(DOMAINS, nobody, deal(keys=keys)) == parts(marketing="1")
    assert classes(DOMAINS, nobody, deal()) == parts(self="1")


def test_two_ids_of_one_payee_in_a_split_are_one_share() -> None:
    same = linked("sam", "sam2", "payee")
    log = [deal(by="sam sam2 lee")]
    assert credit(*log, same) == {
        ("self", "sales", "sam"): Fraction(2, 3),
        ("self", "sales", "lee"): Fraction(1, 3),
    }


def test_who_finds_and_signs_under_two_ids_is_the_same_person() -> None:
    log = [lead(by="mia"), deal(by="mia2 sam"), linked("mia", "mia2", "payee")]
    assert credit(*log) == {
        ("self", "sales", "mia"): HALF,
        ("marketing", "marketing", "mia"): HALF,
        ("marketing", "sales", "sam"): HALF,
    }


def test_a_ruling_gives_the_classes_and_supersedes_what_was_live() -> None:
    log = [lead(), deal(), ruled("r1", shares={"marketing": "1/2", "house": "1/2"})]
    assert (rule(*log), statuses(*log)) == ("ruling", {"L1": "superseded"})
    assert source(*log).finder == "mia"
    assert [fact.id for fact in source(*log).grounds] == ["r1"]


def test_a_ruling_of_shares_credits_nobody_where_no_lead_is_live() -> None:
    log = [deal(), ruled("r1", shares={"marketing": "1"})]
    assert credit(*log) == {("marketing", "sales", "sam"): Fraction(1)}


def test_ruled_splits_replace_those_inside_the_classes() -> None:
    log = [lead(), deal(), ruled("r1", marketing=split(ann="1"), sales=split(lee="1/3", bo="2/3"))]
    assert rule(*log) == "customer-lead"
    assert [fact.id for fact in source(*log).grounds] == ["created-L1", "r1"]
    assert credit(*log) == {
        ("marketing", "marketing", "ann"): Fraction(1),
        ("marketing", "sales", "lee"): Fraction(1, 3),
        ("marketing", "sales", "bo"): Fraction(2, 3),
    }


def test_a_claim_that_is_ruled_out_leaves_the_deal_to_the_rules() -> None:
    log = [lead("L1"), lead("L2", "2026-01-06", side="sales"), deal()]
    out = ruled("r1", claims=[{"lead": "L1", "counts": False}])
    assert statuses(*log, out) == {"L1": "ruled-out", "L2": "live"}
    assert classes(*log, out) == parts(self="1")


def test_a_claim_that_is_ruled_to_count_is_live_though_it_had_lapsed() -> None:
    log = [lead("L1"), deal(on="2026-05-01")]
    counts = ruled("r1", claims=[{"lead": "L1", "counts": True}])
    assert statuses(*log) == {"L1": "lapsed"}
    assert classes(*log, counts) == parts(marketing="1")


def test_of_two_rulings_the_later_holds_whole_and_revoked_the_earlier_again() -> None:
    first = ruled("r1", "2026-02-01", shares={"marketing": "1"})
    second = ruled("r2", "2026-02-03", sales=split(lee="1"))
    log = [deal(), second, first]
    assert classes(*log) == parts(self="1")
    assert credit(*log) == {("self", "sales", "lee"): 1}
    assert classes(*log, revoked("r2")) == parts(marketing="1")
    assert classes(*log, revoked("r2"), revoked("r1")) == parts(self="1")


def test_revoking_what_nobody_ruled_changes_nothing() -> None:
    assert classes(deal(), revoked("r9")) == parts(self="1")


def test_a_settlement_rules_only_while_its_dispute_is_open() -> None:
    raised = dispute("raised", "2026-02-01", deal="D1", payee="sam", reason_code="wrong-source")
    fields = {"deal": "D1", "outcome": "upheld", "ruling": {"shares": {"partner": "1"}}}
    settled = dispute("settled", "2026-02-02", **fields)
    assert classes(deal(), settled) == parts(self="1")
    assert classes(deal(), raised, settled) == parts(partner="1")
    withdrawn = dispute("withdrawn", "2026-02-01T12:00:00+08:00")
    assert classes(deal(), raised, withdrawn, settled) == parts(self="1")
    assert classes(deal(), raised, settled, revoked("settled-2026-02-02")) == parts(self="1")


def test_the_same_person_under_halves_is_paid_self_for_both() -> None:
    """m = mia 1, s = mia 1/2 sam 1/2: of the marketing half o = 1/2."""
    log = [lead(), deal(by="mia sam"), ruled("r1", shares={"marketing": "1/2", "self": "1/2"})]
    assert credit(*log) == {
        ("self", "sales", "mia"): HALF,  # 1/2 x 1/2, and 1/2 x 1/2 of the overlap
        ("self", "sales", "sam"): Fraction(1, 4),
        ("marketing", "marketing", "mia"): Fraction(1, 4),
        ("marketing", "sales", "sam"): Fraction(1, 4),
    }


def test_other_classes_credit_the_signers() -> None:
    log = [lead(), deal(by="sam lee"), ruled("r1", shares={"partner": "1/3", "account": "2/3"})]
    assert credit(*log) == {
        ("partner", "sales", "sam"): Fraction(1, 6),
        ("partner", "sales", "lee"): Fraction(1, 6),
        ("account", "sales", "sam"): Fraction(1, 3),
        ("account", "sales", "lee"): Fraction(1, 3),
    }


LINEAR: dict[str, Any] = {
    "by": "touches",
    "model": {"model": "linear"},
    "lookback_days": 10,
    "lead": "counts",
    "once": "actor-day",
}


def by_touches(**more: Any) -> dict[str, Any]:
    return policy(credit={"marketing": {**LINEAR, **more}})


def test_marketing_is_credited_by_its_touches_once_a_day_and_kind() -> None:
    marketing = [
        touch("customer/C1", "2026-01-12", "ad", side="marketing", by="ann"),
        touch("customer/C1", "2026-01-12T09:00:00+08:00", "ad", side="marketing", by="ann"),
        touch("lead/L1", "2026-01-13", "ad", side="marketing", by="ann"),
        touch("lead/L1", "2026-01-14", "ad", side=None, by="lee"),
        touch("lead/L1", "2026-01-15", "ad", side="sales", by="lee"),
    ]
    log = [lead(on="2026-01-10"), *marketing, deal(by="sam")]
    shares = credit(by_touches(), *log)
    assert shares["marketing", "marketing", "ann"] == Fraction(2, 3)
    assert shares["marketing", "marketing", "mia"] == Fraction(1, 3)  # found the lead in time
    named = credit(by_touches(kinds=["ad"]), *log)  # a touch without a side counts if it is named
    assert named["marketing", "marketing", "lee"] == Fraction(1, 4)


def test_without_touches_in_time_the_finder_is_credited() -> None:
    early = touch("customer/C1", "2026-01-09T23:59:59+08:00", "ad", side="marketing", by="ann")
    log = [by_touches(lead="does-not-count"), lead(on="2026-01-05"), early, deal()]
    assert credit(*log)["marketing", "marketing", "mia"] == 1


def test_milestones_are_the_first_touch_the_lead_the_qualification_and_the_last() -> None:
    shares = {"FT": "1/10", "LC": "2/10", "OC": "3/10", "CW": "4/10"}
    model = {"model": "milestones", "weights": shares, "rest": "0"}
    ads = [
        touch("customer/C1", f"2026-01-{day}", "ad", side="marketing", by=who)
        for day, who in ((11, "ann"), (13, "bo"), (14, "lee"), (15, "zoe"))
    ]
    log = [*ads, lead(on="2026-01-12"), said("qualified", "2026-01-13"), deal()]
    assert credit(by_touches(model=model), *log) == {
        ("marketing", "marketing", "ann"): Fraction(1, 10),
        ("marketing", "marketing", "mia"): Fraction(2, 10),
        ("marketing", "marketing", "bo"): Fraction(3, 10),
        ("marketing", "marketing", "zoe"): Fraction(4, 10),
        ("marketing", "sales", "sam"): Fraction(1),
    }


DIGEST = "ab" * 32
TRAINED: dict[str, Any] = {"*": {"ad": 1000}, "key": {"ad": 3000, "lead-created": 1000}}


def weights(happens: str, **more: Any) -> dict[str, Any]:
    at = "2026-01-01T00:00:00+08:00"
    fields = {"name": "fair", "digest": DIGEST, **more}
    return decision(f"weights-{happens}", "weights/fair", at, happens, **fields)


def test_frozen_weights_share_by_channel_once_they_are_approved() -> None:
    learned = {"model": "learned", "weights": "fair", "distinct": True}
    ad = touch("customer/C1", "2026-01-12", "banner", side="marketing", by="ann", channel="ad")
    log = [by_touches(model=learned), lead(on="2026-01-11"), ad, deal(customer_type="key")]
    log += [
        weights("trained", weights=TRAINED),
        weights("activated", **{"from": "2026-01-20T00:00:00+08:00"}),
    ]
    assert credit(*log)["marketing", "marketing", "ann"] == HALF
    approved = weights("approved")
    assert credit(*log, approved)["marketing", "marketing", "ann"] == Fraction(3, 4)


def test_a_line_names_the_touches_by_which_its_payee_is_credited() -> None:
    ad = touch("customer/C1", "2026-01-12", "ad", side="marketing", by="ann")
    world = world_of([by_touches(), lead(on="2026-01-11"), ad, deal()])
    marketing = next(
        each
        for each in credits_of(world, world.deals["D1"], world.deals["D1"].signers)
        if each.role == "marketing"
    )
    told = {who: [f.id for f in facts] for who, facts in marketing.touches.items()}
    assert told == {"ann": [ad["id"]], "mia": ["created-L1"]}
