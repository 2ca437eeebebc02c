"""The public contract as documents: JSON Schemas, the CloudEvents envelope, AsyncAPI.

They are made from the models and kept under `schemas/json/`, where a test compares the two. The
schema of a version that is no longer written stays there as it was. What JSON Schema cannot say is
checked by `schemas.wire` alone: shares that sum to 1, a subject that agrees with the data, dates
that exist, the length of a message.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final, cast

from pydantic import BaseModel

from schemas.conditions import CONDITIONS, MONEY
from schemas.events import EVENTS, Event
from schemas.plans import Plan
from schemas.policies import Policy
from schemas.values import ID_PATTERN, INSTANT_PATTERN, Amount

Document = dict[str, Any]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
TOPIC: Final = "evenhand.crm.events.v1"
SOURCE_PATTERN: Final = r"^[!-~]{1,128}$"
EXTENSION_PATTERN: Final = r"^[a-z0-9]{1,20}$"
_BINDING = "0.5.0"
_MONEY_SCHEMA: Document = Amount.__metadata__[2].json_schema  # type: ignore[attr-defined]


def documents() -> dict[str, Document]:
    """Every document of the present version, by its path under `schemas/json/`."""
    events = {
        f"{model.type}/{model.version}.json": event_schema(model) for model in EVENTS.values()
    }
    return {
        **events,
        "cloudevent.json": envelope_schema(),
        "plan.json": plan_schema(),
        "policy.json": policy_schema(),
        "asyncapi.json": asyncapi(),
    }


def text_of(document: Document) -> str:
    """A document as its file holds it."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def event_schema(model: type[Event]) -> Document:
    """The JSON Schema of the data of an event type, in its present version."""
    schema = _schema_of(model) | CONDITIONS.get(model.type, {})
    title = f"{model.type}, version {model.version}"
    return {"$schema": DIALECT, "title": title, **schema}


def plan_schema() -> Document:
    """The JSON Schema of a plan."""
    return {"$schema": DIALECT, "title": "A version of a plan", **_schema_of(Plan)}


def policy_schema() -> Document:
    """The JSON Schema of an attribution policy."""
    return {"$schema": DIALECT, "title": "A version of an attribution policy", **_schema_of(Policy)}


def envelope_schema() -> Document:
    """The JSON Schema of a fact as a CloudEvent in structured mode, with its data."""
    return {
        "$schema": DIALECT,
        "title": "A fact for Evenhand, as a CloudEvent in structured mode",
        "type": "object",
        "properties": {
            **_attributes(),
            "type": {"enum": [model.type for model in _facts()]},
            "subject": {"type": "string", "pattern": _subject_pattern(*_facts())},
            "data": {"type": "object"},
        },
        "required": ["specversion", "id", "source", "type", "time", "subject", "data"],
        "propertyNames": {"pattern": EXTENSION_PATTERN},
        "allOf": [
            condition for model in _facts() for condition in (_subject_of(model), *_data_of(model))
        ],
    }


def asyncapi() -> Document:
    """The AsyncAPI 3.0.0 document of the channel on which CRMs publish facts."""
    schemas: Document = {}
    for model in _facts():
        schemas |= _bundled(model)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Evenhand",
            "version": "1.0.0",
            "description": "Facts that CRMs publish, from which commissions follow.",
        },
        "defaultContentType": "application/json",
        "channels": {"facts": _channel()},
        "operations": {"recordFacts": _operation()},
        "components": {
            "messages": {model.type: _message(model) for model in _facts()},
            "schemas": schemas,
        },
    }


def _channel() -> Document:
    names = [model.type for model in _facts()]
    return {
        "address": TOPIC,
        "title": "Facts from CRMs",
        "description": "CloudEvents 1.0 in Kafka's binary mode; structured mode is read as well. "
        "The key of a message is the subject of its event.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {"kafka": {"topic": TOPIC, "bindingVersion": _BINDING}},
    }


def _operation() -> Document:
    group = {"type": "string", "enum": ["evenhand"]}
    return {
        "action": "receive",
        "channel": {"$ref": "#/channels/facts"},
        "summary": "Facts are recorded once each, by source and id; what cannot be read is kept in "
        "quarantine with the reason.",
        "messages": [{"$ref": f"#/channels/facts/messages/{model.type}"} for model in _facts()],
        "bindings": {"kafka": {"groupId": group, "bindingVersion": _BINDING}},
    }


