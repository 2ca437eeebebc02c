"""The mapping file: what the columns of an export mean, in a page that finance can read.

Everything is declared and nothing is guessed; a key that is not known is refused by name, because
a mapping with a typo would lose money in silence. See docs/importing.md for the whole language.
"""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from evenhand.importers.amounts import Decimal, Thousands
from evenhand.importers.errors import BadMapping
from evenhand.importers.times import WITH_OFFSET, Doubled, pattern
from evenhand.importers.values import Parts, Value
from schemas.currencies import DIGITS
from schemas.events import EVENTS, OWN_SOURCE
from schemas.values import Word

MAPPING_BYTES_MAX: Final = 262_144
"""A mapping is a page or two; a larger file is something else."""

NOT_IMPORTED: Final = frozenset({"fact-corrected", "fact-voided"})
"""Repairs name another fact and say why: a person's work, not a column's."""

Encoding = Literal["utf-8", "gb18030", "big5", "shift_jis", "latin-1", "cp1250", "cp1251", "cp1252"]
"""Encodings in which a line end is one byte, so that a bad byte can be named with its line."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class CsvFormat(_Part):
    """Text with delimiters, as every system exports it."""

    kind: Literal["csv"] = "csv"
    delimiter: Literal[",", ";", "\t", "|"] = ","
    encoding: Encoding = "utf-8"
    quote: Literal['"', "'"] = '"'


class XlsxFormat(_Part):
    """A sheet of a workbook. Formulas are refused, or their last computed values are taken."""

    kind: Literal["xlsx"]
    sheet: str | None = None
    formulas: Literal["refuse", "cached"] = "refuse"


Format = Annotated[CsvFormat | XlsxFormat, Field(discriminator="kind")]


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError("a time zone is an IANA name such as America/Sao_Paulo") from None
    return name


class TimesDeclared(_Part):
    """How times are written, and where the clock hung that showed them."""

    zone: Annotated[str, AfterValidator(_zone)]
    formats: list[str] = Field(min_length=1, max_length=10)
    doubled: Doubled = "refuse"

    @model_validator(mode="after")
    def _can_be_read(self) -> Self:
        for written in self.formats:
            if written != WITH_OFFSET:
                pattern(written)
        return self


class AmountsDeclared(_Part):
    """How amounts are written, and in which currency: a constant, or a column that says it."""

    decimal: Decimal
    thousands: Thousands
    currency: str | None = None
    currency_column: str | None = None

    @model_validator(mode="after")
    def _is_one_currency(self) -> Self:
        if (self.currency is None) == (self.currency_column is None):
            raise ValueError("amounts have either a currency or a currency_column")
        if self.currency is not None and self.currency not in DIGITS:
            raise ValueError(f"{self.currency} is not a current ISO 4217 code")
        if self.decimal == self.thousands:
            raise ValueError("decimal and thousands are different characters")
        return self


class Lookup(_Part):
    """Another export whose columns join a row: `NAME.column`, where its `key` equals our `by`.

    A row without a match has blanks there. A key that stands twice is refused.
    """

    file: Annotated[str, Field(pattern=r"^[^/\\\x00-\x1f]{1,200}$")]
    key: str
    by: str
    format: Format | None = None


def _condition(value: Any) -> Any:
    match value:
        case str():
            return {"in": [value]}
        case [*texts]:
            return {"in": texts}
        case {"not": str() as one}:
            return {"not": [one]}
        case _:
            return value


class Condition(_Part):
    """What a cell must be: a text, one of several, `not` one of them, or `is` blank or filled."""

    any_of: list[str] | None = Field(default=None, alias="in", min_length=1)
    none_of: list[str] | None = Field(default=None, alias="not", min_length=1)
    kept: Literal["blank", "filled"] | None = Field(default=None, alias="is")

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if [self.any_of, self.none_of, self.kept].count(None) != 2:  # noqa: PLR2004 - two of three
            raise ValueError("a condition is a text, a list of texts, {not: ...} or {is: ...}")
        return self

    def holds(self, cell: str) -> bool:
        """Whether a cell is so; texts are compared letter by letter."""
        if self.any_of is not None:
            return cell in self.any_of
        if self.none_of is not None:
            return cell not in self.none_of
        return (cell == "") == (self.kept == "blank")


class Rule(_Part):
    """One event that a row says, when its conditions hold.

    Its id is `name:` and the parts of `id`, so it must come from columns that never change: the
    same file imported again is then a repeat, and nothing is paid twice.
    """

    type: str
    name: Word | None = None
    id: Parts
    time: Value
    when: dict[str, Annotated[Condition, BeforeValidator(_condition)]] = Field(
        default_factory=dict[str, Condition]
    )
    fields: dict[str, Value] = Field(min_length=1)

    @model_validator(mode="after")
    def _says_an_event(self) -> Self:
        model = EVENTS.get(self.type)
        if model is None or not model.is_fact or self.type in NOT_IMPORTED:
            raise ValueError(f"{self.type} is not a fact that can be imported")
        named = {field.alias or name: field for name, field in model.model_fields.items()}
        for name in self.fields.keys() - named.keys():
            raise ValueError(f"{self.type} has no field {name}; it has {', '.join(named)}")
        needed = {name for name, field in named.items() if field.is_required()}
        for name in sorted(needed - self.fields.keys()):
            raise ValueError(f"{self.type} needs its field {name}")
        return self

    @property
    def prefix(self) -> str:
        """What the ids of its events begin with."""
        return self.name or self.type

    @cached_property
    def money(self) -> tuple[str, str] | None:
        """The field that holds money and the column it comes from; no event has two."""
        found = ((name, value.money) for name, value in self.fields.items() if value.money)
        return next(found, None)

    def values(self) -> Iterator[Value]:
        """Every value it is made of."""
        yield from (*self.id, self.time, *self.fields.values())


class Mapping(_Part):
    """What an export says: its format, how it writes times and amounts, and the events of a row."""

    source: Annotated[str, Field(pattern=r"^[!-~]{1,128}$")]
    format: Format = CsvFormat()
    times: TimesDeclared
    amounts: AmountsDeclared | None = None
    tables: dict[str, dict[str, str]] = Field(default_factory=dict[str, dict[str, str]])
    lookups: dict[Word, Lookup] = Field(default_factory=dict[str, Lookup])
    events: list[Rule] = Field(min_length=1, max_length=50)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.source == OWN_SOURCE:
            raise ValueError(f"source {OWN_SOURCE} is Evenhand's own; name the system exported")
        names = [rule.prefix for rule in self.events if rule.name is None]
        for name in {name for name in names if names.count(name) > 1}:
            raise ValueError(f"two events are of type {name}: give each a name for its ids")
        parts = [part for rule in self.events for value in rule.values() for part in value.parts()]
        for table in {part.table for part in parts if part.table} - self.tables.keys():
            raise ValueError(f"there is no table {table}")
        if self.amounts is None and any(part.money for part in parts):
            raise ValueError("money needs amounts: declare decimal, thousands and the currency")
        return self

    def columns(self) -> set[str]:
        """Every column it names; those of a lookup as `NAME.column`."""
        named = {each.by for each in self.lookups.values()}
        if self.amounts is not None and self.amounts.currency_column is not None:
            named.add(self.amounts.currency_column)
        for rule in self.events:
            named.update(rule.when)
            named.update(column for value in rule.values() for column in value.columns())
        return named


def load_mapping(path: Path) -> Mapping:
    """The mapping in a YAML 1.2 file. Raises `BadMapping`."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadMapping(path.name, f"it cannot be read ({error.strerror})") from None
    return parse_mapping(raw, path.name)


