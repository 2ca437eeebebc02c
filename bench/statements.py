"""Statements and explanations in parts, against all of the log in one world.

Each in a fresh process, in turns; what they say must be the same, byte for byte.
"""

import json
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

from bench.generator import write_segments
from bench.peers import ours
from bench.peers.statement import close_before
from bench.processes import Figures, run

PAIRS: Final = {"statement": "issue.json", "why": "why.json"}
"""What is asked, and the file that holds what was said."""


def statements_rows(events: int = 1_000_000, rounds: int = 3) -> dict[str, Any]:
    """Seconds and peak memory of each question in parts and whole, medians over the rounds."""
    row: dict[str, Any] = {"events": events, "rounds": rounds}
    with TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        (folder / "segments").mkdir()
        write_segments(events, folder / "segments")
        ours.prepare(folder / "segments", folder)
        close_before(folder / "segments", events)
        for asked, file in PAIRS.items():
            taken = _in_turns(folder, asked, file, rounds)
            for contender, runs in taken.items():
                row[f"{contender}_s"] = round(median(each["wall_s"] for each in runs), 3)
                row[f"{contender}_peak_mb"] = round(max(each["peak_rss_mb"] for each in runs))
            row[f"{asked}_ratio"] = round(row[f"{asked}_s"] / row[f"{asked}_whole_s"], 3)
    return row


def _in_turns(folder: Path, asked: str, file: str, rounds: int) -> dict[str, list[Figures]]:
    taken: dict[str, list[Figures]] = {asked: [], f"{asked}_whole": []}
    for turn in range(rounds):
        said = set[bytes]()
        for contender, runs in taken.items():
            out = folder / f"{contender}-{turn}"
            runs.append(run(contender, folder / "segments", out))
            said.add((out / file).read_bytes())
        if len(said) > 1:
            raise ValueError(f"{asked} says one thing in parts and another whole")
    return taken


def main() -> None:
    print(json.dumps(statements_rows(*(int(asked) for asked in sys.argv[1:])), indent=2))


if __name__ == "__main__":
    main()
