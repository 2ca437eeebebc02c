"""The toys as a program of its own, which can be killed: `STORE ENGINE WORKERS PAUSE`.

It prints the digest of the answer, or the sentence of what stopped it.
"""

import sys

from evenhand.cli.run_options import Engine, running
from evenhand.runs.progress import Events
from evenhand.runs.stores import store_at
from schemas.errors import EvenhandError
from tests.runs.toys import answered


def main() -> None:
    url, engine, workers, pause = sys.argv[1:]
    who = {"master": f"local[{workers}]"} if engine == "spark" else {"workers": int(workers)}
    try:
        with running(Engine(engine), **who) as runner:
            digest = answered(store_at(url), runner, Events(), float(pause))
    except EvenhandError as error:
        sys.exit(f"{error.code}: {error}")
    sys.stdout.write(digest)


if __name__ == "__main__":
    main()
