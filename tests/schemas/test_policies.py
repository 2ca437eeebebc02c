"""A policy that does not hold together is refused, and says why; what is odd about one is noted."""

from copy import deepcopy
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.policies import DEFAULT, Policy
from schemas.policies.choices import CHOICES
from schemas.policies.notes import notes
from schemas.policies.wholes import gaps
from schemas.rule_changes import changes, said
from schemas.rule_words import WORDS
from schemas.slips import Place, Slip

BASE: dict[str, Any] = {
    "policy": "source-of-deal",
    "version": 1,
    "effective_from": "2026-01-01",
    "time_zone": "Asia/Shanghai",
    "terms_at": "signing",
    "claims": {"marketing": {"protection_days": 90}, "sales": {"protection_days": 60}},
    "self_sourced": "ignored",
    "rules": ["named-lead", "first-claim", "no-claim"],
    "no_claim": "signers",
    "examples": [
        {
            "name": "one",
            "events": "2026-01-05 deal-signed D1 by sam 1.00 CNY",
            "expect": [{"deal": "D1", "rule": "signers"}],
        }
    ],
}
OWN = {"id": "tenders", "where": "amount is more than 5", "shares": {"house": "1"}}


def changed(**top: Any) -> dict[str, Any]:
    return deepcopy(BASE) | top


def slips(**top: Any) -> list[tuple[Place, str]]:
    """The places and codes of what does not hold together."""
    found: list[Slip] = []
    Policy.model_validate(changed(**top), context={"slips": found})
    return [(place, error.type) for place, error in found]


def left_open(**top: Any) -> list[tuple[Place, str]]:
    policy = Policy.model_validate(changed(**top))
    return [(place, error.type) for place, error in gaps(policy)]


def noted(**top: Any) -> list[Place]:
    return [place for place, _ in notes(Policy.model_validate(changed(**top)))]


def test_a_plain_policy_holds_together_leaves_nothing_open_and_is_not_odd() -> None:
    assert (slips(), left_open(), noted()) == ([], [], [])


def test_the_default_policy_is_that_of_the_law() -> None:
    assert DEFAULT.name == "default@0"
    assert {side: terms.protection_days for side, terms in DEFAULT.claims.items()} == {
        "marketing": 90,
        "sales": 90,
        "partner": 90,
    }
    assert (DEFAULT.reads_touches, DEFAULT.reads_details) == (False, False)
    assert list(gaps(DEFAULT)) == []


def test_a_policy_read_from_its_own_document_is_the_same() -> None:
    policy = Policy.model_validate(
        changed(
            rules=["tie", OWN, "first-claim", "no-claim"],
            tie={"hours": 24, "shares": {"marketing": "1/3", "self": "2/3"}},
            same_customer=["domain", ["name", "phone"]],
        )
    )
    assert Policy.model_validate(policy.document()) == policy
    assert Policy.model_validate(policy.document()).digest() == policy.digest()


@pytest.mark.parametrize(
    ("top", "found"),
    [
        ({"rules": ["tie", "first-claim", "no-claim"]}, [(("rules", 0), "unset-rule")]),
        (
            {"rules": ["existing-account", "first-claim", "no-claim"]},
            [(("rules", 0), "unset-rule")],
        ),
        ({"rules": ["first-claim", "first-claim", "no-claim"]}, [(("rules", 1), "rule-twice")]),
        ({"rules": [OWN, OWN, "no-claim"]}, [(("rules", 1, "id"), "name-twice")]),
        ({"rules": [OWN | {"id": "ruling"}, "no-claim"]}, [(("rules", 0, "id"), "name-taken")]),
        (
            {"rules": [OWN | {"where": "colour is 5"}, "no-claim"]},
            [(("rules", 0, "where"), "bad-condition")],
        ),
        (
            {"rules": [OWN | {"where": "role is sales and class is self"}, "no-claim"]},
            [(("rules", 0, "where"), "bad-condition")] * 2,
        ),
        ({"attributes": {"amount": "number"}}, [(("attributes", "amount"), "bad-attribute")]),
        (
            {"tie": {"hours": 1, "shares": {"house": "1/2", "self": "1/2"}}},
            [(("tie", "shares"), "bad-tie")],
        ),
        ({"tie": {"hours": 1, "shares": {"self": "1"}}}, [(("tie", "shares"), "bad-tie")]),
        (
            {
                "stages": [
                    {
                        "id": "a",
                        "begins": {"on": "lead-created"},
                        "ends": [{"on": "lead-assigned"}, {"on": "lead-created"}],
                    }
                ]
            },
            [(("stages", 0, "ends", 1), "bad-stage")],
        ),
    ],
)
def test_what_does_not_hold_together_is_found_with_its_place(
    top: dict[str, Any], found: list[tuple[Place, str]]
) -> None:
    assert slips(**top) == found
    with pytest.raises(ValidationError, match=found[0][1]):
        Policy.model_validate(changed(**top))


