"""A real Chromium for tests: one that is named, or the system's own.

`EVENHAND_TEST_CHROMIUM` names a program; otherwise Debian's `chromium` is used, which `make test`
installs. There being none is a failure, never a reason to skip.
"""

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

_OPTIONS = [
    "--no-sandbox",  # tests run as root in containers
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def browser() -> Generator[Browser]:
    """A browser without a window."""
    program = os.environ.get("EVENHAND_TEST_CHROMIUM") or shutil.which("chromium")
    if program is None:
        raise RuntimeError(
            "There is no Chromium to test with: set EVENHAND_TEST_CHROMIUM, or install Debian's "
            "chromium."
        )
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=program, args=_OPTIONS)
        try:
            yield started
        finally:
            started.close()
