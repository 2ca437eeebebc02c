"""What all tests share: golden texts, and `--bless` to accept those that changed."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from tests.services.sharing import pytest_xdist_make_scheduler

# Two loaded cores are slow now and then; pytest-timeout limits the time of a test.
settings.register_profile("evenhand", deadline=None)
settings.load_profile("evenhand")

__all__ = ["golden", "pytest_addoption", "pytest_xdist_make_scheduler"]

Golden = Callable[[Path, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--bless",
        action="store_true",
        help="write expected texts anew where they differ, and fail all the same",
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compares a text with the file that holds what is expected."""
    bless = bool(request.config.getoption("--bless"))

    def compare(path: Path, text: str) -> None:
        expected = path.read_text(encoding="utf-8") if path.is_file() else None
        if text == expected:
            return
        if bless:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            pytest.fail(f"{path.name} was written anew: read its difference, then run again")
        if expected is None:
            pytest.fail(f"{path.name} is missing: run pytest --bless, and read what it wrote")
        assert text == expected, f"{path.name} differs; accept it with pytest --bless"

    return compare
