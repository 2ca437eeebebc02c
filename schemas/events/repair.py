"""Repair: nothing is edited; a fact about a fact says what was wrong with it."""

from collections.abc import Iterable
from typing import Annotated, Any, ClassVar, Final, cast

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from schemas.events.base import Event, FactName, Rank
from schemas.values import Instant, Text, text

_ANY_SUBJECT = {"lead": "", "deal": "", "payee": "", "customer": ""}
_DEPTH_MAX: Final = 8
"""The content of an event is three levels deep at most."""


def _content(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise PydanticCustomError("wrong-type", "the content of a correction is an object")
    _check(cast("dict[str, Any]", value), _DEPTH_MAX)
    return cast("dict[str, Any]", value)


def _check(value: Any, depth: int) -> None:
    """Refuses what no event can hold, as the type of the target is not known yet."""
    if not depth:
        raise PydanticCustomError("too-deep", "no event is nested so deeply")
    match value:
        case str():
            text(value)
        case None | bool() | int():
            pass
        case list():
            for part in cast("Iterable[Any]", value):
                _check(part, depth - 1)
        case dict():
            for name, part in cast("dict[str, Any]", value).items():
                text(name)
                _check(part, depth - 1)
        case _:
            raise PydanticCustomError(
                "wrong-type", "a number with a point, an exponent or over 18 digits is not exact"
            )


Content = Annotated[dict[str, Any], PlainValidator(_content), WithJsonSchema({"type": "object"})]
"""The content of some event, checked for what holds for all of them."""


class FactCorrected(Event):
    """The fact named `target` should have read `data`; it moves only if `effective_at` is given.

    `data` is the whole new content, validated as an event of the target's type once that is known.
    """

    type: ClassVar[str] = "fact-corrected"
    rank: ClassVar[Rank] = Rank.REPAIR
    subjects: ClassVar[dict[str, str]] = _ANY_SUBJECT

    target: FactName
    data: Content
    effective_at: Instant | None = None
    reason: Text | None = None


class FactVoided(Event):
    """The fact named `target` never was; a void can be voided."""

    type: ClassVar[str] = "fact-voided"
    rank: ClassVar[Rank] = Rank.REPAIR
    subjects: ClassVar[dict[str, str]] = _ANY_SUBJECT

    target: FactName
    reason: Text | None = None
