"""A log in SQLite with a company's records in it, and a folder for its segments."""

import shutil
from collections.abc import Generator
from pathlib import Path

import pytest

from evenhand.segments.folder import Folder
from evenhand.sql.log import SqlLog
from tests.segments.company import company, fill, opened


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a log of a thousand records, to copy."""
    path = tmp_path_factory.mktemp("company") / "log.db"
    with opened(f"sqlite:///{path}") as log:
        fill(log, company())
    return path


@pytest.fixture
def log(filled: Path, tmp_path: Path) -> Generator[SqlLog]:
    shutil.copy(filled, tmp_path / "log.db")
    with opened(f"sqlite:///{tmp_path}/log.db") as found:
        yield found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Beside the log's file, where segments are when nobody says otherwise."""
    return tmp_path / "log.db.segments"


@pytest.fixture
def place(folder: Path) -> Folder:
    return Folder(folder)
