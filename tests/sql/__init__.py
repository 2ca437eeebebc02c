"""The durable log, on SQLite and on a real PostgreSQL."""