def meaning(model: type[BaseModel]) -> str:
    """What a model says it is, in one paragraph."""
    return " ".join((model.__doc__ or "").split())


def _facts() -> Iterator[type[Event]]:
    return (model for model in EVENTS.values() if model.is_fact)


def _attributes() -> Document:
    """Attributes of a CloudEvent that are the same for every type."""
    return {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "pattern": ID_PATTERN},
        "source": {"type": "string", "pattern": SOURCE_PATTERN, "not": {"const": "evenhand"}},
        "time": {"type": "string", "format": "date-time", "pattern": INSTANT_PATTERN},
        "dataschema": {"type": "string"},
        "datacontenttype": {"type": "string"},
    }


def _subject_pattern(*models: type[Event]) -> str:
    prefixes = dict.fromkeys(prefix for model in models for prefix in model.subjects)
    return f"^({'|'.join(prefixes)})/{ID_PATTERN.removeprefix('^')}"


def _subject_of(model: type[Event]) -> Document:
    return {
        "if": {"properties": {"type": {"const": model.type}}},
        "then": {"properties": {"subject": {"pattern": _subject_pattern(model)}}},
    }


def _data_of(model: type[Event]) -> Iterator[Document]:
    """Conditions that pick the schema of the data by the version that `dataschema` names."""
    of_type: Document = {"type": {"const": model.type}}
    for version in range(1, model.version + 1):
        named: Document = {"dataschema": {"pattern": f"(^|/){model.type}/{version}(\\.json)?$"}}
        is_version: Document = {"properties": {**of_type, **named}}
        if version < model.version:  # only the present version may go unnamed
            is_version["required"] = ["dataschema"]
        then: Document = {"properties": {"data": {"$ref": f"{model.type}/{version}.json"}}}
        yield {"if": is_version, "then": then}


def _message(model: type[Event]) -> Document:
    names = {name: attribute for name, attribute in _attributes().items() if name[:4] != "data"}
    headers: Document = {f"ce_{name}": attribute for name, attribute in names.items()}
    headers["ce_type"] = {"const": model.type}
    headers["ce_subject"] = {"type": "string", "pattern": _subject_pattern(model)}
    return {
        "name": model.type,
        "title": model.type,
        "summary": meaning(model),
        "contentType": "application/json",
        "headers": {
            "type": "object",
            "properties": {
                **headers,
                "ce_dataschema": {"type": "string"},
                "content-type": {"type": "string"},
            },
            "required": list(headers),
        },
        "payload": {"$ref": f"#/components/schemas/{model.type}"},
        "bindings": {
            "kafka": {
                "key": {"type": "string", "pattern": _subject_pattern(model)},
                "bindingVersion": _BINDING,
            }
        },
    }


def _bundled(model: type[Event]) -> Document:
    """The schema of an event and what it refers to, as components of an AsyncAPI document."""
    schema = _schema_of(model) | CONDITIONS.get(model.type, {})
    parts = {model.type: schema, **schema.pop("$defs", {})}
    moved = json.dumps(parts).replace("#/$defs/", "#/components/schemas/")
    return cast("Document", json.loads(moved))


def _schema_of(model: type[BaseModel]) -> Document:
    """The schema of a model, with money in one place and without titles made of names."""
    schema = model.model_json_schema(by_alias=True)
    schema.pop("title", None)
    schema["description"] = meaning(model)
    definitions = schema.pop("$defs", {})
    schema = cast("Document", _plain(schema))
    parts = {name: _plain(part) for name, part in definitions.items()}
    if "#/$defs/Money" in json.dumps([schema, parts]):
        parts["Money"] = MONEY
    return {**schema, "$defs": parts} if parts else schema


def _plain(part: Any) -> Any:
    if isinstance(part, list):
        return [_plain(value) for value in cast("Iterable[Any]", part)]
    if not isinstance(part, dict):
        return part
    schema = cast("Document", part)
    kept = {name: value for name, value in schema.items() if not _is_noise(name, value)}
    if kept == _MONEY_SCHEMA:
        return {"$ref": "#/$defs/Money"}
    return {name: _plain(value) for name, value in kept.items()}


def _is_noise(name: str, value: Any) -> bool:
    """A title is the name of its field again; a default of null says that the field is optional."""
    return (name == "title" and isinstance(value, str)) or (name == "default" and value is None)
