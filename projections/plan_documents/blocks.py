"""What a document for people is made of, before it is a page or a PDF: sections, tables, points."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One or more sentences."""

    text: str


@dataclass(frozen=True, slots=True)
class Points:
    """Sentences, one below the other."""

    items: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under columns, with a caption; a column whose name ends in `>` is of numbers.

    The first cell of a row is its heading when `headed`.
    """

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    headed: bool = False

    @property
    def names(self) -> list[str]:
        """The names of the columns, without the mark."""
        return [name.removesuffix(">") for name in self.columns]

    @property
    def numeric(self) -> list[bool]:
        """Which columns are of numbers."""
        return [name.endswith(">") for name in self.columns]


Block = Paragraph | Points | Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading, what stands below it, and the sections inside it."""

    title: str
    mark: str = ""  # an id that stands beside the title, as lines name it
    blocks: Sequence[Block] = ()
    inner: Sequence["Section"] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document in one language: a title, what it is in a few terms, sections, a last line."""

    language: str  # BCP 47, as in zh-CN
    title: str
    lead: str
    terms: Sequence[tuple[str, str]]
    sections: Sequence[Section] = field(default_factory=tuple[Section, ...])
    last: str = ""
