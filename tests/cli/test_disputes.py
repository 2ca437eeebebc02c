"""A dispute from the command line: raised, shown, previewed, ruled, appealed and revoked."""

import csv
import hashlib
import io
import json
from pathlib import Path

import pytest

from evenhand import evidence_files
from evenhand.sql.errors import NotKept
from evenhand.wiring import open_log
from schemas.statements import minor_of
from tests.cli.conftest import YEAR, Run

RAISE = ("dispute", "raise", "--deal", "D1", "--payee", "sam", "--by", "sam")
UPHELD = ("--outcome", "upheld", "--reason", "so", "--by", "hana", "--approved-by", "kim")
SAMS = ("--shares", "self=1", "--sales", "sam=1")


@pytest.fixture
def disputed(lived: Run) -> Run:
    """A log in which Sam contests that Mia has a part in D1, whose January is closed."""
    assert lived(*RAISE, "--reason-code", "wrong-source", "--reason", "I met them").code == 0
    return lived


def test_a_dispute_is_listed_with_its_state_and_shown_with_everything_about_it(
    disputed: Run,
) -> None:
    [row] = disputed("dispute", "list", "--open", "--format", "json").rows
    assert (row["dispute"], row["state"], row["subject"]) == ("dispute-1", "raised", "deal/D1")
    assert (row["due"], row["overdue"]) == (None, "no")
    shown = json.loads(disputed("dispute", "show", "dispute-1", "--format", "json").out)
    types = [entry["type"] for entry in shown["timeline"]]
    assert {"lead-created", "deal-signed", "dispute-raised"} <= set(types)
    assert [entry["actor"] for entry in shown["timeline"]][-1] == "sam"
    assert {line["payee"] for line in shown["lines"]} == {"mia", "sam"}
    assert shown["sources"][0]["text"].startswith("Source of deal D1: marketing")
    printed = disputed("dispute", "show", "dispute-1")
    assert "dispute-raised" in printed.out
    assert "Source of deal D1" in printed.out
    written = io.StringIO(disputed("dispute", "show", "dispute-1", "--format", "csv").out)
    assert [row["type"] for row in csv.DictReader(written)] == types


def test_a_preview_says_what_moves_and_records_nothing(disputed: Run) -> None:
    rows = disputed("dispute", "preview", "dispute-1", *SAMS, "--format", "json").rows
    earned = {(row["payee"], row["moved"]) for row in rows if row["what"] == "earned"}
    assert ("sam", "3000.00") in earned  # 5% of 100,000 for 2%
    assert {row["payee"] for row in rows} == {"mia", "sam", "everybody"}
    totals = {row["what"]: row["moved"] for row in rows if row["payee"] == "everybody"}
    for what, total in totals.items():
        told = [row["moved"] for row in rows if row["what"] == what]
        assert sum(minor_of(each) for each in told) == 2 * minor_of(total)
    assert disputed("dispute", "list", "--format", "json").rows[0]["state"] == "raised"


def test_a_ruling_from_a_file_settles_it_and_others_rule_the_appeal(
    disputed: Run, tmp_path: Path
) -> None:
    ruling = tmp_path / "ruling.yaml"
    ruling.write_text('shares: {self: "1"}\nsales: [{payee: sam, share: "1"}]\n')
    settled = disputed("dispute", "settle", "dispute-1", "--ruling", ruling, *UPHELD)
    assert (settled.code, settled.err) == (0, "dispute-1 is settled: upheld\n")
    lines = disputed("statement", "sam", f"{YEAR}-02", "--format", "json").rows
    assert any(line["source"] == "self" and line["deal"] == "D1" for line in lines)
    assert disputed("replay", f"{YEAR}-01").code == 0
    appealed = ("dispute", "appeal", "dispute-1", "--reason", "no", "--by", "mia")
    assert disputed(*appealed).code == 0
    again = ("dispute", "settle", "dispute-1", "--outcome", "rejected", "--reason", "so")
    same = disputed(*again, "--by", "hana", "--approved-by", "ivy")
    assert (same.code, same.err.partition(":")[0]) == (1, "ruled-before")
    assert disputed(*again, "--by", "joe", "--approved-by", "ivy").code == 0
    [row] = disputed("dispute", "list", "--format", "json").rows
    assert (row["state"], row["rulings"], row["outcome"]) == ("settled", 2, "rejected")


