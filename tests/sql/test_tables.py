"""The migrations make the tables the code knows."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from evenhand.sql import SqlLog, schema, tables


def test_migrated_tables_are_the_tables_of_the_code(log: SqlLog) -> None:
    with log.engine.connect() as connection:
        differences = compare_metadata(
            MigrationContext.configure(connection, opts={"compare_type": True}), tables.metadata
        )

    assert differences == []


def test_the_known_revisions_are_those_of_the_migrations() -> None:
    scripts = ScriptDirectory(str(schema.MIGRATIONS))

    assert tuple(script.revision for script in scripts.walk_revisions())[::-1] == schema.REVISIONS


def test_opening_twice_changes_nothing(log: SqlLog) -> None:
    with SqlLog.open(log.engine.url) as again:
        assert again.head() == log.head()


def test_every_table_of_sqlite_is_strict(tmp_path: object) -> None:
    with SqlLog.open(f"sqlite:///{tmp_path}/log.db") as log, log.engine.connect() as connection:
        strict: dict[str, int] = dict(
            iter(connection.execute(text("SELECT name, strict FROM pragma_table_list")))
        )

    assert {name: strict[name] for name in tables.metadata.tables} == dict.fromkeys(
        tables.metadata.tables, 1
    )


@pytest.mark.postgres
def test_texts_of_postgresql_are_compared_by_bytes(postgres_url: str) -> None:
    with SqlLog.open(postgres_url) as log, log.engine.connect() as connection:
        collations = connection.execute(
            text(
                "SELECT DISTINCT collation_name FROM information_schema.columns "
                "WHERE table_schema = current_schema() AND data_type = 'text'"
            )
        ).scalars()

        assert set(collations) == {"C"}
