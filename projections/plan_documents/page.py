"""A document as one page of HTML: nothing outside it, no script, for screens, phones and paper."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import assert_never

from projections.plan_documents.blocks import Block, Document, Paragraph, Points, Section, Table
from projections.plan_documents.page_style import STYLE


def page(document: Document) -> str:
    """The page; every text of the document is escaped."""
    return "\n".join(_page(document)) + "\n"


def _page(document: Document) -> Iterator[str]:
    yield f'<!DOCTYPE html>\n<html lang="{escape(document.language)}">\n<head>'
    yield '<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield f"<title>{escape(document.title)}</title>\n<style>\n{STYLE}</style>\n</head>"
    yield f"<body>\n<main>\n<header>\n<h1>{escape(document.title)}</h1>"
    yield f"<p>{escape(document.lead)}</p>\n<dl>"
    for term, told in document.terms:
        yield f"<div><dt>{escape(term)}</dt><dd>{escape(told)}</dd></div>"
    yield "</dl>\n</header>"
    for section in document.sections:
        yield from _section(section, 2)
    yield f"<footer><p>{escape(document.last)}</p></footer>\n</main>\n</body>\n</html>"


def _section(section: Section, level: int) -> Iterator[str]:
    mark = f" <code>{escape(section.mark)}</code>" if section.mark else ""
    yield f"<section>\n<h{level}>{escape(section.title)}{mark}</h{level}>"
    for block in section.blocks:
        yield from _block(block)
    for inner in section.inner:
        yield from _section(inner, level + 1)
    yield "</section>"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(text):
            yield f"<p>{escape(text)}</p>"
        case Points(items):
            yield "<ul>"
            yield from (f"<li>{escape(item)}</li>" for item in items)
            yield "</ul>"
        case Table():
            yield from _table(block)
        case _:
            assert_never(block)


def _table(table: Table) -> Iterator[str]:
    """A table that scrolls by itself where a screen is too narrow for it."""
    label = escape(table.caption)
    yield f'<div class="wide" role="region" aria-label="{label}" tabindex="0">\n<table>'
    yield f"<caption>{label}</caption>\n<thead><tr>"
    for name, right in zip(table.names, table.numeric, strict=True):
        yield f'<th scope="col"{_side(right)}>{escape(name)}</th>'
    yield "</tr></thead>\n<tbody>"
    for row in table.rows:
        yield f"<tr>{''.join(_cells(table, row))}</tr>"
    yield "</tbody>\n</table>\n</div>"


def _cells(table: Table, row: Sequence[str]) -> Iterator[str]:
    for place, (cell, right) in enumerate(zip(row, table.numeric, strict=True)):
        if table.headed and place == 0:
            yield f'<th scope="row"{_side(right)}>{escape(cell)}</th>'
        else:
            yield f"<td{_side(right)}>{escape(cell)}</td>"


def _side(right: bool) -> str:  # noqa: FBT001 - one of two sides
    return ' class="number"' if right else ""
