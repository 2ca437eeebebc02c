"""Where the time of a replay goes: processor seconds of each part of the law, in one process.

A part is the modules that state it, with whatever they call that is no part of its own.
"""

import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any, Final

from bench.generator import write_segments
from bench.peers import ours
from evenhand.cases.replaying import replayed
from evenhand.cases.tasks import Job, opened
from evenhand.runs.local import InThisProcess
from evenhand.runs.progress import Silent
from evenhand.runs.stores import Folder
from evenhand.runs.work import working
from replay.stages import Question

PARTS: Final[Mapping[str, str]] = {
    "evenhand/runs": "writing what a bucket leaves",
    "evenhand/cases": "reading facts of a bucket",
    "replay/concerned.py": "whom a case concerns",
    "engine/repairs.py": "voided and corrected facts",
    "engine/facts.py": "facts in order of effect",
    "engine/attribution": "whose deal: claims, evidence, protection",
    "engine/layers.py": "layers of contracts, what each is worth when",
    "engine/crediting.py": "credit of a class among its payees",
    "engine/ground.py": "credit of a class among its payees",
    "engine/valued.py": "rates, currencies, division to the last cent",
    "engine/pricing.py": "rates, currencies, division to the last cent",
    "engine/conversions.py": "leads that count for gates",
    "engine/gates.py": "what cases hand on: gates and caps",
    "engine/components/points.py": "points and awards",
    "engine/components/award.py": "points and awards",
    "engine/caps.py": "what cases hand on: gates and caps",
    "engine/handing_on.py": "what cases hand on: gates and caps",
    "engine/handed_on.py": "what cases hand on: gates and caps",
    "engine/deal_evidence.py": "every fact behind a line",
    "engine/line_evidence.py": "every fact behind a line",
    "engine/earned.py": "differences by period, lines by name and in order",
}
REST: Final = "the rest"
_ROOT: Final = f"{Path(__file__).parents[1]}/"


def parts_row(events: int = 1_000_000) -> dict[str, Any]:
    """Processor seconds a million facts of each part, the largest first."""
    with TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        (folder / "segments").mkdir()
        write_segments(events, folder / "segments")
        ours.prepare(folder / "segments", folder)
        spent = _spent(folder)
    told = sorted(spent.items(), key=lambda each: -each[1])
    return {"events": events} | {part: round(seconds / events * 1e6, 3) for part, seconds in told}


def _spent(folder: Path) -> Mapping[str, float]:
    store = str(folder / "cases")
    job = Job(store, str(folder / ours.LATER), Question(position=2**62))
    opened(job)  # the law is decoded once, however many facts there are
    with working(Folder(folder / "out"), "bench", InThisProcess(), Silent()) as work:
        with measured() as spent:
            replayed(job, work.run)
        return spent


@contextmanager
def measured() -> Iterator[Mapping[str, float]]:
    """Processor seconds of each part while this is open."""
    spent: dict[str, float] = defaultdict(float)
    stack = [REST]
    since = time.process_time()

    def note(frame: FrameType, event: str, _: object) -> None:
        nonlocal since
        if event not in ("call", "return"):
            return
        now = time.process_time()
        spent[stack[-1]] += now - since
        since = now
        if event == "call":
            stack.append(_part(frame.f_code.co_filename) or stack[-1])
        elif len(stack) > 1:
            stack.pop()

    sys.setprofile(note)
    try:
        yield spent
    finally:
        sys.setprofile(None)


@cache
def _part(file: str) -> str | None:
    """The part that a module states, None for those that serve whoever calls them."""
    inside = file.removeprefix(_ROOT)
    return next((part for place, part in PARTS.items() if inside.startswith(place)), None)


def main() -> None:
    print(json.dumps(parts_row(*(int(asked) for asked in sys.argv[1:])), indent=2))


if __name__ == "__main__":
    main()
