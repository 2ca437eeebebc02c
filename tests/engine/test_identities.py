"""Customers and people known under several ids: joined, kept apart, and joined by their keys."""

import pytest

from engine.earned import earned, named
from engine.identities import Links, representatives
from engine.world import World, world
from tests.frames import frame_of
from tests.oracle.cases import at, lead, qualified, signed
from tests.strategies import Record, decision, fact, published, vary_plan

PLAN = published(vary_plan())


def linked(
    one: str, other: str, on: str = "2026-03-01", of: str = "customer", verb: str = "linked"
) -> Record:
    return fact(
        f"identity-{verb}", f"{of}/{one}", at(on), f"{verb}-{one}-{other}", other=other, **{of: one}
    )


def policy(**changes: object) -> Record:
    document = {
        "policy": "by-keys",
        "version": 1,
        "effective_from": "2026-01-01",
        "time_zone": "Asia/Shanghai",
        "terms_at": "signing",
        "claims": {"marketing": {"protection_days": 90}},
        "rules": ["named-lead", "first-claim", "no-claim"],
        **changes,
    }
    content = {"policy": "by-keys", "policy_version": 1, "document": document}
    return decision(
        "attribution-policy-published", "policy/by-keys", at("2026-01-01"), "p1", **content
    )


def known(*records: Record) -> World:
    return world(frame_of([PLAN, *records]))


def source_of(told: World, deal: str = "D1") -> str:
    return str(told.sources.filter(deal=deal)["source"].item())


def paid(told: World) -> dict[str, int]:
    """Payee to minor units, of all periods."""
    lines = named(earned(told), told)
    return {
        payee: int(lines.filter(payee=payee)["amount"].sum())
        for payee in lines["payee"].unique().sort()
    }


def test_a_lead_of_the_same_customer_under_another_id_decides_the_deal() -> None:
    of_other = lead(customer="acme-cn")
    deal = signed(lead=None)
    assert source_of(known(of_other, deal)) == "self"
    assert source_of(known(of_other, deal, linked("C1", "acme-cn"))) == "marketing"


def test_a_merge_that_is_taken_back_leaves_no_trace_in_any_answer() -> None:
    story = [lead(customer="acme-cn"), signed(lead=None)]
    link = linked("C1", "acme-cn")
    undone = known(*story, link, linked("acme-cn", "C1", on="2026-03-05", verb="unlinked"))
    void = fact(
        "fact-voided",
        "customer/C1",
        at("2026-03-05"),
        "void",
        target={"source": link["source"], "id": link["id"]},
        customer="C1",
    )
    before, voided = known(*story), known(*story, link, void)
    for told in (undone, voided):
        assert told.sources.drop("signing", "claim", "grounds").equals(
            before.sources.drop("signing", "claim", "grounds")
        )
        assert paid(told) == paid(before)


def test_links_join_through_others_in_whichever_order_they_are_told() -> None:
    links = [linked("C1", "b"), linked("c", "b"), linked("c", "acme-cn")]
    story = [lead(customer="acme-cn"), signed(lead=None)]
    for told in (links, links[::-1]):
        assert source_of(known(*story, *told)) == "marketing"


def test_one_person_under_two_ids_is_one_payee_and_paid_the_self_sourced_rate_once() -> None:
    story = [lead(by="mia"), qualified(), signed(by="mia.w")]
    apart, one = known(*story), known(*story, linked("mia", "mia.w", of="payee"))
    assert paid(apart) == {"mia": 400_000 + 5_000, "mia.w": 200_000}
    assert paid(one) == {"mia": 500_000 + 5_000}


def test_the_shares_of_two_ids_of_one_person_are_added() -> None:
    told = known(
        lead(side="sales", by="zoe"), signed(by="mia mia.w sam"), linked("mia", "mia.w", of="payee")
    )
    rows = told.credits.select("payee", "weight", "whole").sort("payee").rows()
    assert rows == [("mia", 2, 3), ("sam", 1, 3)]


def test_customers_are_the_same_by_a_key_whatever_its_case_and_width() -> None:
    told = known(
        policy(same_customer=["domain"]),
        lead(customer="x1", keys={"domain": "ACME.example"}),
        signed(lead=None),
        fact(
            "customer-registered",
            "customer/C1",
            at("2026-01-02"),
            "registered",
            customer="C1",
            keys={"domain": " ａｃｍｅ.example "},
        ),
    )
    assert source_of(told) == "marketing"


def test_several_keys_agree_together_or_not_at_all() -> None:
    story = [
        policy(same_customer=[["name", "country"]]),
        lead(customer="x1", keys={"name": "Acme", "country": "CN"}),
        signed(lead=None),
    ]

    def registered(country: str) -> Record:
        return fact(
            "customer-registered",
            "customer/C1",
            at("2026-01-02"),
            "registered",
            customer="C1",
            name="ACME",
            keys={"country": country},
        )

    assert source_of(known(*story, registered("cn"))) == "marketing"
    assert source_of(known(*story, registered("de"))) == "self"


def test_who_is_said_to_be_two_is_not_joined_by_a_key() -> None:
    story = [
        policy(same_customer=["domain"]),
        lead(customer="x1", keys={"domain": "acme.example"}),
        signed(lead=None),
        fact(
            "customer-registered",
            "customer/C1",
            at("2026-01-02"),
            "registered",
            customer="C1",
            keys={"domain": "acme.example"},
        ),
    ]
    assert source_of(known(*story, linked("C1", "x1", verb="unlinked"))) == "self"


def test_a_lead_without_a_customer_finds_its_customer_by_a_key() -> None:
    told = known(
        policy(same_customer=["phone"]),
        lead(customer=None, keys={"phone": "138 0000"}),
        signed(lead=None) | {"data": signed(lead=None)["data"] | {"keys": {"phone": "138 0000"}}},
    )
    assert source_of(told) == "marketing"


@pytest.mark.parametrize(
    ("joined", "others", "first"),
    [
        ([("b", "a")], {"a"}, "b"),
        ([("b", "a"), ("a", "b")], {"a", "b"}, "a"),
        ([("z", "lead:L1")], set[str](), "z"),
        ([("10", "9")], set[str](), "10"),
    ],
)
def test_the_one_that_stands_for_all_is_never_anothers_other_if_it_can_be_helped(
    joined: list[tuple[str, str]], others: set[str], first: str
) -> None:
    said = Links(joined=frozenset(map(frozenset, joined)), others=frozenset(others))
    assert set(representatives(said).values()) == {first}
