"""The plan as Spark DataFrames, in a session that has answered the same question before."""

from pathlib import Path

from bench.peers import spark

replay = spark.replay


def prepare(segments: Path, out: Path) -> None:
    """Start a session, and let it compile what it will."""
    spark.prepare(segments, out)
    spark.replay(segments, out)
