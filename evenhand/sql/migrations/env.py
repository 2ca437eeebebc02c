"""Alembic's entry: the caller holds the lock and the transaction, and passes the connection."""

from alembic import context

from evenhand.sql.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
context.run_migrations()
