"""The command line, run as a person would: arguments in, an exit code and two streams out."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from evenhand.cli import main
from tests.strategies import Record, fact, vary_plan

YEAR = "2024"
"""Long over wherever these tests run, so that every period can be closed."""
PLAN = vary_plan(gate={}, effective_from=f"{YEAR}-01-01")


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """What it printed as JSON."""
        rows: list[dict[str, Any]] = json.loads(self.out)
        return rows


Run = Callable[..., Ran]


def at(day: str) -> str:
    return f"{YEAR}-{day}T00:00:00+08:00"


def signed(
    deal: str, day: str, amount: str, id_: str, lead: str | None = None, **more: Any
) -> Record:
    return fact(
        "deal-signed",
        f"deal/{deal}",
        at(day),
        id_,
        customer=f"C-{deal}",
        lead=lead,
        signed_by=[{"payee": "sam", "share": "1"}],
        value={"amount": amount, "currency": "CNY"},
        **more,
    )


LIFE = [
    fact("payee-enrolled", "payee/mia", at("01-01"), "1", name="Mia 王"),
    fact("payee-enrolled", "payee/sam", at("01-01"), "2", name="Sam 李"),
    fact("lead-created", "lead/L1", at("01-05"), "3", customer="C1", by="mia"),
    fact("lead-qualified", "lead/L1", at("01-09"), "4", by="sam"),
    signed("D1", "01-20", "100000.00", "5", lead="L1"),
]
LATE = [
    fact(
        "contract-amended",
        "deal/D1",
        at("02-10"),
        "6",
        kind="reduction",
        value={"amount": "80000.00", "currency": "CNY"},
    ),
    signed("D2", "02-12", "1000.00", "7", lead="L9"),
]


def write_jsonl(path: Path, events: list[Record]) -> Path:
    path.write_text("".join(json.dumps(event, ensure_ascii=False) + "\n" for event in events))
    return path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs the command line on a log of this test's own, in a folder of its own."""
    monkeypatch.setenv("EVENHAND_LOG", f"sqlite:///{tmp_path}/log.db")
    monkeypatch.setenv("EVENHAND_ACTOR", "ann")
    monkeypatch.chdir(tmp_path)

    def run_command(*arguments: str | Path) -> Ran:
        monkeypatch.setattr("sys.argv", ["evenhand", *map(str, arguments)])
        capsys.readouterr()
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return run_command


@pytest.fixture(scope="session")
def life(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The log of a short life: a plan, two payees, a deal; January closed, and a late February."""
    folder = tmp_path_factory.mktemp("life")
    (folder / "plan.yaml").write_text(json.dumps(PLAN))
    write_jsonl(folder / "january.jsonl", LIFE)
    write_jsonl(folder / "february.jsonl", LATE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVENHAND_LOG", f"sqlite:///{folder}/log.db")
        patch.setenv("EVENHAND_ACTOR", "ann")
        for command in (
            ["plan", "publish", f"{folder}/plan.yaml", "--approved-by", "lee"],
            ["ingest", f"{folder}/january.jsonl"],
            ["period", "close", f"{YEAR}-01"],
            ["ingest", f"{folder}/february.jsonl"],
        ):
            patch.setattr("sys.argv", ["evenhand", *command])
            with pytest.raises(SystemExit) as ended:
                main()
            assert ended.value.code in (0, None)
    return folder


@pytest.fixture
def lived(run: Run, life: Path, tmp_path: Path) -> Run:
    """Runs the command line on a copy of that log, its files beside it."""
    shutil.copytree(life, tmp_path, dirs_exist_ok=True)
    return run
