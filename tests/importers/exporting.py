"""Exports to import: files written by the tests, and the mapping that reads them."""

from pathlib import Path

from engine.memory import MemoryLog
from evenhand.importers import Mapping, Report, import_file, parse_mapping

DEALS = """
source: /import/test
format: {kind: csv}
times: {zone: America/Sao_Paulo, formats: ["YYYY-MM-DD", "YYYY-MM-DD hh:mm:ss"]}
amounts: {decimal: ".", thousands: "", currency: BRL}
events:
  - type: deal-signed
    id: deal
    time: signed
    when: {stage: Won}
    fields:
      deal: deal
      customer: customer
      signed_by: {signers: [{payee: {column: agent, slug: payee}}]}
      value: {money: amount}
      note: note
"""
HEADER = "deal,signed,stage,agent,customer,amount,note"
GOOD = "D1,2026-01-20,Won,Sam Lee,C1,100.00,"


def mapping(text: str = DEALS, *replacements: tuple[str, str]) -> Mapping:
    """A mapping, with some of its words replaced by others that must be there."""
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    return parse_mapping(text.encode(), "deals.yaml")


def written(folder: Path, *lines: str, name: str = "deals.csv") -> Path:
    """A file of lines in UTF-8."""
    path = folder / name
    path.write_bytes("".join(f"{line}\n" for line in lines).encode())
    return path


def imported(path: Path, by: Mapping | None = None, log: MemoryLog | None = None) -> Report:
    """The report of importing a file, which always adds up."""
    report = import_file(path, by or mapping(), log or MemoryLog(), actor="person:ann")
    assert report.adds_up
    return report


def reasons(report: Report) -> list[tuple[int, str | None, str]]:
    """Line, column and code of each refused row."""
    return [(row.line, row.column, row.code) for row in report.refused]
