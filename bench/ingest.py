"""How fast facts come in: as lines of JSON and as an export, into the log, and into segments.

Sealing is set beside the bare scan of what it wrote: both walk every record once.
"""

import csv
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from bench.generator import parts
from bench.messages import message
from bench.peers import scan
from bench.timed import once
from commands.intake import Message, intake
from engine.facts import unrecorded_of
from engine.log import Append
from evenhand.importers import import_file, parse_mapping
from evenhand.segments.folder import Folder
from evenhand.segments.sealing import Sealing, drop, seal
from evenhand.sql.log import SqlLog
from evenhand.wiring import open_log
from schemas.wire import decode

BATCH = 5_000
FILE_MAX = 100_000
"""Lines of the files that are taken in: a line costs the same in a longer one."""
_AT = datetime(2026, 12, 31, tzinfo=UTC)
_MAPPING = b"""
source: /import/bench
format: {kind: csv, delimiter: ",", encoding: utf-8}
times: {zone: Asia/Shanghai, formats: ["YYYY-MM-DD"]}
amounts: {decimal: ".", thousands: "", currency: CNY}
events:
  - type: deal-signed
    id: deal
    time: signed
    fields:
      deal: deal
      customer: customer
      signed_by: {signers: [{payee: seller}]}
      value: {money: amount}
"""


def ingest_rows(events: int = 1_000_000, rounds: int = 3) -> dict[str, Any]:
    """Facts a second by each way in, and the seconds of sealing them, beside a bare scan."""
    many = min(events, FILE_MAX)
    row: dict[str, Any] = {"events": events, "file_lines": many, "rounds": rounds}
    for name, way in (("jsonl", _jsonl_s), ("csv", _csv_s)):
        row[f"{name}_per_s"] = round(many / median(way(many) for _ in range(rounds)))
    return row | _sealing(events, rounds)


def _sealing(events: int, rounds: int) -> dict[str, float]:
    """A log filled once, then sealed, scanned and dropped in turns."""
    with TemporaryDirectory(prefix="bench-") as name:
        log, place = open_log(f"sqlite:///{name}/log.db"), Folder(Path(name) / "segments")
        with log:
            stored = sum(_appending_s(log, append) for append in _appends(events))
            seals, scans = [], []
            for _ in range(rounds):
                seals.append(once(lambda: _sealed(log, place)))
                scans.append(once(lambda: scan.replay(place.path, place.path)))
                drop(log, place)
    ratio = median(mine / its for mine, its in zip(seals, scans, strict=True))
    return {
        "append_per_s": round(events / stored),
        "seal_s": round(median(seals), 4),
        "seal_per_s": round(events / median(seals)),
        "scan_s": round(median(scans), 4),
        "seal_scan_ratio": round(ratio, 2),
    }


def _sealed(log: SqlLog, place: Folder) -> None:
    for _ in seal(log, place, Sealing(by="bench", at=_AT, everything=True)):
        pass


def _appends(events: int) -> Iterator[Append]:
    for part in parts(events):
        for rows in part.iter_slices(BATCH):
            facts = [unrecorded_of(row) for row in rows.iter_rows(named=True)]
            yield Append(events=facts, actor="bench")


def _appending_s(log: SqlLog, append: Append) -> float:
    return once(lambda: log.append(append))


def _jsonl_s(many: int) -> float:
    """Lines of CloudEvents read, validated and recorded, as evenhand ingest does it."""
    with TemporaryDirectory(prefix="bench-") as name:
        path = Path(name) / "facts.jsonl"
        path.write_bytes(b"\n".join(message(number) for number in range(many)))
        with open_log(f"sqlite:///{name}/log.db") as log:
            return once(lambda: _taken_in(path, log))


def _taken_in(path: Path, log: SqlLog) -> None:
    with path.open("rb") as file:
        lines = (line.strip() for line in file)
        while batch := [_message(line) for line in islice(lines, BATCH)]:
            log.append(intake(batch, actor="bench", now=_AT))


def _message(line: bytes) -> Message:
    return Message(origin="file:facts.jsonl", raw=line, read=lambda: decode(line))


def _csv_s(many: int) -> float:
    """Rows of an export mapped, validated and recorded, as evenhand import does it."""
    mapping = parse_mapping(_MAPPING, "bench.yaml")
    with TemporaryDirectory(prefix="bench-") as name:
        path = Path(name) / "deals.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("deal", "customer", "seller", "amount", "signed"))
            writer.writerows(
                (f"D{n}", f"C{n}", f"p{n % 97}", f"{n + 1000}.50", "2026-01-20")
                for n in range(many)
            )
        with open_log(f"sqlite:///{name}/log.db") as log:
            return once(lambda: import_file(path, mapping, log, actor="bench"))


def main() -> None:
    print(json.dumps(ingest_rows(*(int(asked) for asked in sys.argv[1:])), indent=2))


if __name__ == "__main__":
    main()
