"""The published documents: made from the models, compatible, and true of what is read."""

import json
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from referencing import Registry, Resource

from schemas.events import EVENTS
from schemas.events.decisions import Decision
from schemas.publish import TOPIC, Document, documents, event_schema, text_of
from schemas.upcasts import UPCASTS
from tests.conftest import Golden
from tests.schemas.bad_samples import FIELDS
from tests.schemas.compatibility import breaks
from tests.schemas.samples import (
    DECISIONS,
    PUBLISHED,
    SIGNING,
    Sample,
    changed,
    sample,
)

FOLDER = Path(str(files("schemas"))) / "json"
KEPT = {
    "deal-signed/1.json": "3b186f236f75edc2e5f695404b43fbbcf04d95f817fe3cda24de866a94921e07",
}
"""Schemas of versions that are no longer written, with the SHA-256 that they keep for ever."""
NOT_OF_ONE_EVENT = {"asyncapi.json", "cloudevent.json", "plan.json", "policy.json"}
FACTS = [kind for kind, model in EVENTS.items() if model.is_fact]

BEYOND = {
    "bad-text",  # control characters, half characters
    "payee-twice",
    "shares-not-one",
    "subject-mismatch",
    "unknown-schema",
    "too-deep",
    "bad-time",  # dates that do not exist
    "time-out-of-range",
    "bad-period",
    "bad-share",
    "wrong-type",
    "bad-id",
}
"""Reasons that JSON Schema cannot tell in every case; the wire can."""


def committed(path: str) -> Document:
    content: Document = json.loads((FOLDER / path).read_text(encoding="utf-8"))
    return content


def published_envelope() -> Draft202012Validator:
    resources = [
        (str(path.relative_to(FOLDER)), Resource.from_contents(json.loads(path.read_text())))
        for path in FOLDER.rglob("*.json")
        if path.name != "asyncapi.json"
    ]
    registry: Registry[Any] = Registry().with_resources(resources)
    return Draft202012Validator(committed("cloudevent.json"), registry=registry)


ENVELOPE = published_envelope()


@pytest.mark.parametrize("path", documents())
def test_a_published_document_is_the_one_that_the_models_make(path: str, golden: Golden) -> None:
    document = documents()[path]
    if (FOLDER / path).is_file() and path not in NOT_OF_ONE_EVENT:
        why = breaks(committed(path), document)
        assert not why, (
            f"{path} would break what was sent: {why}. Make a new version and an upcast."
        )
    golden(FOLDER / path, text_of(document))


def test_nothing_else_is_published() -> None:
    found = {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.is_file()}
    assert found == {*documents(), *KEPT}


@pytest.mark.parametrize(("path", "digest"), KEPT.items(), ids=KEPT)
def test_the_schema_of_an_old_version_never_changes(path: str, digest: str) -> None:
    assert sha256((FOLDER / path).read_bytes()).hexdigest() == digest


@pytest.mark.parametrize("kind", EVENTS)
def test_every_version_of_a_type_is_published(kind: str) -> None:
    for version in range(1, EVENTS[kind].version + 1):
        schema = committed(f"{kind}/{version}.json")
        Draft202012Validator.check_schema(schema)
        assert schema["title"] == f"{kind}, version {version}"
        assert schema["additionalProperties"] is False


@pytest.mark.parametrize("kind", EVENTS)
def test_a_new_version_only_adds_optional_fields_or_comes_with_an_upcast(kind: str) -> None:
    for version in range(1, EVENTS[kind].version):
        old, new = committed(f"{kind}/{version}.json"), committed(f"{kind}/{version + 1}.json")
        assert not breaks(old, new) or (kind, version) in UPCASTS