def parse_mapping(raw: bytes, name: str) -> Mapping:
    """The mapping that bytes hold; `name` is for messages. Raises `BadMapping`."""
    if len(raw) > MAPPING_BYTES_MAX:
        raise BadMapping(name, f"it has {len(raw):,} bytes, the limit is {MAPPING_BYTES_MAX:,}")
    try:
        document = cast("Any", YAML(typ="safe", pure=True)).load(raw.decode("utf-8-sig"))
        return Mapping.model_validate(document)
    except ValidationError as invalid:
        raise BadMapping(name, _reasons(invalid)) from None
    except UnicodeDecodeError:
        raise BadMapping(name, "it is not text in UTF-8") from None
    except (YAMLError, ValueError, RecursionError) as error:
        line = " ".join(str(error).split())
        raise BadMapping(name, f"it is not YAML ({line})") from None


def _reasons(invalid: ValidationError) -> str:
    """All errors, each with its place: a mapping is corrected once, not error by error."""
    found: list[str] = []
    for error in invalid.errors(include_url=False, include_input=False):
        place = ".".join(str(part) for part in error["loc"]) or "mapping"
        unknown = error["type"] == "extra_forbidden"
        message = "there is no such key" if unknown else error["msg"].removeprefix("Value error, ")
        found.append(f"{place}: {message}")
    return "; ".join(found)
