"""Events that are well formed: read, written in one form, read again."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cloudevents.core.bindings.kafka import (
    KafkaMessage,
    from_binary,
    from_structured,
    to_binary,
    to_structured,
)
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.events import EVENTS
from schemas.events.deals import DealSigned
from schemas.recorded import Recorded, Unrecorded
from schemas.upcasts import UPCASTS, upcast
from schemas.wire import (
    BadEvent,
    canonical,
    decode,
    decode_binary,
    event_of,
    fact,
    same_content,
    unrecorded,
)
from tests.schemas.generated import facts
from tests.schemas.samples import (
    DECISIONS,
    LEAD,
    PUBLISHED,
    SIGNING,
    Sample,
    binary,
    changed,
    raw,
    sample,
)

FACTS = [kind for kind, model in EVENTS.items() if model.is_fact]
SPLIT = "data.signed_by"


def recorded(event: Unrecorded) -> Recorded:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    fields = {name: getattr(event, name) for name in Unrecorded.__slots__}
    return Recorded(**fields, position=1, version=1, recorded_at=at, actor="crm", leaf=b"")


def same(one: Sample, other: Sample) -> bool:
    return same_content(recorded(decode(raw(one))), decode(raw(other)))


@pytest.mark.parametrize("event", PUBLISHED, ids=lambda event: f"{event['type']} {event['id']}")
def test_an_event_of_the_public_contract_is_read_as_it_is_printed(event: Sample) -> None:
    read = decode(raw(event))
    assert (read.type, read.stream, read.source, read.id) == (
        event["type"],
        event["subject"],
        event["source"],
        event["id"],
    )
    assert read.effective_at == datetime.fromisoformat(event["time"])
    assert read.schema_version == EVENTS[event["type"]].version
    assert json.loads(read.state) == event["data"]


@pytest.mark.parametrize("kind", FACTS)
def test_binary_mode_says_the_same_as_structured_mode(kind: str) -> None:
    headers, key, value = binary(sample(kind))
    structured = decode(raw(sample(kind)))
    assert decode_binary(headers, key, value) == structured
    assert decode_binary([], key, raw(sample(kind))) == structured
    assert decode_binary([], None, raw(sample(kind))) == structured


@pytest.mark.parametrize("kind", FACTS)
@settings(max_examples=25)
@given(drawn=st.data())
def test_a_fact_written_and_read_again_is_the_same(kind: str, drawn: st.DataObject) -> None:
    read = decode(raw(drawn.draw(facts(kind))))
    event = event_of(read)
    again = unrecorded(
        event,
        stream=read.stream,
        effective_at=read.effective_at,
        source=read.source,
        id=read.id,
    )
    assert again == read
    plain = event.model_dump(mode="json", by_alias=True, exclude_none=True)
    assert read.state == canonical(plain), "the fast writer does not write what pydantic would"
    written = {
        "specversion": "1.0",
        "id": read.id,
        "source": read.source,
        "type": read.type,
        "time": read.effective_at.isoformat(),
        "subject": read.stream,
        "data": json.loads(read.state),
    }
    assert decode(raw(written)) == read


@pytest.mark.parametrize("kind", DECISIONS)
def test_a_decision_written_and_read_again_is_the_same(kind: str) -> None:
    event = EVENTS[kind].model_validate(DECISIONS[kind])
    at = datetime(2026, 1, 1, tzinfo=UTC)
    written = unrecorded(event, effective_at=at, source="evenhand", id="1")
    assert event_of(written) == event
    assert written.state == canonical(
        event.model_dump(mode="json", by_alias=True, exclude_none=True)
    )


def test_there_is_a_sample_of_every_type() -> None:
    assert set(EVENTS) == {sample(kind)["type"] for kind in FACTS} | set(DECISIONS)


@pytest.mark.parametrize(
    ("path", "one", "other"),
    [
        ("time", "2026-01-20T15:00:00+08:00", "2026-01-20T07:00:00Z"),
        ("time", "2026-01-20T15:00:00+08:00", "2026-01-20t02:00:00.000000000-05:00"),
        ("time", "2026-01-20T07:00:00Z", "2026-01-20T07:00:00z"),
        ("data.value.amount", "100000.00", "100000"),
        ("data.value.amount", "0.1", "0.10"),
        (SPLIT, [{"payee": "sam", "share": "1"}], [{"payee": "sam", "share": "1/1"}]),
        (SPLIT, [{"payee": "sam", "share": "1"}], [{"payee": "sam", "share": "1.000"}]),
        (
            SPLIT,
            [{"payee": "sam", "share": "0.50"}, {"payee": "mia", "share": "1/2"}],
            [{"payee": "mia", "share": "2/4"}, {"payee": "sam", "share": "0.5"}],
        ),
        ("data.lead", None, ...),
        ("dataschema", "/schemas/deal-signed/2.json", "urn:crm/deal-signed/2"),
        ("traceparent", "00-1", "00-2"),
    ],
)
def test_the_same_fact_in_other_letters_is_the_same_content(
    path: str, one: Any, other: Any
) -> None:
    given_both = changed(SIGNING, path, None)
    assert same(changed(given_both, path, one), changed(given_both, path, other))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("time", "2026-01-20T15:00:00.000001+08:00"),
        ("data.value.amount", "100000.01"),
        ("data.value.currency", "USD"),
        ("data.lead", ...),
        ("data.note", "twice"),
        ("data.note", ""),
        (SPLIT, []),
    ],
)
def test_another_fact_is_other_content(path: str, value: Any) -> None:
    assert not same(SIGNING, changed(SIGNING, path, value))


def test_finer_digits_than_a_microsecond_are_cut_off() -> None:
    event = changed(SIGNING, "time", "2026-01-20T07:00:00.123456999Z")
    assert decode(raw(event)).effective_at.microsecond == 123456


def test_attributes_that_we_do_not_know_are_let_through() -> None:
    event = SIGNING | {"traceparent": "00-1", "partitionkey": "deal/D1", "crmversion": 7}
    assert decode(raw(event)) == decode(raw(SIGNING))


def test_white_space_around_a_message_is_nothing() -> None:
    assert decode(b" \r\n\t" + raw(SIGNING) + b"\n") == decode(raw(SIGNING))


def test_the_first_shape_of_a_signing_is_read_as_the_present_one() -> None:
    old = changed(changed(SIGNING, SPLIT, ...), "data.signer", "sam")
    old["dataschema"] = "https://example.com/schemas/deal-signed/1.json"
    assert decode(raw(old)) == decode(raw(SIGNING))
    nobody = changed(old, "data.signer", ...)
    assert decode(raw(nobody)) == decode(raw(changed(SIGNING, SPLIT, [])))


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("data.signer", "", "bad-id"),
        ("data.signer", 0, "wrong-type"),
        ("data.signed_by", [], "unknown-field"),
        ("data.singer", "sam", "unknown-field"),
    ],
)
def test_the_first_shape_of_a_signing_is_read_as_strictly(path: str, value: Any, code: str) -> None:
    old = changed(changed(SIGNING, SPLIT, ...), "data.signer", "sam")
    old["dataschema"] = "/deal-signed/1"
    with pytest.raises(BadEvent) as caught:
        decode(raw(changed(old, path, value)))
    assert caught.value.code == code


def test_a_record_of_an_old_version_is_read_as_the_present_one() -> None:
    new = decode(raw(SIGNING))
    data = {name: value for name, value in SIGNING["data"].items() if name != "signed_by"}
    fields = {name: getattr(new, name) for name in Unrecorded.__slots__}
    old = Unrecorded(
        **(fields | {"schema_version": 1, "state": canonical(data | {"signer": "sam"})})
    )
    assert event_of(old) == event_of(new)
    assert same_content(recorded(old), new)


def test_every_old_version_has_a_step_to_the_next() -> None:
    steps = {(kind, v) for kind, model in EVENTS.items() for v in range(1, model.version)}
    assert set(UPCASTS) == steps


def test_an_upcast_changes_nothing_of_what_it_is_given() -> None:
    old = {"deal": "D1", "signer": "sam"}
    new = upcast("deal-signed", 1, old, to=DealSigned.version)
    assert old == {"deal": "D1", "signer": "sam"}
    assert new == {"deal": "D1", "signed_by": [{"payee": "sam", "share": "1"}]}


@pytest.mark.parametrize("kind", FACTS)
def test_the_sdk_of_cloudevents_reads_what_we_take(kind: str) -> None:
    event = sample(kind)
    headers, key, value = binary(event)
    message = KafkaMessage({name: text or b"" for name, text in headers}, key, value)
    structured = KafkaMessage({"content-type": b"application/cloudevents+json"}, key, raw(event))
    read = from_binary(message, JSONFormat()), from_structured(structured, JSONFormat())
    for theirs in read:
        assert theirs.get_id() == event["id"]
        assert theirs.get_source() == event["source"]
        assert theirs.get_type() == event["type"]
        assert theirs.get_subject() == event["subject"]
        assert theirs.get_time() == datetime.fromisoformat(event["time"])
        assert theirs.get_data() == event["data"]


@pytest.mark.parametrize("kind", FACTS)
def test_we_read_what_the_sdk_of_cloudevents_writes(kind: str) -> None:
    event = sample(kind)
    attributes = {name: value for name, value in event.items() if name != "data"}
    attributes |= {
        "time": datetime.fromisoformat(event["time"]),
        "partitionkey": event["subject"],
        "datacontenttype": "application/json",
    }
    theirs = CloudEvent(attributes=attributes, data=event["data"])
    for message in (to_binary(theirs, JSONFormat()), to_structured(theirs, JSONFormat())):
        key = message.key.encode() if isinstance(message.key, str) else message.key
        assert decode_binary(list(message.headers.items()), key, message.value) == decode(
            raw(event)
        )


def test_a_fact_is_read_from_attributes_and_data_alone() -> None:
    attributes = {name: value for name, value in LEAD.items() if name != "data"}
    assert fact(attributes, LEAD["data"]) == decode(raw(LEAD))
