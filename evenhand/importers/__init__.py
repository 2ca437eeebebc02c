"""Exports of other systems, CSV or XLSX, turned into facts by a declarative mapping file.

    mapping = load_mapping(Path("deals.yaml"))
    report = import_file(Path("deals.csv"), mapping, log, actor="person:ann")

The mapping language is in docs/importing.md, worked mappings are in examples/. Importing the same
file again makes only repeats; a row that cannot be read is refused alone and kept in quarantine.
"""

from datetime import UTC, datetime
from pathlib import Path

from engine.log import Log
from evenhand.importers import exports
from evenhand.importers.cells import RefusedRow
from evenhand.importers.controls import Controls
from evenhand.importers.errors import BadFile, BadMapping, NoLog
from evenhand.importers.exports import Export
from evenhand.importers.lookups import joined, own_columns
from evenhand.importers.mapping import Mapping, load_mapping, parse_mapping
from evenhand.importers.recording import Recording
from evenhand.importers.report import Conflict, Report
from evenhand.importers.rows import RowReader

__all__ = [
    "BadFile",
    "BadMapping",
    "Conflict",
    "Mapping",
    "NoLog",
    "RefusedRow",
    "Report",
    "import_file",
    "load_mapping",
    "parse_mapping",
]


def import_file(
    path: Path, mapping: Mapping, log: Log | None, *, actor: str, dry_run: bool = False
) -> Report:
    """Record what a file says by a mapping, and report on it; a dry run needs and touches no log.

    Looked-up files are read from the folder of the file. Raises `BadFile` before anything is
    recorded, `NoLog`, and what the log raises.
    """
    if log is None and not dry_run:
        raise NoLog(path.name)
    with exports.opened(path, mapping.format) as export:
        export.require(own_columns(mapping))
        joins = joined(mapping, path.parent, export.header)
        reader = RowReader(mapping, export.header, joins, datetime.now(UTC))
        recording = Recording(
            None if dry_run else log, actor=actor, name=export.name, source=mapping.source
        )
        controls = Controls(reader.fields.times, mapping.amounts)
        with_events = refused = skipped = 0
        for row in export.rows():
            said = reader.read(row)
            controls.add(said)
            if said.refused is not None:
                refused += 1
                recording.refuse(said.refused)
            elif said.events:
                with_events += 1
                recording.events(row.line, said.events)
            else:
                skipped += 1
        recording.finish()
    return _report(export, mapping, recording, controls, (with_events, refused, skipped))


def _report(
    export: Export,
    mapping: Mapping,
    recording: Recording,
    controls: Controls,
    rows: tuple[int, int, int],
) -> Report:
    with_events, refused, skipped = rows
    return Report(
        file=export.name,
        sha256=export.sha256,
        source=mapping.source,
        dry_run=recording.is_dry,
        rows=export.count,
        rows_with_events=with_events,
        rows_refused=refused,
        rows_skipped=skipped,
        events=sum(recording.by_type.values()),
        recorded=recording.recorded,
        repeated=recording.repeated,
        conflicting=recording.conflicting,
        by_type=dict(recording.by_type),
        by_reason=dict(recording.by_reason),
        refused=recording.refused,
        conflicts=recording.conflicts,
        controls=controls.lines,
    )
