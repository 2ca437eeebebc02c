"""Working on an attribution policy: linted, tried, compared, weighed, approved by two, asked."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import YEAR, Run, at, signed, write_jsonl
from tests.strategies import fact

JANUARY = f"{YEAR}-01"
SELF_RATE, MARKETING_RATE, SALES_RATE = 5_000, 4_000, 2_000
"""What 100,000.00 pays by the seed plan, in CNY."""
POLICY: dict[str, Any] = {
    "policy": "source-of-deal",
    "version": 1,
    "effective_from": f"{YEAR}-01-01",
    "time_zone": "Asia/Shanghai",
    "terms_at": "signing",
    "claims": {"marketing": {"protection_days": 10}},
    "self_sourced": "ignored",
    "rules": ["named-lead", "first-claim", "no-claim"],
    "no_claim": "signers",
}
WRONG = """\
policy: p
version: 1
effective_from: 2026-01-01
time_zone: Asia/Shanghai
claims:
  marketing: {protection_days: 90, evidence: {minimun: 1}}
self_sourced: ignored
rules:
  - named-leed
  - {id: tenders, where: colour is 5, shares: {house: 1/2}}
  - no-claim
no_claim: signer
"""


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    file = tmp_path / "policy.yaml"
    file.write_text(json.dumps(POLICY))
    return file


def second(tmp_path: Path, **top: Any) -> Path:
    file = tmp_path / "second.yaml"
    file.write_text(json.dumps(deepcopy(POLICY) | {"version": 2} | top))
    return file


def test_everything_that_is_wrong_is_told_at_once_with_its_place(run: Run, tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(WRONG)
    linted = run("policy", "lint", "policy.yaml")
    told = [line.strip() for line in linted.err.splitlines() if line.strip().startswith("line ")]
    assert (linted.code, [line.split(": ")[:2] for line in told]) == (
        1,
        [
            ["line 1, column 1", "terms_at"],
            ["line 6, column 46", "claims.marketing.evidence.minimum"],
            ["line 6, column 56", "claims.marketing.evidence.minimun"],
            ["line 9, column 5", "rules.0"],
            ["line 10, column 26", "rules.tenders.where"],
            ["line 10, column 47", "rules.tenders.shares"],
            ["line 12, column 11", "no_claim"],
        ],
    )
    assert "live when claim-opened, lapsed when signing" in told[0]
    assert "Did you mean minimum?" in told[2]
    assert "Did you mean named-lead?" in told[3]
    assert "Did you mean signers?" in told[6]


def test_an_example_that_does_not_hold_is_told_with_its_place(run: Run, tmp_path: Path) -> None:
    example = {
        "name": "first",
        "events": "2024-01-05 lead-created L1 customer C1 by mia\n"
        "2024-01-20 deal-signed D1 lead L1 by sam 9.00 CNY",
        "expect": [
            {
                "deal": "D1",
                "shares": {"marketing": "1"},
                "claims": {"L1": "live"},
                "sales": {"mia": "1"},
            },
            {"deal": "D2"},
        ],
    }
    (tmp_path / "policy.json").write_text(json.dumps(POLICY | {"examples": [example]}, indent=1))
    found = run("policy", "lint", "policy.json")
    assert found.code == 1
    for text in (
        "shares of D1 was to be marketing 1, and is self 1",
        "claims of D1 was to be live, and is lapsed",
        "sales of D1 was to be mia 1, and is sam 1",
        "deal of D2 was to be signed, and is not",
    ):
        assert text in found.err


def test_a_policy_is_tried_on_facts_and_nothing_is_stored(
    run: Run, draft: Path, tmp_path: Path
) -> None:
    facts = write_jsonl(
        tmp_path / "facts.jsonl",
        [
            fact("lead-created", "lead/L1", at("01-05"), "1", customer="C1", by="mia"),
            signed("D1", "01-10", "100.00", "2", lead="L1"),
            signed("D2", "01-20", "100.00", "3", lead="L1"),
        ],
    )
    first, other = run("policy", "try", draft, "--events", facts, "--format", "json").rows
    assert first["rule"] == "named-lead"
    assert first["shares"] == {"marketing": "1"}
    assert first["marketing"] == {"mia": "1"}
    assert first["credits"] == [
        {"class": "marketing", "role": "marketing", "payee": "mia", "share": "1"},
        {"class": "marketing", "role": "sales", "payee": "sam", "share": "1"},
    ]
    assert first["grounds"] == [{"source": "/crm/demo", "id": "1"}]
    assert (other["shares"], other["claims"][0]["status"]) == ({"self": "1"}, "lapsed")
    one = run("policy", "try", draft, "--events", facts, "--deal", "D2", "--format", "csv")
    assert one.out.splitlines()[1].startswith("D2,")
    assert not (tmp_path / "log.db").exists()


def test_a_fact_that_cannot_be_read_is_told_and_the_others_are_answered(
    run: Run, draft: Path, tmp_path: Path
) -> None:
    facts = tmp_path / "facts.jsonl"
    facts.write_text(json.dumps(signed("D1", "01-10", "100.00", "2")) + "\n{}\n")
    tried = run("policy", "try", draft, "--events", facts, "--format", "json")
    assert (tried.code, [row["deal"] for row in tried.rows]) == (1, ["D1"])
    assert "facts.jsonl:2: " in tried.err


def test_two_versions_are_compared_in_words(lived: Run, draft: Path, tmp_path: Path) -> None:
    lived("policy", "publish", draft, "--approved-by", "lee")
    other = second(tmp_path, claims={"marketing": {"protection_days": 30}})
    told = lived("policy", "diff", "source-of-deal@1", other, "--format", "json").rows
    assert [row["change"] for row in told] == [
        "policy: version 1 -> 2",
        "claims: marketing.protection_days 10 -> 30",
    ]
    chinese = lived("policy", "diff", draft, other, "--language", "zh", "--format", "json").rows
    assert "归属主张" in chinese[1]["change"]
    assert "say the same" in lived("policy", "diff", draft, "source-of-deal@1").err
    assert lived("policy", "diff", draft, "source-of-deal@9").err.startswith("no-such-policy: ")


def test_the_impact_of_a_draft_is_told_per_payee_and_per_deal(lived: Run, draft: Path) -> None:
    told = lived("policy", "impact", draft, "--format", "json")
    moved = {(row["payee"], row["period"]): row["moved"] for row in told.rows}
    # L1 of 5 January protects for 10 days, and D1 is signed on the 20th: it is sam's own
    assert moved["mia", JANUARY] == f"-{MARKETING_RATE}.00"
    assert moved["sam", JANUARY] == f"{SELF_RATE - SALES_RATE}.00"
    assert f"It is retroactive: of closed periods {JANUARY} moves" in told.err
    [deal] = lived("policy", "impact", draft, "--per", "deal", "--format", "json").rows
    assert (deal["deal"], deal["was"], deal["becomes"]) == ("D1", "marketing", "self")
    assert deal["rule"] == "named-lead -> signers"
    # after the reduction to 80,000.00 of February: 4 % and 2 %, then 5 %
    assert (deal["before"], deal["after"]) == ("4800.00 CNY", "4000.00 CNY")


def test_a_policy_is_published_by_two_people_and_never_edited(
    lived: Run, draft: Path, tmp_path: Path
) -> None:
    alone = lived("policy", "publish", draft)
    assert (alone.code, alone.err.partition(":")[0]) == (1, "not-approved")
    assert "evenhand policy impact" in alone.err
    own = lived("policy", "publish", draft, "--approved-by", "ann")
    assert own.err.partition(":")[0] == "approver-is-author"
    told = lived("policy", "publish", draft, "--approved-by", "lee")
    assert (told.code, f"in closed periods: {JANUARY}" in told.err) == (0, True)
    assert "published before" in lived("policy", "publish", draft, "--approved-by", "lee").err
    edited = second(tmp_path, version=1, no_claim="evidence")
    again = lived("policy", "publish", edited, "--approved-by", "lee")
    assert again.err.startswith("version-published-already: ")
    shown = lived("policy", "show", "source-of-deal@1")
    assert json.loads(shown.out)["claims"] == POLICY["claims"]
    names = [row["policy"] for row in lived("policy", "show", "--format", "json").rows]
    assert names == ["default@0", "source-of-deal@1"]


def test_whose_a_deal_is_is_told_as_known_then_and_now(lived: Run, draft: Path) -> None:
    lived("policy", "publish", draft, "--approved-by", "lee")
    now = json.loads(lived("attribution", "D1", "--format", "json").out)
    assert (now["rule"], now["claims"][0]["status"]) == ("signers", "lapsed")
    then = json.loads(lived("attribution", "D1", "--known-at", "6", "--format", "json").out)
    assert (then["rule"], then["policy"]) == ("named-lead", "default@0")
    table = lived("attribution", "--format", "json").rows
    assert [row["deal"] for row in table] == ["D1", "D2"]
    assert lived("attribution", "D9").err.startswith("no-such-subject: ")
    for language in ("en", "zh"):
        assert "L1" in lived("attribution", "D1", "--language", language).out


def test_deals_that_both_sides_claim_are_listed_with_the_cost_of_either_outcome(
    lived: Run, draft: Path
) -> None:
    assert lived("collisions", "--format", "json").rows == []  # D1 is marketing's, D2 nobody's
    lived("policy", "publish", draft, "--approved-by", "lee")
    [row] = lived("collisions", "--format", "json").rows
    assert (row["deal"], row["lead"], row["finder"], row["days"]) == ("D1", "L1", "mia", 15)
    assert (row["source"], row["status"]) == ("self", "lapsed")
    costs = {name: row[name] for name in ("as_it_is", "if_self", "if_marketing")}
    own = [{"amount": "4000.00", "currency": "CNY"}]
    assert costs["as_it_is"] == costs["if_self"] == own  # 5 % of 80,000.00
    assert costs["if_marketing"] == [{"amount": "4800.00", "currency": "CNY"}]  # 4 % and 2 %
