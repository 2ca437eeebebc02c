"""Every bug that other engines were caught with is a test here, by name."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROWS = re.findall(
    r"^\| (.+?) \| `(tests/[\w/.]+)::(test_\w+)` \|$",
    (ROOT / "docs" / "traps.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)


def test_the_page_lists_them() -> None:
    rows = (ROOT / "docs" / "traps.md").read_text(encoding="utf-8").count("\n| ")
    assert len(ROWS) == rows - 2 > 28


@pytest.mark.parametrize(("trap", "path", "name"), ROWS)
def test_a_trap_is_a_test(trap: str, path: str, name: str) -> None:
    defined = f"\ndef {name}(" in (ROOT / path).read_text(encoding="utf-8")
    assert defined, f"{trap}: {path} has no test {name}"
