"""The mappings and plans we ship work on files of the shape they were made for."""

import json
from pathlib import Path

import pytest

from engine.memory import MemoryLog
from evenhand.importers import load_mapping
from evenhand.plan_files import lint
from tests.importers.exporting import imported, reasons, written

EXAMPLES = Path(__file__).parents[2] / "examples"

CLOSED = (
    "mql_id,seller_id,sdr_id,sr_id,won_date,business_segment,lead_type,declared_monthly_revenue",
    "m1,s1,sdr1,sr1,2018-02-17 23:30:00,pet,online_medium,1000.0",
    "m2,s2,sr1,sr1,2018-03-01 10:00:00,pet,,0.0",
)
LEADS = (
    "mql_id,first_contact_date,landing_page_id,origin",
    "m1,2017-10-15,p1,social",
    "m2,2018-02-01,p1,",
    "m3,2018-02-01,p2,unknown",
)
PIPELINE = (
    "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value",
    "O1,Ann Bell,GTXPro,Gekko & Co,Won,2017-01-01,2017-03-01,4514",
    "O2,Ann Bell,GTX Pro,,Won,2017-01-01,2017-03-01,4821",
    "O3,Ann Bell,GTX Pro,Isdom,Lost,2017-01-01,2017-03-01,0",
    "O4,Ann Bell,GTX Pro,Isdom,Prospecting,,,",
)
TEAMS = ("sales_agent,manager,regional_office", "Ann Bell,Mel Marx,East")


@pytest.mark.parametrize("name", ["olist", "crm"])
def test_the_plans_hold_what_their_own_examples_say(name: str) -> None:
    assert lint(EXAMPLES / name / "plan.yaml").examples


def test_every_example_mapping_can_be_read() -> None:
    exports = (EXAMPLES / "olist", EXAMPLES / "crm")
    mappings = [
        path for each in exports for path in each.glob("*.yaml") if path.name != "plan.yaml"
    ]
    assert len([load_mapping(path) for path in mappings]) >= 5


def test_olist_leads_are_marketings_and_qualified_when_they_were_won(tmp_path: Path) -> None:
    written(tmp_path, *CLOSED, name="olist_closed_deals_dataset.csv")
    log = MemoryLog()
    imported(written(tmp_path, *LEADS), load_mapping(EXAMPLES / "olist" / "leads.yaml"), log)
    told = [(each.type, each.stream, json.loads(each.state).get("by")) for each in log.read()]
    assert told == [
        ("lead-created", "lead/m1", "sdr1"),
        ("lead-qualified", "lead/m1", "sdr1"),
        ("lead-created", "lead/m2", "sr1"),
        ("lead-qualified", "lead/m2", "sr1"),
        ("lead-created", "lead/m3", None),
    ]


def test_olist_deals_of_nothing_wait_in_quarantine(tmp_path: Path) -> None:
    log = MemoryLog()
    deals = load_mapping(EXAMPLES / "olist" / "deals.yaml")
    report = imported(written(tmp_path, *CLOSED), deals, log)
    assert report.recorded == 1
    assert reasons(report) == [(3, "declared_monthly_revenue", "bad-amount")]


def test_olist_people_are_enrolled_once_each(tmp_path: Path) -> None:
    report = imported(written(tmp_path, *CLOSED), load_mapping(EXAMPLES / "olist" / "payees.yaml"))
    assert (report.recorded, report.repeated, report.conflicting) == (2, 2, 0)


def test_crm_deals_are_the_won_ones_with_one_name_for_a_product(tmp_path: Path) -> None:
    written(tmp_path, *TEAMS, name="sales_teams.csv")
    log = MemoryLog()
    report = imported(
        written(tmp_path, *PIPELINE), load_mapping(EXAMPLES / "crm" / "deals.yaml"), log
    )
    assert (report.recorded, report.rows_skipped) == (2, 2)
    first, second = (json.loads(each.state) for each in log.read())
    assert first["products"] == second["products"] == ["GTX Pro"]
    assert (first["customer"], second.get("customer")) == ("gekko-co", None)
    assert first["signed_by"] == [{"payee": "ann-bell", "share": "1"}]
    assert (first["team"], first["manager"]) == ("East", "mel-marx")


def test_crm_agents_are_enrolled_with_manager_and_office(tmp_path: Path) -> None:
    log = MemoryLog()
    imported(written(tmp_path, *TEAMS), load_mapping(EXAMPLES / "crm" / "payees.yaml"), log)
    [record] = log.read()
    told = json.loads(record.state)
    assert (record.stream, told["manager"], told["team"]) == ("payee/ann-bell", "mel-marx", "East")
