"""Values of a mapping: how the field of an event is made from the cells of a row.

A bare name is a column: `lead: mql_id`. Anything else says what it is:

    {constant: marketing}              the same for every row
    {template: "{year}-{number}"}      columns in a text; blank if one of them is
    {money: close_value}               an amount, as `amounts` declares it
    {time: signed_on}                  an instant, as `times` declares it
    {whole: months}                    a whole number
    {list: [product_1, product_2]}     a list, without the blanks
    {signers: [{payee: agent}]}        who signed, with shares; `share` is "1" if left out

`table` replaces texts by others, `slug` makes a name into an id.
"""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from schemas.values import Word

_HOLE = re.compile(r"\{([^{}]*)\}")


def _named(value: Any) -> Any:
    return {"column": value} if isinstance(value, str) else value


def _several(value: Any) -> Any:
    match value:
        case [*several]:
            return several
        case _:
            return [value]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class ValueDeclared(_Part):
    """One value; exactly one of the first eight keys says what it is made from."""

    column: str | None = None
    constant: str | bool | None = None
    template: str | None = None
    money: str | None = None
    time: str | None = None
    whole: str | None = None
    listed: "list[Value] | None" = Field(default=None, alias="list", min_length=1)
    signers: "list[Signing] | None" = Field(default=None, min_length=1)
    table: str | None = None
    slug: Word | None = None

    @model_validator(mode="after")
    def _is_made_from_one_thing(self) -> Self:
        made = self.model_fields_set - {"table", "slug"}
        if len(made) != 1:
            raise ValueError(
                "a value is a column, or one of constant, template, money, time, whole, list, "
                "signers"
            )
        if (self.table or self.slug) and not made <= {"column", "template"}:
            raise ValueError("table and slug are for a column or a template")
        return self

    def parts(self) -> "Iterator[ValueDeclared]":
        """Itself and every value inside it."""
        yield self
        for inner in self.listed or ():
            yield from inner.parts()
        for signing in self.signers or ():
            yield signing.payee
            if signing.share is not None:
                yield signing.share

    @cached_property
    def first_column(self) -> str | None:
        """The column to blame when it cannot be made."""
        return next(self.columns(), None)

    def columns(self) -> Iterator[str]:
        """Every column it names."""
        for part in self.parts():
            for named in (part.column, part.money, part.time, part.whole):
                if named is not None:
                    yield named
            if part.template is not None:
                yield from holes(part.template)


Value = Annotated[ValueDeclared, BeforeValidator(_named)]
Parts = Annotated[list[Value], BeforeValidator(_several), Field(min_length=1, max_length=4)]
"""One value, or several in a list."""


class Signing(_Part):
    """A payee who signed; a blank payee is nobody."""

    payee: Value
    share: Value | None = None


ValueDeclared.model_rebuild()


def holes(template: str) -> list[str]:
    """The columns a template names."""
    return _HOLE.findall(template)


def filled(template: str, cells: dict[str, str]) -> str:
    """A template with its columns filled in; blank if one of them is, for half an id is another."""
    if not all(cells[name] for name in holes(template)):
        return ""
    return _HOLE.sub(lambda hole: cells[hole[1]], template)
