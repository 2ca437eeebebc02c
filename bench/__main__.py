"""Benches by their names: results as JSON under bench/results, tables in docs/performance.md.

`python -m bench [NAME[=EVENTS[,ROUNDS]] ..]`, as in `python -m bench replay=10000000,5 asof`; all
without a name. Of those that are not run the page keeps the results it had. One that cannot run
here is left out, and stderr says so.
"""

import json
import os
import sys
import traceback
from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import version
from platform import python_version
from typing import Any

from bench import page
from evenhand.wiring import now

BENCHES: Mapping[str, tuple[str, str]] = {
    "replay": ("bench.replay", "replay_row"),
    "parts": ("bench.parts", "parts_row"),
    "asof": ("bench.as_of", "asof_rows"),
    "refresh": ("bench.refresh", "refresh_rows"),
    "statements": ("bench.statements", "statements_rows"),
    "ingest": ("bench.ingest", "ingest_rows"),
    "append": ("bench.append", "append_rows"),
    "crediting": ("bench.crediting", "crediting_row"),
    "kafka": ("bench.kafka", "kafka_rows"),
}
"""The module and the function of each; the numbers that it takes are events, then rounds."""
_PACKAGES = ("polars", "duckdb", "pyarrow", "eventsourcing", "sqlalchemy", "pydantic")


def main() -> None:
    asked = sys.argv[1:] or [*BENCHES]
    for each in asked:
        name, _, numbers = each.partition("=")
        _run(name, [int(number) for number in numbers.split(",") if number])
    page.write()


def _run(name: str, numbers: list[int]) -> None:
    """Run a bench, and keep what it gives."""
    module, function = BENCHES[name]
    print(f"bench {name}", file=sys.stderr)
    try:
        figures: dict[str, Any] = dict(getattr(import_module(module), function)(*numbers))
    except Exception:  # noqa: BLE001 - whatever it needs and does not find
        traceback.print_exc()
        return
    kept = {"day": now().date().isoformat(), "machine": _machine(), "figures": figures}
    file = f"{name}-{figures['events']}" if name == "replay" else name
    page.RESULTS.mkdir(exist_ok=True)
    text = json.dumps(kept, indent=1, default=str) + "\n"
    (page.RESULTS / f"{file}.json").write_text(text, "utf-8")
    sys.stdout.write(text)


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return f"{os.cpu_count()} cores, {memory:.0f} GiB; Python {python_version()}, {versions}"


if __name__ == "__main__":
    main()
