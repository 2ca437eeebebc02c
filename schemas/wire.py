"""What CRMs publish, read strictly: CloudEvents 1.0, structured or in Kafka's binary mode.

Nothing is guessed: no id is made up, no time is assumed, no number becomes a float, no name is
dropped. What cannot be read raises `BadEvent` with the code of the reason, and goes to quarantine.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from schemas.bad_events import REMEDIES, BadEvent
from schemas.events import DECISIONS_TO_COME, EVENTS, OWN_SOURCE, Event
from schemas.events.repair import FactCorrected, FactVoided
from schemas.events.writing import written
from schemas.json_text import MESSAGE_BYTES_MAX, canonical, parse_json, parse_object
from schemas.recorded import Recorded, Unrecorded
from schemas.upcasts import upcast
from schemas.values import ID_PATTERN, Instant

_ATTRIBUTES = ("specversion", "id", "source", "type", "time", "subject")
_KNOWN = frozenset({*_ATTRIBUTES, "datacontenttype", "dataschema", "partitionkey", "traceparent"})
_SAID = itemgetter(*_ATTRIBUTES)
_IN_ORDER = re.compile(r"1\.0\n[A-Za-z0-9._:-]{1,64}\n[!-~]{1,128}(?:\n[^\n]+){3}\Z")
"""The six attributes, one below the other, when there is nothing to say against them."""

_ID = re.compile(ID_PATTERN.replace("$", r"\Z"), re.ASCII)
_SOURCE = re.compile(r"[!-~]{1,128}\Z", re.ASCII)
_SUBJECT = re.compile(r"[a-z]+/[A-Za-z0-9._:-]{1,64}\Z", re.ASCII)
_EXTENSION = re.compile(r"[a-z0-9]{1,20}\Z", re.ASCII)
_SCHEMA = re.compile(r"(?:^|/)([a-z-]+)/([1-9][0-9]{0,3})(?:\.json)?\Z", re.ASCII)
_FACTS = {
    kind: model for kind, model in EVENTS.items() if model.is_fact and kind not in DECISIONS_TO_COME
}
_REPAIRS = frozenset({FactCorrected, FactVoided})
_REPAIRED = frozenset({"lead", "deal", "payee", "customer"})
_INSTANT: Any = Instant.__metadata__[0].func  # type: ignore[attr-defined]


def decode(raw: bytes) -> Unrecorded:
    """The fact in a structured CloudEvent (one JSON object). Raises `BadEvent`."""
    attributes = parse_object(raw)
    data = attributes.pop("data", None)
    return fact(attributes, data)


def decode_binary(
    headers: Sequence[tuple[str, bytes | None]], key: bytes | None, value: bytes | None
) -> Unrecorded:
    """The fact in a Kafka record of either mode: `ce_*` headers, or a structured event as value.

    The key, when there is one, must be the subject. Raises `BadEvent`.
    """
    if value is None:
        raise BadEvent("empty", "it is a tombstone, a message without a value")
    attributes = _header_attributes(headers)
    unrecorded = fact(attributes, parse_json(value)) if attributes else decode(value)
    if key is not None and key != unrecorded.stream.encode():
        raise BadEvent(
            "key-is-not-subject",
            f"its key is not {unrecorded.stream}, its subject",
            source=unrecorded.source,
            id=unrecorded.id,
        )
    return unrecorded


def fact(attributes: Mapping[str, Any], data: Any) -> Unrecorded:
    """The fact that CloudEvents attributes and their data say. Raises `BadEvent`."""
    source, id_ = _key(attributes)
    try:
        return _fact(attributes, data, source, id_)
    except ValidationError as invalid:
        code, reason = _first_reason(invalid.errors(include_url=False, include_input=False))
        raise BadEvent(code, reason, source=source, id=id_) from None
    except PydanticCustomError as invalid:
        raise BadEvent(invalid.type, f"time: {invalid.message()}", source=source, id=id_) from None
    except UnicodeEncodeError:
        reason = "its text has half a character (a lone surrogate)"
        raise BadEvent("bad-text", reason, source=source, id=id_) from None


def _fact(attributes: Mapping[str, Any], data: Any, source: str, id_: str) -> Unrecorded:
    kind = attributes["type"]
    model = _FACTS.get(kind)
    if model is None:
        raise _no_fact(kind, source, id_)
    effective_at: datetime = _INSTANT(attributes["time"])
    if not isinstance(data, dict):
        raise BadEvent("not-an-object", "its data is not an object", source=source, id=id_)
    if "dataschema" in attributes:
        version = _version(attributes["dataschema"], model, source, id_)
        if version < model.version:
            data = upcast(kind, version, cast("dict[str, Any]", data), to=model.version)
    event = model.__pydantic_validator__.validate_python(data)
    subject = attributes["subject"]
    stream = _repaired_stream(subject) if model in _REPAIRS else event.stream()
    if stream != subject:
        reason = f"its subject is {subject!r}, its data is about {stream or 'nothing known'}"
        raise BadEvent("subject-mismatch", reason, source=source, id=id_)
    return unrecorded(event, stream=stream, effective_at=effective_at, source=source, id=id_)


def _no_fact(kind: str, source: str, id_: str) -> BadEvent:
    if kind in EVENTS or kind in DECISIONS_TO_COME:
        return BadEvent("not-a-fact", f"{kind} is a decision", source=source, id=id_)
    return BadEvent("unknown-type", f"{kind} is not an event type", source=source, id=id_)


def unrecorded(
    event: Event,
    *,
    effective_at: datetime,
    source: str,
    id: str,  # noqa: A002 - it is called so on the wire
    stream: str | None = None,
) -> Unrecorded:
    """An event with its key and time, its content in canonical bytes, ready for the log."""
    return Unrecorded(
        stream=event.stream() if stream is None else stream,
        type=event.type,
        schema_version=event.version,
        effective_at=effective_at,
        source=source,
        id=id,
        state=written(event),
    )


def event_of(record: Recorded | Unrecorded) -> Event:
    """The content of a record in its present shape, whatever version it was written with."""
    return event_said(record.type, record.schema_version, record.state)


def event_said(kind: str, schema_version: int, state: bytes) -> Event:
    """An event of a type from its content as it was written in a version."""
    return EVENTS[kind].model_validate(_said(kind, schema_version, state))


def same_content(recorded: Recorded, again: Unrecorded) -> bool:
    """Whether a delivery repeats a record: the same fact after canonical decoding."""
    if (recorded.type, recorded.stream, recorded.effective_at) != (
        again.type,
        again.stream,
        again.effective_at,
    ):
        return False
    return recorded.state == again.state or _content(recorded) == _content(again)


def _content(record: Recorded | Unrecorded) -> dict[str, Any]:
    return _said(record.type, record.schema_version, record.state)


def _said(kind: str, schema_version: int, state: bytes) -> dict[str, Any]:
    content = cast("dict[str, Any]", json.loads(state))
    return upcast(kind, schema_version, content, to=EVENTS[kind].version)


def _key(attributes: Mapping[str, Any]) -> tuple[str, str]:
    """The key of a fact whose attributes have nothing against them. Raises `BadEvent`."""
    if not _in_order(attributes):
        _look_closely(attributes)
    return attributes["source"], attributes["id"]


def _in_order(attributes: Mapping[str, Any]) -> bool:
    """Whether one look at all attributes finds them good; if not, some may still be."""
    if len(attributes) != len(_ATTRIBUTES) and not attributes.keys() <= _KNOWN:
        return False
    try:
        said = "\n".join(_SAID(attributes))
    except (KeyError, TypeError):
        return False
    return _IN_ORDER.match(said) is not None and attributes["source"] != OWN_SOURCE


def _look_closely(attributes: Mapping[str, Any]) -> None:
    """Raise the `BadEvent` of the first attribute that is not as it must be, if there is one."""
    for name in _ATTRIBUTES:
        value = attributes.get(name)
        if not isinstance(value, str) or not value:
            raise BadEvent("missing-attribute", f"it has no {name}, or {name} is not a text")
    if attributes["specversion"] != "1.0":
        raise BadEvent("missing-attribute", "its specversion is not 1.0")
    source, id_ = attributes["source"], attributes["id"]
    if not _ID.match(id_):
        raise BadEvent("bad-id", "its id has other characters than allowed, or too many")
    if not _SOURCE.match(source):
        raise BadEvent("bad-source", "its source is not printable ASCII, or too long")
    if source == OWN_SOURCE:
        reason = "its source is Evenhand's own name"
        raise BadEvent("not-a-fact", reason, source=source, id=id_)
    if not attributes.keys() <= _KNOWN and not all(map(_EXTENSION.match, attributes)):
        reason = "it has an attribute whose name is not of the letters a-z and digits"
        raise BadEvent("unknown-field", reason, source=source, id=id_)


def _version(dataschema: Any, model: type[Event], source: str, id_: str) -> int:
    """The version of the content: named `.../<type>/<version>` by dataschema, else the present."""
    if dataschema is None:
        return model.version
    match = _SCHEMA.search(dataschema) if isinstance(dataschema, str) else None
    if match and match[1] == model.type and int(match[2]) <= model.version:
        return int(match[2])
    reason = f"its dataschema names no known version of {model.type}"
    raise BadEvent("unknown-schema", reason, source=source, id=id_)


def _repaired_stream(subject: str) -> str:
    named = bool(_SUBJECT.match(subject)) and subject.partition("/")[0] in _REPAIRED
    return subject if named else ""


def _header_attributes(headers: Sequence[tuple[str, bytes | None]]) -> dict[str, Any]:
    attributes: dict[str, Any] = {}
    for name, value in headers:
        lower = name.lower()
        if not lower.startswith("ce_"):
            continue
        if lower[3:] in attributes:
            raise BadEvent("duplicate-name", f"it has the header {lower} twice")
        attributes[lower[3:]] = (value or b"").decode("utf-8", "replace")
    return attributes


_CODES = {"missing": "missing-field", "extra_forbidden": "unknown-field"}


def _first_reason(errors: Sequence[ErrorDetails]) -> tuple[str, str]:
    """The code of the first error, and all errors as text, each with its place."""
    kinds = [_CODES.get(error["type"], error["type"]) for error in errors]
    code = kinds[0] if kinds[0] in REMEDIES else "wrong-type"
    places = (".".join(str(part) for part in error["loc"]) for error in errors)
    reasons = (
        f"{place or 'data'}: {_plain(error)}" for place, error in zip(places, errors, strict=True)
    )
    return code, "; ".join(reasons)


def _plain(error: ErrorDetails) -> str:
    match error["type"]:
        case "missing":
            return "the field is missing"
        case "extra_forbidden":
            return "there is no such field"
        case _:
            return error["msg"]


__all__ = [
    "MESSAGE_BYTES_MAX",
    "REMEDIES",
    "BadEvent",
    "canonical",
    "decode",
    "decode_binary",
    "event_of",
    "fact",
    "parse_json",
    "parse_object",
    "same_content",
    "unrecorded",
]