def test_an_override_is_revoked_and_leaves_no_difference(lived: Run) -> None:
    before = lived("statement", "sam", f"{YEAR}-02", "--format", "json").rows
    people = ("--reason", "so", "--by", "hana", "--approved-by", "kim")
    assert lived("override", "D1", *SAMS, *people).code == 0
    assert lived("statement", "sam", f"{YEAR}-02", "--format", "json").rows != before
    assert lived("dispute", "revoke", "override-D1-1", "--deal", "D1", *people).code == 0
    after = lived("statement", "sam", f"{YEAR}-02", "--format", "json").rows
    assert [line["amount"] for line in after] == [line["amount"] for line in before]


def test_a_file_is_evidence_by_its_digest_and_kept_if_it_is_small(
    disputed: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small, large = tmp_path / "mail.txt", tmp_path / "film.mp4"
    small.write_bytes(b"we met in May")
    large.write_bytes(b"0" * 2_000)
    monkeypatch.setattr(evidence_files, "KEPT_BYTES_MAX", 1_000)
    added = disputed("dispute", "evidence", "dispute-1", "--file", small, "--file", large)
    assert (added.code, added.err) == (0, "evidence is added to dispute-1\n")
    history = disputed("history", "dispute/dispute-1", "--format", "json").rows
    digests = {each["name"]: each["digest"] for each in history[-1]["content"]["files"]}
    assert digests == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (small, large)
    }
    with open_log(None) as log:
        assert log.kept(bytes.fromhex(digests["mail.txt"])) == b"we met in May"
        with pytest.raises(NotKept):
            log.kept(bytes.fromhex(digests["film.mp4"]))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((*RAISE, "--position", "999"), "no-such-position"),
        ((*RAISE, "--line", "0" * 16), "unknown-line"),
        (("dispute", "raise", "--deal", "D9", "--payee", "sam"), "unknown-deal"),
        (("dispute", "raise", "--lead", "L7", "--payee", "sam"), "unknown-lead"),
        (("dispute", "raise", "--deal", "D1", "--payee", "zoe"), "unknown-payee"),
        (("dispute", "show", "dispute-7"), "no-such-dispute"),
        (("dispute", "withdraw", "dispute-7"), "no-such-dispute"),
        (("dispute", "revoke", "x", "--deal", "D1", "--reason", "no"), "nothing-to-revoke"),
        (("override", "D1", *SAMS, "--reason", "so"), "one-person-only"),
        ((*RAISE, "--file", "nowhere.pdf"), "no-such-file"),
    ],
)
def test_what_is_refused_says_why(lived: Run, words: tuple[str, ...], code: str) -> None:
    ran = lived(*words)
    assert (ran.code, ran.err.partition(":")[0]) == (1, code)


@pytest.mark.parametrize(
    "words",
    [
        ("dispute", "raise", "--payee", "sam"),
        (*RAISE, "--shares", "self"),
        (*RAISE, "--shares", "self=1/2"),
        (*RAISE, "--claim", "L1=perhaps"),
        (*RAISE, "--expected", "many"),
        (*RAISE, "--period", "march"),
        ("override", "D1", "--reason", "so"),
        ("dispute", "settle", "dispute-1", *UPHELD, *SAMS, "--ruling", "ruling.yaml"),
    ],
)
def test_what_is_written_wrongly_is_a_wrong_use(lived: Run, words: tuple[str, ...]) -> None:
    assert lived(*words).code == 2
