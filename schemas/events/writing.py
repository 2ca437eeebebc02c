"""Events as plain content, ready to become canonical JSON.

The same content as `model_dump(mode="json", by_alias=True, exclude_none=True)` of pydantic, at half
the cost; a test holds the two together.
"""

from collections.abc import Callable
from datetime import date, datetime
from fractions import Fraction
from functools import cache
from typing import Any

from pydantic import BaseModel

from schemas.calendar import PayoutPeriod
from schemas.values import Money, instant_text, money_fields

_PLAIN = (str, int)


def content_of(model: BaseModel) -> dict[str, Any]:
    """The fields of an event that are given, under their names on the wire, as JSON has them."""
    values = vars(model)
    return {
        name: value if isinstance(value, _PLAIN) else _plain(value)
        for field, name in _names(type(model))
        if (value := values[field]) is not None
    }


@cache
def _names(model: type[BaseModel]) -> tuple[tuple[str, str], ...]:
    """Fields of a model with their names on the wire."""
    return tuple((name, field.alias or name) for name, field in model.model_fields.items())


def _plain(value: Any) -> Any:
    writer = _WRITERS.get(type(value))
    if writer is not None:
        return writer(value)
    return content_of(value) if isinstance(value, BaseModel) else value


def _list(values: list[Any]) -> list[Any]:
    return [value if isinstance(value, _PLAIN) else _plain(value) for value in values]


def _dict(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in values.items()}


_WRITERS: dict[type, Callable[[Any], Any]] = {
    Money: money_fields,
    Fraction: str,
    PayoutPeriod: str,
    datetime: instant_text,
    date: date.isoformat,
    list: _list,
    dict: _dict,
}
