"""A plan as a document for the people paid under it: a page of HTML, or a PDF."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from evenhand.cli.options import Lang, Language, Log
from evenhand.cli.output import say
from evenhand.cli.plan_questions import plan_of
from projections.plan_documents import Document, page, plan_document


class DocumentFormat(StrEnum):
    """What a document is written as."""

    HTML = "html"
    PDF = "pdf"


def document(
    name: Annotated[
        str, typer.Argument(metavar="PLAN", help="A file, or PLAN@VERSION of the log.")
    ],
    language: Lang = Language.EN,
    form: Annotated[
        DocumentFormat, typer.Option("--format", help="How to write it.")
    ] = DocumentFormat.HTML,
    output: Annotated[Path | None, typer.Option(help="Where to; default stdout.")] = None,
    log: Log = None,
) -> None:
    """Write what a plan promises in sentences and tables that its payees can read."""
    plan = plan_of(name, log)
    written = _written(plan_document(plan, language.value), form)
    if output is None:
        sys.stdout.buffer.write(written)
        return
    try:
        output.write_bytes(written)
    except OSError as error:
        raise typer.BadParameter(f"{output} cannot be written: {error.strerror}") from None
    say(f"{plan.name} is written to {output}")


def _written(told: Document, form: DocumentFormat) -> bytes:
    match form:
        case DocumentFormat.HTML:
            return page(told).encode()
        case DocumentFormat.PDF:
            from evenhand.documents import pdf  # noqa: PLC0415 - loads fonts, only for this

            return pdf.pdf(told)
