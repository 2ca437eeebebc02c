"""The plan as SQL for DuckDB, written by hand for this plan alone."""

from pathlib import Path

import duckdb

THREADS = 2
MEMORY = "8GB"


def replay(segments: Path, out: Path) -> None:
    """Every period's lines of a log (READ as Parquet), written as Parquet."""
    with duckdb.connect() as connection:
        connection.execute(f"SET threads = {THREADS}")
        connection.execute(f"SET memory_limit = '{MEMORY}'")
        connection.execute(f"SET temp_directory = '{out / 'spilled'}'")
        connection.execute("SET preserve_insertion_order = false")
        connection.execute("SET VARIABLE segments = $path", {"path": f"{segments}/*.parquet"})
        connection.execute("SET VARIABLE lines = $path", {"path": str(out / "lines.parquet")})
        connection.execute(Path(__file__).with_name("replay.sql").read_text("utf-8"))
