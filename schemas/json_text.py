"""JSON, read strictly and written in one form only.

A name stands once in an object, there is no NaN, and a number with a point or an exponent is never
turned into a float: it becomes an `Inexact`, which no field of ours takes.
"""

import json
from dataclasses import dataclass
from typing import Any, Final, cast

from schemas.bad_events import BadEvent

MESSAGE_BYTES_MAX: Final = 1_048_576
"""A larger message is refused before it is parsed."""

_SPACE = " \t\n\r"
_DIGITS_MAX = 18
"""So many digits are below 2**63."""


@dataclass(frozen=True, slots=True)
class Inexact:
    """A JSON number that may have been a float on its way, or does not fit into 64 bits."""

    text: str


def canonical(content: Any) -> bytes:
    """JSON in one form only: names sorted, no spaces, UTF-8. Raises `UnicodeEncodeError`."""
    return _WRITER.encode(content).encode()


def parse_object(raw: bytes) -> dict[str, Any]:
    """The JSON object that bytes hold, read strictly. Raises `BadEvent`."""
    value = parse_json(raw)
    if not isinstance(value, dict):
        raise BadEvent("not-an-object", "it is JSON, but not an object")
    return cast("dict[str, Any]", value)


def parse_json(raw: bytes) -> Any:
    """The JSON value that bytes hold: no repeated names, no NaN, no float. Raises `BadEvent`."""
    if len(raw) > MESSAGE_BYTES_MAX:
        raise BadEvent("too-large", f"it has {len(raw):,} bytes")
    try:
        return _parsed(raw.decode().strip(_SPACE))
    except RecursionError:
        raise BadEvent("too-deep", "its JSON is nested too deeply") from None
    except UnicodeDecodeError:
        raise BadEvent("not-json", "it is not text in UTF-8") from None
    except json.JSONDecodeError as error:
        where = f" at character {error.pos}"
        raise BadEvent("not-json", f"it is not JSON ({error.msg}{where})") from None


def _parsed(text: str) -> Any:
    value, end = _STRICT.raw_decode(text)
    if end != len(text):
        raise json.JSONDecodeError("Extra data", text, end)
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) < len(pairs):
        raise BadEvent("duplicate-name", "an object in it has the same name twice")
    return names


def _no_constant(name: str) -> Any:
    raise BadEvent("not-json", f"{name} is not JSON")


def _integer(text: str) -> int | Inexact:
    return int(text) if len(text.lstrip("-")) <= _DIGITS_MAX else Inexact(text)


_STRICT = json.JSONDecoder(
    object_pairs_hook=_once,
    parse_float=Inexact,
    parse_int=_integer,
    parse_constant=_no_constant,
)
_WRITER = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False
)
