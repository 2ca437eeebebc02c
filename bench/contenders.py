"""One contender in a process of its own: `python -m bench.contenders NAME LOG LINES`.

Prints what it took as JSON. Imports, only its own, and the start of the interpreter are not timed.
"""

import json
import resource
import sys
import time
from importlib import import_module
from pathlib import Path

MODULES = {"scan": "scan", "ours": "ours", "duckdb": "sql", "loop": "loop"}


def main() -> None:
    name, log, lines = sys.argv[1:]
    replay = import_module(f"bench.peers.{MODULES[name]}").replay
    cpu, start = time.process_time(), time.perf_counter()
    replay(Path(log), Path(lines))
    figures = {
        "wall_s": time.perf_counter() - start,
        "cpu_s": time.process_time() - cpu,
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
