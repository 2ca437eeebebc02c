"""Whatever is changed behind the log's back is found, and named by its position."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, Connection, select, text
from sqlalchemy.exc import DBAPIError

from evenhand.sql import SqlLog, tables
from evenhand.sql.errors import LogDamaged
from evenhand.sql.rows import COLUMNS
from evenhand.sql.verify import Damage, assert_whole, first_damage, verify
from tests.sql.facts import appending, facts


@pytest.fixture
def written(log: SqlLog) -> SqlLog:
    for n in range(5):
        log.append(appending(*facts(n * 10 + 1, n * 10 + 10)))
    return log


def test_an_untouched_log_is_whole(written: SqlLog) -> None:
    assert verify(written) is None
    assert first_damage(written.read()) is None
    assert_whole(written)


def test_an_empty_log_is_whole(log: SqlLog) -> None:
    assert verify(log) is None


@pytest.mark.parametrize("table", ["events", "commits"])
@pytest.mark.parametrize("change", ["UPDATE {} SET actor = 'x'", "DELETE FROM {}"])
def test_history_can_be_neither_changed_nor_deleted(
    written: SqlLog, table: str, change: str
) -> None:
    with pytest.raises(DBAPIError, match="are history"), written.engine.begin() as connection:
        connection.execute(text(change.format(table)))


def test_history_cannot_be_emptied_or_replaced(written: SqlLog) -> None:
    statement = (
        "TRUNCATE events"
        if written.engine.dialect.name == "postgresql"
        else "INSERT OR REPLACE INTO events SELECT * FROM events WHERE position = 3"
    )
    with pytest.raises(DBAPIError, match="are history"), written.engine.begin() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize("column", [name for name in COLUMNS if name != "position"])
@pytest.mark.parametrize("byte", [0, -1])
def test_a_flipped_byte_is_found_in_every_column(written: SqlLog, column: str, byte: int) -> None:
    _change(written, 23, column, byte)

    found = verify(written)

    assert found is not None
    assert (found.kind, found.position) == ("leaf", 23)
    with pytest.raises(LogDamaged, match="position 23"):
        list(written.read())
    assert [record.position for record in written.read(through=22)] == list(range(1, 23))


def test_a_moved_record_leaves_a_gap(written: SqlLog) -> None:
    _run(written, "UPDATE events SET position = 1000 WHERE position = 23")

    assert _found(written) == ("gap", 23)
    with pytest.raises(LogDamaged):
        list(written.read())
    with pytest.raises(LogDamaged):
        written.columns(through=49)
    with pytest.raises(LogDamaged):
        written.columns(through=49, types=["no-such-type"])


def test_a_deleted_record_leaves_a_gap(written: SqlLog) -> None:
    _run(written, "DELETE FROM events WHERE position = 7")

    assert _found(written) == ("gap", 7)


def test_a_cut_off_end_is_found_by_the_head(written: SqlLog) -> None:
    _run(written, "DELETE FROM events WHERE position > 45")

    assert _found(written) == ("head", 46)


def test_a_head_set_back_is_found_by_the_records(written: SqlLog) -> None:
    _run(written, "UPDATE head SET position = 40")

    assert _found(written) == ("head", 41)


@pytest.mark.parametrize(
    ("change", "position"),
    [
        ("DELETE FROM commits WHERE last_position = 20", 11),
        ("UPDATE commits SET n = 9 WHERE last_position = 20", 11),
        ("UPDATE commits SET actor = 'person:eve' WHERE last_position = 20", 11),
        ("UPDATE commits SET recorded_at = recorded_at + 1 WHERE last_position = 20", 11),
        ("DELETE FROM commits WHERE last_position = 50", 41),
        ("UPDATE commits SET last_position = 60 WHERE last_position = 50", 41),
    ],
)
def test_a_changed_commit_is_found(written: SqlLog, change: str, position: int) -> None:
    _run(written, change)

    assert _found(written) == ("commit", position)


def test_versions_and_times_out_of_order_are_found_even_with_new_leaves(written: SqlLog) -> None:
    rows = list(written.read())

    swapped = [*rows[:5], rows[6], rows[5], *rows[7:]]
    assert first_damage(swapped) == Damage(kind="gap", position=6, what="position 7 comes next")
    assert first_damage(rows[1:]) is not None


def test_a_damaged_file_is_found(sqlite_url: URL) -> None:
    assert sqlite_url.database is not None
    path = Path(sqlite_url.database)
    with SqlLog.open(sqlite_url) as log:
        log.append(appending(*facts(1, 50)))
        with log.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        log.close()
        for part, kinds in ((b'{"says":"signed"}', {"leaf"}), (b"deal/D", {"leaf", "file"})):
            whole = path.read_bytes()
            at = whole.rindex(part)
            path.write_bytes(whole[:at] + b"\xff" + whole[at + 1 :])
            found = verify(log)
            assert found is not None
            assert found.kind in kinds
            log.close()
            path.write_bytes(whole)
            assert verify(log) is None
            log.close()


def _found(log: SqlLog) -> tuple[str, int] | None:
    damage = verify(log)
    return None if damage is None else (damage.kind, damage.position)


def _change(log: SqlLog, position: int, column: str, byte: int) -> None:
    """Flip one bit of one byte of one value."""
    with log.engine.begin() as connection:
        _allow(connection)
        value: Any = connection.execute(
            select(tables.events.c[column]).where(tables.events.c.position == position)
        ).scalar_one()
        changed: Any
        if isinstance(value, int):
            changed = value ^ (1 << (20 if byte == 0 else 40))
        elif isinstance(value, str):
            at = byte % len(value)
            changed = value[:at] + chr(ord(value[at]) ^ 32) + value[at + 1 :]
        else:
            at = byte % len(value)
            changed = value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :]
        connection.execute(
            tables.events.update()
            .where(tables.events.c.position == position)
            .values({column: changed})
        )


def _run(log: SqlLog, statement: str) -> None:
    with log.engine.begin() as connection:
        _allow(connection)
        connection.execute(text(statement))


def _allow(connection: Connection) -> None:
    """Take the triggers away, as someone with all rights could."""
    if connection.dialect.name == "sqlite":
        names = connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        ).scalars()
        for name in list(names):
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        return
    for table in ("events", "commits"):
        connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