def test_adding_an_optional_field_breaks_nothing() -> None:
    old = event_schema(EVENTS["lead-created"])
    new = json.loads(json.dumps(old))
    new["properties"]["score"] = {"type": "integer"}
    assert breaks(old, new) == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda new: new["properties"].pop("side"), "side is gone"),
        (lambda new: new["required"].append("side"), "side is required"),
        (lambda new: new["properties"].update(lead={"type": "integer"}), "lead is read otherwise"),
        (lambda new: new["properties"]["lead"].update(pattern="^L"), "lead is read otherwise"),
        (lambda new: new["properties"]["by"]["anyOf"].pop(0), "by is read otherwise"),
        (
            lambda new: new.update(anyOf=[{"required": ["by"]}]),
            "the conditions under anyOf changed",
        ),
    ],
)
def test_what_breaks_a_sender_is_named(change: Any, reason: str) -> None:
    old = event_schema(EVENTS["lead-created"])
    new = json.loads(json.dumps(old))
    change(new)
    assert breaks(old, new) == [reason]


@pytest.mark.parametrize("event", PUBLISHED, ids=lambda event: f"{event['type']} {event['id']}")
def test_an_event_of_the_public_contract_is_valid(event: Sample) -> None:
    ENVELOPE.validate(event)


@pytest.mark.parametrize("kind", FACTS)
def test_a_fact_of_every_type_is_valid(kind: str) -> None:
    ENVELOPE.validate(sample(kind))
    Draft202012Validator(committed(f"{kind}/{EVENTS[kind].version}.json")).validate(
        sample(kind)["data"]
    )


@pytest.mark.parametrize("kind", DECISIONS)
def test_a_decision_is_valid_and_is_no_fact(kind: str) -> None:
    Draft202012Validator(committed(f"{kind}/1.json")).validate(DECISIONS[kind])
    assert issubclass(EVENTS[kind], Decision)
    assert not ENVELOPE.is_valid(changed(SIGNING, "type", kind) | {"data": DECISIONS[kind]})


def test_the_first_shape_of_a_signing_is_valid_under_its_own_version_only() -> None:
    old = changed(changed(SIGNING, "data.signed_by", ...), "data.signer", "sam")
    assert not ENVELOPE.is_valid(old)
    ENVELOPE.validate(old | {"dataschema": "https://example.com/deal-signed/1.json"})
    assert not ENVELOPE.is_valid(old | {"dataschema": "https://example.com/deal-signed/2.json"})


BAD = [
    pytest.param(event, path, value, id=f"{code}: {what}")
    for code, cases in FIELDS.items()
    if code not in BEYOND
    for what, event, path, value in cases
    if not str(value).endswith("\n")  # Python's $ stands before it, that of JSON Schema does not
]


@pytest.mark.parametrize(("event", "path", "value"), BAD)
def test_a_bad_event_is_not_valid(event: Sample, path: str, value: Any) -> None:
    assert not ENVELOPE.is_valid(changed(event, path, value))


def test_money_of_each_number_of_digits_is_told_apart() -> None:
    schema = Draft202012Validator(committed("payment-received/1.json"))

    def valid(amount: str, currency: str) -> bool:
        money = {"amount": amount, "currency": currency}
        return bool(schema.is_valid({"deal": "D1", "amount": money}))

    assert valid("1.00", "CNY")
    assert valid("1", "JPY")
    assert valid("1.000", "BHD")
    assert valid("-1.0000", "CLF")
    assert valid("9999999999999.99", "CNY")
    assert not valid("10000000000000.00", "CNY")
    assert not valid("1.0", "JPY")
    assert not valid("1.000", "CNY")
    assert not valid("-0.00", "CNY")
    assert not valid("1.00", "XAU")


def test_the_asyncapi_document_is_whole() -> None:
    document = committed("asyncapi.json")
    assert document["asyncapi"] == "3.0.0"
    assert document["channels"]["facts"]["address"] == TOPIC
    assert set(document["channels"]["facts"]["messages"]) == set(FACTS)
    for reference in references(document):
        at: Any = document
        for step in reference.removeprefix("#/").split("/"):
            at = at[step]
    for kind in FACTS:
        message = document["components"]["messages"][kind]
        named = {"ce_id", "ce_source", "ce_type", "ce_time", "ce_subject", "ce_specversion"}
        assert set(message["headers"]["required"]) == named


def references(part: Any) -> list[str]:
    if isinstance(part, list):
        return [reference for value in part for reference in references(value)]
    if not isinstance(part, dict):
        return []
    here = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
    return here + [reference for value in part.values() for reference in references(value)]
