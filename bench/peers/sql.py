"""The plan as SQL for DuckDB."""

from pathlib import Path

import duckdb


def replay(log: Path, lines: Path) -> None:
    """Every period's lines of a log (RECORDS as Parquet), written as Parquet."""
    with duckdb.connect() as connection:
        connection.execute("SET preserve_insertion_order = false")
        connection.execute("SET VARIABLE log = $path", {"path": str(log)})
        connection.execute("SET VARIABLE lines = $path", {"path": str(lines)})
        connection.execute(Path(__file__).with_name("replay.sql").read_text("utf-8"))
