"""The demo tells what the law gives, the same on every day, and leaves a log that can be asked."""

import json
import re
import string
import subprocess
import sys
import time
from pathlib import Path

import pytest

from evenhand.demo import chinese, english
from evenhand.demo.words import Language, language
from evenhand.plan_files import lint
from tests.shell import run

LOG = "evenhand-demo.db"
HERE = {"EVENHAND_LOG": f"sqlite:///{LOG}"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def story(folder: Path) -> str:
    told = run("evenhand demo --no-serve --lang en", folder)
    assert told.code == 0, told.text
    return told.text


def plain(text: str) -> str:
    """A story without its line breaks and the spaces of its tables."""
    return " ".join(text.split())


def rows(story: str) -> list[list[str]]:
    return [line.split() for line in story.splitlines()]


def paid(story: str) -> list[list[str]]:
    """The rows of what each month paid each person."""
    names = {payee: row[0] for payee, row in PAID.items()}
    return [row for row in rows(story) if len(row) == 7 and names.get(row[0]) == row[1]]


def test_every_person_is_paid_what_the_plan_gives(story: str) -> None:
    # 4 % marketing, 2 % sales, 5 % self; 10 points x 5.00 a valid lead; 200.00 a joint signing.
    #
    # mia  01: 4 % x 100000 (D01) + 3 leads x 50 + 1/2 award          = 4000 + 150 + 100
    #      02: 4 % x 80000 (D05) + 3 x 50                             = 3200 + 150
    #      03: 4 % x 30000 (D01 grew) + 4 % x 1/2 x 100000 (D08)
    #          + 5 % x 1/2 x 100000 (D08, both roles) + 2 x 50        = 1200 + 2000 + 2500 + 100
    #      04: 4 % x 90000 (D12) + 1/3 award + 2 x 50                 = 3600 + 66.67 + 100
    #      05: 1 x 50
    # lin  01: 4 % x 50000 (D02) + 2 x 50; 02: gate 1/4 < 30 %, 4 x 50
    #      03: 4 % x 70000 (D09) + 2 x 50; 04: 4 % x 88000 (D11) + 2 x 50 - 4 % x 20000 (D09)
    # qiu  01: 3 x 50; 02: 4 % x 45000 (D06) + 50; 03: 4 % x 20000 USD x 7.1 (D07) + 50; 04: 50
    #      05: 4 % x 40000 (D13) + 50
    # sam  01: 2 % x 100000 + 100; 02: 1/2 of 2 % x 45000; 03: 2 % x 30000 + 2 % x 1/2 x 100000
    #      04: 1/3 of 2 % x 90000 + 66.67
    # zoe  01: 2/3 of 2 % x 50000; 02: 2 % x 80000; 03: 2 % x 70000; 04: 600 + 66.66 - 2 % x 20000
    # hao  01: 1/3 of 1000; 02: 2 % x 60000; 03: D10 is void; 04: 2 % x 88000 + 600
    # wei  01: 5 % x 30000; 02: 450; 03: 2 % x 142000; 04: 5 % x 36000 (renewal); 05: 2 % x 40000
    assert paid(story) == [[payee, *row] for payee, row in PAID.items()]
    assert ["together", "11100.00", "9100.00", "20270.00", "11730.00", "2550.00"] in rows(story)


PAID = {
    "mia": ["王敏", "4250.00", "3350.00", "5800.00", "3766.67", "50.00"],
    "lin": ["林涛", "2100.00", "200.00", "2900.00", "2820.00", "50.00"],
    "qiu": ["邱月", "150.00", "1850.00", "5730.00", "50.00", "1650.00"],
    "sam": ["李森", "2100.00", "450.00", "1600.00", "666.67", "0.00"],
    "zoe": ["周怡", "666.67", "1600.00", "1400.00", "266.66", "0.00"],
    "hao": ["郝强", "333.33", "1200.00", "0.00", "2360.00", "0.00"],
    "wei": ["魏东", "1500.00", "450.00", "2840.00", "1800.00", "800.00"],
}


def test_a_late_fact_is_paid_by_the_open_month_and_names_its_cause(story: str) -> None:
    # D09 went from 70000 to 50000: 4 % and 2 % of the missing 20000.
    known = [
        ["lin", "marketing-commission", "D09", "2800.00", "2000.00", "-800.00", "D09-reduction"],
        ["zoe", "sales-commission", "D09", "1400.00", "1000.00", "-400.00", "D09-reduction"],
    ]
    paid = [
        ["lin", "marketing-commission", "D09", "2026-03", "2026-04", "-800.00", "D09-reduction"],
        ["zoe", "sales-commission", "D09", "2026-03", "2026-04", "-400.00", "D09-reduction"],
    ]
    assert [row for row in rows(story) if row[-1:] == ["D09-reduction"]] == known + paid


def test_a_disputed_source_says_who_found_the_customer_first(story: str) -> None:
    told = plain(story)
    assert "Source of deal D05: marketing, because lead L02 was its customer's first" in told
    assert "lead L20 by zoe, protected from 2026-02-10 17:00 until 2026-05-11 17:00" in told
    assert "Component sales-commission of seed-4-2-5@1 applies" in told


def test_a_missed_gate_shows_the_leads_it_counted(story: str) -> None:
    told = plain(story)
    assert "shut, 1 of 4 leads signed, and it needs at" in told
    assert "qualified: L14, L15, L16, L17" in told


def test_what_came_in_is_counted_and_the_bad_message_is_not_lost(story: str, folder: Path) -> None:
    assert "123 were recorded, 23 were repeats of what was known, 1 could not be" in plain(story)
    kept = run("evenhand quarantine list --all --format json", folder, **HERE)
    [message] = json.loads(kept.text)
    assert (message["state"], message["code"]) == ("discarded", "amount-is-not-a-string")
    assert json.loads(run("evenhand exceptions --format json", folder, **HERE).text) == []


def test_cash_in_dispute_waits_for_the_ruling_and_the_proposal_is_shown_before_it(
    story: str,
) -> None:
    told = plain(story)
    for row in (
        "mia kept back 2026-02 -3200.00",
        "zoe kept back 2026-02 -1600.00",
        "mia let go 2026-03 3200.00",
        "zoe let go 2026-03 1600.00",
        "mia 2026-02 3350.00 150.00 -3200.00",
        "zoe 2026-02 1600.00 4000.00 2400.00",
        "together 4950.00 4150.00 -800.00",
    ):
        assert row in told


def test_the_log_is_whole_and_every_closed_month_replays_to_the_byte(
    story: str, folder: Path
) -> None:
    assert "Yes: 131 records" in story
    assert run("evenhand verify", folder, **HERE).code == 0
    periods = json.loads(run("evenhand period list --format json", folder, **HERE).text)
    states = {row["period"]: row["state"] for row in periods}
    closed = ["2026-01", "2026-02", "2026-03", "2026-04"]
    assert states == {**dict.fromkeys(closed, "closed"), "2026-05": "open"}
    for row in periods[:4]:
        again = run(f"evenhand replay {row['period']}", folder, **HERE)
        assert again.code == 0
        assert f"identical, digest {row['digest']}" in again.text
        assert row["digest"][:16] in story


def test_the_five_commands_at_its_end_answer_in_order(story: str, folder: Path) -> None:
    commands = re.findall(
        r"^ +(\S*evenhand .*)$", story.partition("Now ask it yourself")[2], re.MULTILINE
    )
    assert len(commands) == 5
    answers = [run(command, folder) for command in commands]
    assert [answer.code for answer in answers] == [0, 0, 0, 0, 0]
    statement, line, gate, moved, deals = (answer.text for answer in answers)
    assert "cash 266.66" in statement
    assert "Stated before, in 2026-03: 1400.00 CNY" in line
    assert "shut" in gate
    assert re.findall(r"-\d+\.\d\d", moved) == ["-800.00", "-400.00"]
    assert re.search(r"D09 .* 70000\.00", deals)
    assert "D11" not in deals


def test_it_is_the_same_twice_and_the_same_in_chinese(story: str, folder: Path) -> None:
    again = run("evenhand demo", folder, LANG="zh_CN.UTF-8")
    assert again.code == 0
    assert re.findall(r"\b[0-9a-f]{16}\b", again.text) == re.findall(r"\b[0-9a-f]{16}\b", story)
    assert "九人公司" in again.text
    assert paid(again.text) == paid(story)
    assert run("evenhand demo --lang en", folder).text == story


def test_its_languages_say_the_same_with_the_same_values() -> None:
    def values(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert {name: values(text) for name, text in english.SENTENCES.items()} == {
        name: values(text) for name, text in chinese.SENTENCES.items()
    }
    for name in english.SENTENCES:
        both = english.SENTENCES[name], chinese.SENTENCES[name]
        assert len({text.count("|") for text in both}) == 1, name


@pytest.mark.parametrize(
    ("environment", "chosen"),
    [
        ({}, Language.EN),
        ({"LANG": "C.UTF-8"}, Language.EN),
        ({"LANG": "zh_CN.UTF-8"}, Language.ZH),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, Language.EN),
    ],
)
def test_its_language_is_that_of_the_system(environment: dict[str, str], chosen: Language) -> None:
    assert language(environment) is chosen


def test_its_plan_can_be_published() -> None:
    plan = Path(english.__file__).with_name("plan.yaml")
    assert len(lint(plan).examples) == 6


def test_the_installed_command_is_done_within_a_minute(tmp_path: Path) -> None:
    (tmp_path / LOG).write_text("what was there before is replaced")
    started = time.monotonic()
    ended = subprocess.run(
        [str(Path(sys.executable).with_name("evenhand")), "demo", "--no-serve"],
        cwd=tmp_path,
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == b""
    assert time.monotonic() - started < 60
    assert [path.name for path in tmp_path.iterdir()] == [LOG]
