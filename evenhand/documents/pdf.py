"""A document as PDF: typeset by typst, with Noto Sans SC inside, tagged for those who listen to it.

The text of a document goes to the typesetter as data, never as its language. Nothing depends on the
system: no font of it is looked at, and no date is written, so the same document gives the same
bytes.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import pylopdf_fonts_zh_cn
import typst

from projections.plan_documents import Block, Document, Points, Section, Table

_LAYOUT: Final = (Path(__file__).parent / "layout.typ").read_bytes()
_FONTS: Final = typst.Fonts(
    include_system_fonts=False, font_paths=[str(Path(pylopdf_fonts_zh_cn.__file__).parent)]
)
STANDARD: Final = "ua-1"
"""PDF/UA-1: what a PDF needs so that a screen reader can tell its structure."""


def pdf(document: Document) -> bytes:
    """The document typeset on A4."""
    return typst.compile(
        _LAYOUT,
        font_paths=_FONTS,
        sys_inputs={"document": json.dumps(_data(document), ensure_ascii=False)},
        pdf_standards=[STANDARD],
    )


def _data(document: Document) -> dict[str, Any]:
    language, _, region = document.language.partition("-")
    return {
        **asdict(document),
        "language": language,
        "region": region or None,
        "sections": [_section(section) for section in document.sections],
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "title": section.title,
        "mark": section.mark,
        "blocks": [_block(block) for block in section.blocks],
        "inner": [_section(inner) for inner in section.inner],
    }


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Table():
            told = {"names": block.names, "numeric": block.numeric}
            return {"kind": "table", "caption": block.caption, "rows": block.rows, **told}
        case Points(items):
            return {"kind": "points", "items": items}
        case _:
            return {"kind": "paragraph", "text": block.text}
