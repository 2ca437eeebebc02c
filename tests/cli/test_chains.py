"""Chains, conversion, flags and performance at the command line."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import YEAR, Run, at, signed, write_jsonl
from tests.strategies import fact

JANUARY = f"{YEAR}-01"
POLICY = {
    "policy": "watch",
    "version": 1,
    "effective_from": f"{YEAR}-01-01",
    "time_zone": "Asia/Shanghai",
    "terms_at": "signing",
    "claims": {"marketing": {"protection_days": 90}, "sales": {"protection_days": 90}},
    "self_sourced": "ignored",
    "no_claim": "signers",
    "rules": ["named-lead", "first-claim", "no-claim"],
    "credit": {"marketing": {"by": "finder"}, "sales": {"by": "signers"}},
    "stages": [
        {
            "id": "qualification",
            "begins": {"on": "lead-created"},
            "ends": [{"on": "lead-qualified"}, {"on": "lead-disqualified"}],
            "limit_days": 3,
        },
        {
            "id": "settlement",
            "begins": {"on": "deal-signed"},
            "ends": [{"on": "statement"}],
            "owner": "signers",
        },
    ],
}


@pytest.fixture
def watched(lived: Run, tmp_path: Path) -> Run:
    """The log of a short life under a policy whose stages have limits."""
    (tmp_path / "policy.yaml").write_text(json.dumps(POLICY))
    published = lived("policy", "publish", "policy.yaml", "--approved-by", "lee")
    assert published.code == 0, published.err
    return lived


def test_a_chain_has_its_stages_with_days_and_owners(watched: Run) -> None:
    rows = watched("chain", "deal/D1", "--format", "json").rows
    assert [(row["stage"], row["owner"]) for row in rows] == [
        ("qualification", "mia"),
        ("settlement", "sam"),
    ]
    assert (rows[0]["begun_at"], rows[0]["days"]) == (f"{YEAR}-01-04T16:00:00Z", "4.00")
    assert rows[1]["ended_at"] is not None  # by the close of January


def test_a_delay_says_by_how_many_days_and_who_was_responsible_then(
    watched: Run, tmp_path: Path
) -> None:
    assigned = [
        fact("lead-assigned", "lead/L1", at("01-07"), "to-bob", to="bob"),
        fact("lead-assigned", "lead/L1", at("01-09"), "to-cat", to="cat"),
    ]
    write_jsonl(tmp_path / "more.jsonl", assigned)
    assert watched("ingest", "more.jsonl").code == 0
    late = watched("chain", "--late", "--format", "json")
    [row] = late.rows
    assert late.code == 0
    assert (row["stage"], row["days_overdue"]) == ("qualification", "1.00")
    assert (row["due_at"], row["responsible"], row["owner"]) == (
        f"{YEAR}-01-07T16:00:00Z",
        "bob",
        "cat",
    )
    shown = watched("chain", "--late").out
    assert "days overdue" in shown
    assert "responsible" in shown


def test_a_chain_is_asked_as_at_a_date(watched: Run) -> None:
    for option in ("--at", "--effective-by"):
        [row] = watched("chain", "lead/L1", option, f"{YEAR}-01-07", "--format", "json").rows
        assert (row["deal"], row["ended_at"], row["days_overdue"]) == (None, None, None)


def test_a_chain_of_nothing_known_is_refused(watched: Run) -> None:
    refused = watched("chain", "deal/none")
    assert (refused.code, refused.err.partition(":")[0]) == (1, "no-such-subject")


def test_conversion_is_counted_with_exact_rates(lived: Run, tmp_path: Path) -> None:
    more = [
        fact("lead-created", f"lead/M{n}", at("01-10"), f"m{n}", customer=f"M{n}", by="mia")
        for n in range(2)
    ]
    write_jsonl(tmp_path / "more.jsonl", more)
    assert lived("ingest", "more.jsonl").code == 0
    [row] = lived("conversion", "--by", "payee", "--format", "json").rows
    assert row == {
        "name": "mia",
        "leads": 3,
        "qualified": 1,
        "signed": 1,
        "currency": "CNY",
        "value": "100000.00",
        "qualified_rate": "1/3",
        "signed_rate": "1/3",
    }


def test_a_flag_names_its_facts(lived: Run, tmp_path: Path) -> None:
    found = fact("lead-created", "lead/L5", at("03-01"), "l5", customer="C-D5", by="sam")
    write_jsonl(tmp_path / "own.jsonl", [found, signed("D5", "03-05", "10.00", "d5", lead="L5")])
    assert lived("ingest", "own.jsonl").code == 0
    rows = lived("flags", "--format", "json").rows
    [flag] = [row for row in rows if row["code"] == "finder-signs"]
    assert (flag["subject"], flag["payee"]) == ("deal/D5", "sam")
    assert [each["id"] for each in flag["facts"]] == ["l5", "d5"]


def test_performance_ranks_payees_by_what_they_earned(lived: Run) -> None:
    rows = lived("performance", JANUARY, "--format", "json").rows
    assert [(row["rank"], row["payee"], row["earned"]) for row in rows] == [
        (1, "mia", "4050.00"),
        (2, "sam", "2000.00"),
    ]
    mia = rows[0]
    assert (mia["earned_points"], mia["conversion"], mia["points"]) == ("50.00", "100%", 10)
    assert (rows[1]["deals"], rows[1]["value"]) == (1, "100000.00")


def test_a_share_of_value_is_cut_to_the_cent_and_given_exactly_beside_it(
    run: Run, lived: Run, tmp_path: Path
) -> None:
    thirds = [{"payee": payee, "share": "1/3"} for payee in ("ann", "bob", "sam")]
    deal = signed("D6", "03-05", "100.00", "d6")
    deal["data"]["signed_by"] = thirds
    write_jsonl(tmp_path / "thirds.jsonl", [deal])
    assert run("ingest", "thirds.jsonl").code == 0
    rows = lived("performance", f"{YEAR}-03", "--format", "json").rows
    assert {(row["value"], row["value_exact_minor"]) for row in rows} == {("33.33", "10000/3")}
