"""Other exports beside the imported one, whose columns join its rows.

A looked-up file says who earns, so it must be whole: one broken row or one key that stands twice
refuses the import.
"""

from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from pathlib import Path

from evenhand.importers.cells import Row
from evenhand.importers.errors import BadFile
from evenhand.importers.exports import Export, opened
from evenhand.importers.mapping import Lookup, Mapping


@dataclass(frozen=True, slots=True)
class Joined:
    """The columns of one lookup, by the text of its key."""

    by: str
    names: tuple[str, ...]
    rows: AnyMapping[str, tuple[str, ...]]

    def join(self, cells: dict[str, str]) -> None:
        """Add its columns to the cells of a row; blanks where nothing matches."""
        found = self.rows.get(cells[self.by])
        if found is None:
            cells.update(dict.fromkeys(self.names, ""))
        else:
            cells.update(zip(self.names, found, strict=True))


def joined(mapping: Mapping, folder: Path, header: tuple[str, ...]) -> list[Joined]:
    """Every lookup of a mapping, read from the folder of the imported file. Raises `BadFile`."""
    found: list[Joined] = []
    for name, lookup in mapping.lookups.items():
        prefix = f"{name}."
        if any(column.startswith(prefix) for column in header):
            reason = f"it has columns that begin with {prefix}, as those of the lookup do"
            raise BadFile("ambiguous-column", lookup.file, reason)
        columns = sorted(
            column.removeprefix(prefix) for column in mapping.columns() if column.startswith(prefix)
        )
        with opened(folder / lookup.file, lookup.format or mapping.format) as export:
            export.require({lookup.key, *columns})
            rows = _by_key(export, lookup, columns)
        found.append(Joined(lookup.by, tuple(prefix + column for column in columns), rows))
    return found


def own_columns(mapping: Mapping) -> set[str]:
    """The columns a mapping names that must be in the imported file itself."""
    prefixes = tuple(f"{name}." for name in mapping.lookups)
    return {column for column in mapping.columns() if not column.startswith(prefixes)}


def _by_key(export: Export, lookup: Lookup, columns: list[str]) -> dict[str, tuple[str, ...]]:
    key = export.header.index(lookup.key)
    places = [export.header.index(column) for column in columns]
    rows: dict[str, tuple[str, ...]] = {}
    for row in export.rows():
        named = _key(row, key, export.name)
        if named in rows:
            reason = f"line {row.line} has {lookup.key} {named!r} for the second time"
            raise BadFile("bad-lookup", export.name, reason)
        if named:
            rows[named] = tuple(row.cells[place] for place in places)
    return rows


def _key(row: Row, place: int, name: str) -> str:
    if row.fault:
        raise BadFile("bad-lookup", name, f"line {row.line}: {row.fault[1]}")
    return row.cells[place]
