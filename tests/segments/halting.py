"""Somebody who seals and gets stuck half-way, to be started as a real process and killed."""

import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from evenhand.segments.folder import Folder
from tests.segments.company import opened, sealed_in


class Halting(Folder):
    """A folder in which everything stops at one moment, and says so."""

    def __init__(self, path: Path, moment: str) -> None:
        super().__init__(path)
        self.moment = moment

    @contextmanager
    def draft(self) -> Generator[Path]:
        with super().draft() as path:
            if self.moment == "writing":
                path.write_bytes(b"PAR1")
                self.halt()
            yield path

    def put(self, draft: Path, name: str) -> None:
        if self.moment == "named":
            self.halt()
        super().put(draft, name)

    def halt(self) -> None:
        print(self.moment, flush=True)  # noqa: T201 - this is how it tells
        time.sleep(600)


def main(url: str, folder: str, moment: str) -> None:
    with opened(url) as log:
        sealed_in(log, Halting(Path(folder), moment))


if __name__ == "__main__":
    main(*sys.argv[1:])