@pytest.mark.parametrize(
    ("top", "found"),
    [
        ({"rules": ["first-claim"]}, [(("rules",), "open-end")]),
        (
            {"rules": ["first-claim", "last-claim", "no-claim"]},
            [(("rules", 1), "rule-unreached")],
        ),
        (
            {"rules": ["first-claim", "no-claim", OWN]},
            [(("rules", 2), "rule-unreached"), (("rules",), "open-end")],
        ),
    ],
)
def test_what_is_left_to_chance_is_refused_by_a_linter(
    top: dict[str, Any], found: list[tuple[Place, str]]
) -> None:
    assert left_open(**top) == found


@pytest.mark.parametrize("key", ["no_claim", "self_sourced"])
def test_a_key_that_money_depends_on_is_asked_for(key: str) -> None:
    policy = changed()
    del policy[key]
    [slip] = gaps(Policy.model_validate(policy))
    assert (slip.place, ("Policy", key) in CHOICES) == ((key,), True)


def test_a_rule_for_unclaimed_deals_may_stand_behind_the_first_claim() -> None:
    assert left_open(rules=["first-claim", OWN, "no-claim"]) == []


@pytest.mark.parametrize(
    ("top", "places"),
    [
        ({"claims": {}}, [("claims",)]),
        (
            {
                "rules": ["tie", "first-claim", "no-claim"],
                "tie": {"hours": 1},
                "claims": {"sales": {"protection_days": 9}},
            },
            [("claims",)],
        ),
        (
            {"claims": {"marketing": {"protection_days": 9}}, "self_sourced": "weighed"},
            [("self_sourced",)],
        ),
        (
            {"claims": {"sales": {"protection_days": 9, "evidence": {"minimum": 1}}}},
            [("claims", "sales", "evidence", "to_days")],
        ),
        (
            {"claims": {"sales": {"protection_days": 90, "evidence": {"minimum": 0}}}},
            [("claims", "sales", "evidence", "minimum")],
        ),
        (
            {"claims": {"sales": {"protection_days": 9, "max_days": 9, "extended_by": ["call"]}}},
            [("claims", "sales", "max_days")],
        ),
        ({"tie": {"hours": 1}}, [("tie",)]),
        ({"attributes": {"region": "text"}}, [("attributes", "region")]),
        ({"examples": []}, [("examples",)]),
        ({"rules": [OWN, "first-claim", "no-claim"]}, [("rules", 0)]),
    ],
)
def test_what_is_worth_a_second_look_is_noted(top: dict[str, Any], places: list[Place]) -> None:
    assert noted(**top) == places


@pytest.mark.parametrize("shares", [{"self": "1/2"}, {"self": "1", "house": "0"}, {}])
def test_shares_that_do_not_sum_to_one_are_refused_and_never_normalised(
    shares: dict[str, str],
) -> None:
    with pytest.raises(ValidationError, match="shares-not-one"):
        Policy.model_validate(changed(rules=[OWN | {"shares": shares}, "no-claim"]))


def test_a_change_of_a_policy_is_told_in_two_languages() -> None:
    old = Policy.model_validate(changed())
    new = Policy.model_validate(
        changed(
            version=2,
            rules=["named-lead", "last-claim", "no-claim"],
            claims={"marketing": {"protection_days": 60}, "sales": {"protection_days": 60}},
        )
    )
    told = changes(old, new)
    assert [said(change, "en") for change in told] == [
        "policy: version 1 -> 2",
        "claims: marketing.protection_days 90 -> 60",
        "rule first-claim: taken out",
        "rule last-claim: new",
    ]
    assert [said(change, "zh") for change in told][1:] == [
        "归属主张：市场 保护天数（protection_days） 90 → 60",
        "规则 first-claim：删除",
        "规则 last-claim：新增",
    ]


def test_every_key_of_a_policy_has_a_word_in_chinese_and_a_meaning() -> None:
    schema = Policy.model_json_schema(by_alias=True)
    parts = (schema, *schema["$defs"].values())
    keys = {key for part in parts for key in part.get("properties", {})}
    assert keys - set(WORDS) == set()
