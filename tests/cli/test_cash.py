"""The page about balances is true: its plan, its facts, and every step from lines to cash."""

import csv
import io
from pathlib import Path

from tests.cli.conftest import YEAR, Run
from tests.shell import run
from tests.test_readme import BLOCK, ROOT, console, is_shown

PAGE = ROOT / "docs" / "balances.md"


def test_the_commands_of_the_page_about_balances_say_what_it_shows(tmp_path: Path) -> None:
    text = PAGE.read_text(encoding="utf-8")
    for _, file, content in BLOCK.findall(text):
        if file:
            (tmp_path / file).write_text(content, encoding="utf-8")
    commands = list(console(text))
    assert len(commands) >= 10
    for line, shown in commands:
        ran = run(line, tmp_path)
        assert ran.code == 0, f"{line}\n{ran.text}"
        assert is_shown(shown, ran.text), f"{line}\n{ran.text}"


def test_what_a_contract_costs_is_told_as_rows_and_in_sum(lived: Run) -> None:
    rows = lived("costs", "--benefit-months", "24", "--format", "json").rows
    assert {row["deal"] for row in rows} == {"D1", "D2"}
    assert rows[0]["fact"]["source"] == "/crm/demo"
    printed = lived("costs", "--benefit-months", "24", "--totals", "--format", "csv").out
    [january, *_] = csv.DictReader(io.StringIO(printed))
    assert (january["period"], january["opening"]) == (f"{YEAR}-01", "0.00")
    short = lived("costs", "--benefit-months", "12", "--expense-short", "--format", "json").rows
    assert {row["capitalised"] for row in short} == {"0.00"}
