"""Logs to test with: every test runs on a SQLite file and on a fresh PostgreSQL database."""

from collections.abc import Generator
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url

from evenhand.sql import SqlLog
from tests.services import postgres
from tests.sql.facts import Ticking

BACKENDS = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))


@pytest.fixture(scope="session")
def postgres_server() -> Generator[URL]:
    with postgres.server() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: URL) -> Generator[URL]:
    """A database with the tables in it, to copy."""
    with postgres.database(postgres_server) as url:
        SqlLog.open(url, application="evenhand").close()
        yield url


@pytest.fixture
def empty_postgres(postgres_server: URL) -> Generator[URL]:
    """A database without tables."""
    with postgres.database(postgres_server) as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: URL, postgres_template: URL) -> Generator[URL]:
    """A database with the tables and nothing in them."""
    assert postgres_template.database is not None
    with postgres.database(postgres_server, postgres_template.database) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> URL:
    return make_url(f"sqlite:///{tmp_path}/evenhand.db")


@pytest.fixture(params=BACKENDS)
def url(request: pytest.FixtureRequest) -> URL:
    """A log that no one has written to, of each kind."""
    found = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    assert isinstance(found, URL)
    return found


@pytest.fixture(params=BACKENDS)
def empty_url(request: pytest.FixtureRequest) -> URL:
    """A database of each kind in which no tables are made yet."""
    found = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "empty_postgres")
    assert isinstance(found, URL)
    return found


@pytest.fixture
def clock() -> Ticking:
    return Ticking()


@pytest.fixture
def log(url: URL, clock: Ticking) -> Generator[SqlLog]:
    with SqlLog.open(url, clock=clock) as opened:
        yield opened
