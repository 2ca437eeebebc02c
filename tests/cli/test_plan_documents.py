"""`evenhand plan document`: a plan for its payees, from a file or the log, to a file or stdout."""

from pathlib import Path

from evenhand.plan_files import read_plan
from tests.cli.conftest import Run

PLAN = Path(__file__).parent.parent / "projections" / "documents" / "everything.yaml"


def test_a_plan_in_a_file_is_written_as_a_page(run: Run, tmp_path: Path) -> None:
    ran = run("plan", "document", PLAN, "--output", tmp_path / "plan.html")
    assert (ran.code, ran.out) == (0, "")
    assert "everything@3 is written to" in ran.err
    text = (tmp_path / "plan.html").read_text(encoding="utf-8")
    assert "What you are paid for" in text
    assert read_plan(PLAN).digest() in text


def test_a_plan_in_a_file_is_written_in_chinese_on_paper(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "plan.pdf"
    ran = run("plan", "document", PLAN, "--language", "zh", "--format", "pdf", "--output", file)
    assert ran.code == 0
    assert file.read_bytes().startswith(b"%PDF-")


def test_a_version_in_the_log_is_written_by_its_name(lived: Run, tmp_path: Path) -> None:
    ran = lived("plan", "document", "seed-4-2-5@1", "--output", tmp_path / "plan.html")
    assert ran.code == 0
    assert "seed-4-2-5@1" in (tmp_path / "plan.html").read_text(encoding="utf-8")


def test_without_a_file_the_page_is_standard_output(run: Run) -> None:
    ran = run("plan", "document", PLAN, "--language", "zh")
    assert ran.code == 0
    assert ran.out.startswith("<!DOCTYPE html>")
    assert "提成" in ran.out


def test_a_place_that_cannot_be_written_is_a_wrong_use(run: Run, tmp_path: Path) -> None:
    ran = run("plan", "document", PLAN, "--output", tmp_path / "none" / "plan.html")
    assert ran.code == 2
    assert "cannot be written" in ran.err


def test_a_plan_that_is_not_there_is_missing(run: Run, tmp_path: Path) -> None:
    ran = run("plan", "document", tmp_path / "none.yaml")
    assert ran.code == 1
    assert ran.err.startswith("no-such-file: ")
