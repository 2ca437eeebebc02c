"""Plan documents: a plan in sentences and tables that the people paid under it can read.

`plan_document` is a pure function of a plan and a language; `page` renders its result as HTML, and
`evenhand.documents` as PDF.
"""

from projections.plan_documents.blocks import Block, Document, Paragraph, Points, Section, Table
from projections.plan_documents.document import plan_document
from projections.plan_documents.page import page

__all__ = [
    "Block",
    "Document",
    "Paragraph",
    "Points",
    "Section",
    "Table",
    "page",
    "plan_document",
]
