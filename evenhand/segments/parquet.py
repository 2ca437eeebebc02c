"""Segments as Parquet: the same records give the same bytes, under one version of the library.

The encodings are what was measured to be small and quick to read; docs/guides/scale.md says how.
"""

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import polars as pl

from replay.segments import STORED

ROWS: Final = 131_072
"""Records of a row group."""

_ENCODED: Final = {
    "position": "DELTA_BINARY_PACKED",
    "recorded_at": "DELTA_BINARY_PACKED",
    "effective_at": "BYTE_STREAM_SPLIT",
    "amount": "BYTE_STREAM_SPLIT",
    **dict.fromkeys(("stream", "id", "lead", "deal", "customer", "corrects_id"), "PLAIN"),
}
"""Columns of many values; all others are words that repeat, and have a dictionary."""

_NESTED: Final = (
    *(f"signed_by.list.element.{name}" for name in ("payee", "num", "den")),
    *(f"{name}.list.element" for name in ("payees", "products")),
)
_WORDS: Final = [*(name for name in STORED if name not in _ENCODED), *_NESTED]


class Writing:
    """A file that is being written, one row group after another."""

    def __init__(self, writer: Any) -> None:
        self._writer = writer

    def add(self, columns: pl.DataFrame) -> None:
        """One more row group (STORED)."""
        self._writer.write_table(_table(columns), row_group_size=ROWS)

    def say(self, words: Mapping[str, str]) -> None:
        """Words about the whole, that stand in the file."""
        self._writer.add_key_value_metadata(dict(words))


@contextmanager
def writing(path: Path) -> Generator[Writing]:
    """A file to be written; on disk when this ends well."""
    arrow: Any = import_module("pyarrow.parquet")  # slow to import, and it ships no types
    with path.open("wb") as file:
        with arrow.ParquetWriter(
            file,
            _table(pl.DataFrame(schema=STORED)).schema,
            compression="zstd",
            compression_level=3,
            use_dictionary=_WORDS,
            column_encoding=_ENCODED,
            store_schema=False,
        ) as writer:
            yield Writing(writer)
        file.flush()
        os.fsync(file.fileno())


def words(content: bytes) -> dict[str, str]:
    """The words about the whole that stand in a file."""
    arrow: Any = import_module("pyarrow")
    parquet: Any = import_module("pyarrow.parquet")
    said: Mapping[bytes, bytes] = parquet.read_metadata(arrow.BufferReader(content)).metadata or {}
    return {name.decode(): word.decode() for name, word in said.items()}


def columns_of(content: bytes) -> pl.DataFrame:
    """What a file holds (STORED), in order of position."""
    return pl.read_parquet(content)


def _table(columns: pl.DataFrame) -> Any:
    """The same as Arrow has it, in one chunk: where chunks end would show in the bytes."""
    frame: Any = columns  # what comes of it has no types
    return frame.to_arrow(compat_level=pl.CompatLevel.oldest()).combine_chunks()
