"""Exports of other systems, imported by a mapping."""

from pathlib import Path
from typing import Annotated, Any

import typer

from evenhand.cli.options import By, Form, Log
from evenhand.cli.output import Format, document, say, show
from evenhand.importers import import_file, load_mapping
from evenhand.importers.report import Report
from evenhand.wiring import open_log, person

REFUSED_SHOWN = 20


def import_export(
    file: Annotated[Path, typer.Argument(help="A CSV or XLSX export.")],
    mapping: Annotated[Path, typer.Option(help="What its columns mean; see docs/importing.md.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Record nothing; print the verification report.")
    ] = False,
    log: Log = None,
    by: By = None,
    form: Form = Format.TABLE,
) -> None:
    """Record what an export says, and report on it: rows read, recorded, repeated, refused."""
    declared = load_mapping(mapping)
    if dry_run:
        report = import_file(file, declared, None, actor=person(by), dry_run=True)
    else:
        with open_log(log) as opened:
            report = import_file(file, declared, opened, actor=person(by))
    if form is Format.JSON:
        document(report.document())
    else:
        _print(report, form)
    if report.rows_refused or report.conflicting or not report.adds_up:
        raise typer.Exit(1)


def _control(control: dict[str, Any]) -> dict[str, Any]:
    """A control total as a row: counts and sums in the file, made, and refused."""
    row = {name: control[name] for name in ("type", "currency", "month")}
    for name in ("in_file", "made", "refused"):
        total = control[name]
        row[name] = total["count"]
        if "amount" in total:
            row[f"sum_{name}"] = total["amount"]
    return {**row, "balanced": "yes" if control["balanced"] else "NO"}


def _print(report: Report, form: Format) -> None:
    told = report.document()
    rows = [{"what": f"rows {name}", "count": count} for name, count in told["rows"].items()]
    rows += [
        {"what": f"events {name}", "count": count}
        for name, count in told["events"].items()
        if name != "by_type"
    ]
    rows += [{"what": name, "count": count} for name, count in told["events"]["by_type"].items()]
    rows += [
        {"what": f"refused: {code}", "count": count} for code, count in report.by_reason.items()
    ]
    show(rows, form)
    if form is Format.TABLE and told["controls"]:
        show([_control(control) for control in told["controls"]], form)
    for refused in report.refused[:REFUSED_SHOWN]:
        say(f"line {refused.line}: {refused.code}: {refused.reason}")
    if len(report.refused) > REFUSED_SHOWN:
        rest = report.rows_refused - REFUSED_SHOWN
        say(f"and {rest} more; all are in quarantine, and in --format json")
    said = "everything is accounted for" if report.adds_up else "THE TOTALS DO NOT AGREE"
    say(f"{'dry run, nothing recorded; ' if report.dry_run else ''}{said}")
