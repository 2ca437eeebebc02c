"""The product's replay of all periods under a general plan in place of the seeds'."""

from pathlib import Path
from typing import Final

from bench.general import decided
from bench.peers import ours
from evenhand.cases.store import CaseStore
from evenhand.runs.local import at_work, local

LATER: Final = "general.parquet"


def prepare(segments: Path, out: Path) -> None:
    """The case store of segments, and what is decided since."""
    ours.prepare(segments, out)
    store = CaseStore.at(str(segments.parent / "cases"))
    enrolled = store.rules.filter(type="payee-enrolled").sort("stream")["stream"]
    payees = enrolled.str.strip_prefix("payee/").to_list()
    decided(payees, store.through).write_parquet(segments.parent / LATER)


def replay(segments: Path, out: Path) -> None:
    """Every period's lines of a log (READ as Parquet), written as Parquet."""
    with at_work(local()) as runner:
        ours.lines(segments, out, runner, later=LATER)
