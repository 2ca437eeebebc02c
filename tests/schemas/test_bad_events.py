"""Every bad message has a code of its own, and is never guessed at."""

import json
import time
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemas import wire
from schemas.events import DECISIONS_TO_COME
from schemas.json_text import MESSAGE_BYTES_MAX
from schemas.recorded import Unrecorded
from schemas.wire import REMEDIES, BadEvent, decode, decode_binary
from tests.schemas.bad_samples import FIELDS
from tests.schemas.samples import (
    AMENDMENT,
    DECISIONS,
    LEAD,
    SIGNING,
    Sample,
    binary,
    changed,
    raw,
    sample,
)


def refusal(message: bytes) -> BadEvent:
    with pytest.raises(BadEvent) as caught:
        decode(message)
    return caught.value


CASES = [
    pytest.param(code, event, path, value, id=f"{code}: {what}")
    for code, cases in FIELDS.items()
    for what, event, path, value in cases
]


@pytest.mark.parametrize(("code", "event", "path", "value"), CASES)
def test_a_bad_field_is_refused_with_the_code_of_the_reason(
    code: str, event: Sample, path: str, value: Any
) -> None:
    message = json.dumps(changed(event, path, value)).encode()
    bad = refusal(message)
    assert bad.code == code
    assert str(bad).endswith(REMEDIES[code])
    str(bad).encode()


TEXTS: dict[str, tuple[str, bytes]] = {
    "nothing": ("not-json", b""),
    "a word": ("not-json", b"hello"),
    "half an object": ("not-json", raw(SIGNING)[:-1]),
    "two objects": ("not-json", raw(SIGNING) * 2),
    "a byte order mark": ("not-json", b"\xef\xbb\xbf" + raw(SIGNING)),
    "UTF-16": ("not-json", raw(SIGNING).decode().encode("utf-16")),
    "half a character as bytes": ("not-json", raw(SIGNING).replace(b"C1", b"\xed\xa0\x80")),
    "NaN": ("not-json", raw(SIGNING).replace(b'"100000.00"', b"NaN")),
    "infinity": ("not-json", raw(SIGNING).replace(b'"100000.00"', b"-Infinity")),
    "a control character": ("not-json", raw(SIGNING).replace(b"C1", b"C\x001")),
    "a list": ("not-an-object", b"[]"),
    "a text": ("not-an-object", b'"deal-signed"'),
    "an exponent": ("amount-is-not-a-string", raw(SIGNING).replace(b'"100000.00"', b"1e999")),
    "an exponent beyond all": (
        "amount-is-not-a-string",
        raw(SIGNING).replace(b'"100000.00"', b"1e" + b"9" * 40),
    ),
    "40 digits": ("amount-is-not-a-string", raw(SIGNING).replace(b'"100000.00"', b"1" * 40)),
    "50,000 digits": (
        "amount-is-not-a-string",
        raw(SIGNING).replace(b'"100000.00"', b"1" * 50_000),
    ),
    "minus zero": ("amount-is-not-a-string", raw(SIGNING).replace(b'"100000.00"', b"-0")),
    "a name twice": ("duplicate-name", raw(SIGNING).replace(b'"id"', b'"id":"4","id"')),
    "a name twice inside": (
        "duplicate-name",
        raw(SIGNING).replace(b'"deal"', b'"deal":"D2","deal"'),
    ),
    "10 MB of nesting": ("too-large", b'{"data":' + b"[" * 10_000_000),
    "1 MB of nesting": ("too-deep", b"[" * (MESSAGE_BYTES_MAX - 1)),
    "1 MB of objects": ("too-deep", b'{"a":' * (MESSAGE_BYTES_MAX // 5 - 1)),
    "more than 1 MiB": ("too-large", b" " * (MESSAGE_BYTES_MAX + 1)),
}


@pytest.mark.parametrize(("code", "message"), TEXTS.values(), ids=TEXTS)
def test_a_bad_text_is_refused_with_the_code_of_the_reason(code: str, message: bytes) -> None:
    assert refusal(message).code == code


@pytest.mark.parametrize("kind", [*DECISIONS, *sorted(DECISIONS_TO_COME)])
def test_a_decision_of_a_crm_is_not_a_fact(kind: str) -> None:
    event = changed(SIGNING, "type", kind) | {"data": DECISIONS.get(kind, {})}
    assert refusal(raw(event)).code == "not-a-fact"


def test_a_tombstone_deletes_nothing() -> None:
    with pytest.raises(BadEvent) as caught:
        decode_binary([], b"deal/D1", None)
    assert caught.value.code == "empty"


@pytest.mark.parametrize("key", [b"deal/D2", b"", b"\xff", b"D1"])
def test_a_key_that_is_not_the_subject_is_refused_in_either_mode(key: bytes) -> None:
    headers, _, value = binary(SIGNING)
    for message in ((headers, value), ([], raw(SIGNING))):
        with pytest.raises(BadEvent) as caught:
            decode_binary(message[0], key, message[1])
        assert caught.value.code == "key-is-not-subject"


def test_a_header_that_stands_twice_is_refused() -> None:
    headers, key, value = binary(SIGNING)
    with pytest.raises(BadEvent) as caught:
        decode_binary([*headers, ("CE_ID", b"6")], key, value)
    assert caught.value.code == "duplicate-name"


@pytest.mark.parametrize("name", ["id", "source", "type", "time", "subject", "specversion"])
def test_a_missing_header_is_never_made_up(name: str) -> None:
    headers, key, value = binary(SIGNING)
    with pytest.raises(BadEvent) as caught:
        decode_binary([header for header in headers if header[0] != f"ce_{name}"], key, value)
    assert caught.value.code == "missing-attribute"


def test_a_refusal_names_the_event_when_it_can_be_told() -> None:
    bad = refusal(raw(changed(SIGNING, "data.deal", ...)))
    assert (bad.source, bad.id) == ("/crm/demo", "5")
    assert str(bad).startswith(
        "Event 5 of /crm/demo cannot be recorded: deal: the field is missing"
    )
    unknown = refusal(raw(changed(SIGNING, "source", ...)))
    assert (unknown.source, unknown.id) == (None, None)


def test_a_refusal_is_short_and_printable_whatever_was_sent() -> None:
    odd = {f"\x1b\ud800{number}" * 50: 1 for number in range(500)}
    bad = refusal(json.dumps(SIGNING | {"data": odd}).encode())
    assert str(bad).isprintable()
    assert len(str(bad)) < 10_000
    bad = refusal(json.dumps(changed(SIGNING, "type", "x" * 100_000)).encode())
    assert len(str(bad)) < 2_000


def test_every_code_is_reached_by_a_message_here_or_named_as_another_kind_of_refusal() -> None:
    elsewhere = {
        "empty",  # a tombstone, above
        "key-is-not-subject",  # of a Kafka record, above
        "not-json",
        "duplicate-name",
        "too-large",
        "bad-rate",  # only of a decision
        "time-ahead",  # said by the intake, which has a clock
    }
    assert set(REMEDIES) - set(FIELDS) <= elsewhere


def decided(read: Any, *arguments: Any) -> Unrecorded | None:
    """What reading gives; any other exception than `BadEvent` is a bug, and so is a long time."""
    began = time.perf_counter()
    try:
        return read(*arguments)  # type: ignore[no-any-return]
    except BadEvent as bad:
        str(bad).encode()
        return None
    finally:
        assert time.perf_counter() - began < 2


@given(st.binary(max_size=500))
def test_any_bytes_are_read_or_refused(message: bytes) -> None:
    decided(decode, message)


JSONS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=10)
    | st.sampled_from(["D1", "deal/D1", "2026-01-20T15:00:00+08:00", "1/3", "100.00", "CNY"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(event=st.sampled_from([SIGNING, AMENDMENT, LEAD]), other=JSONS, where=st.data())
def test_any_value_in_any_place_is_read_or_refused(
    event: Sample, other: Any, where: st.DataObject
) -> None:
    path = where.draw(st.sampled_from([*event, *(f"data.{name}" for name in event["data"])]))
    decided(decode, json.dumps(changed(event, path, other)).encode())


@given(JSONS)
@example({"a": {"b": [{"c": 1.5}]}})
def test_any_correction_is_read_or_refused(content: Any) -> None:
    decided(decode, json.dumps(changed(sample("fact-corrected"), "data.data", content)).encode())


@given(
    st.lists(st.tuples(st.text(max_size=8) | st.just("ce_id"), st.none() | st.binary(max_size=20))),
    st.none() | st.binary(max_size=10),
    st.none() | st.binary(max_size=50),
)
def test_any_kafka_record_is_read_or_refused(
    headers: list[tuple[str, bytes | None]], key: bytes | None, value: bytes | None
) -> None:
    decided(decode_binary, headers, key, value)


ATTRIBUTE = st.sampled_from(
    ["1.0", "a", "evenhand", "/crm", "a\n", "\n", "a\nb", "", "é", "x" * 65]
)


@given(
    st.fixed_dictionaries(
        dict.fromkeys(("specversion", "id", "source", "type", "time", "subject"), ATTRIBUTE),
        optional={
            "dataschema": ATTRIBUTE,
            "partitionkey": st.none(),
            "ours": ATTRIBUTE,
            "Ours!": ATTRIBUTE,
        },
    ),
    st.sampled_from(["id", "time", "none of them"]),
    st.sampled_from([None, 1, ["a"]]),
)
def test_one_look_at_all_attributes_lets_nothing_through_that_a_close_one_refuses(
    attributes: dict[str, Any], name: str, other: Any
) -> None:
    if name in attributes:
        attributes[name] = other
    if wire._in_order(attributes):
        wire._look_closely(attributes)


def test_one_look_is_enough_for_an_ordinary_fact() -> None:
    for event in (SIGNING, AMENDMENT, LEAD):
        assert wire._in_order({name: event[name] for name in event if name != "data"})


def test_a_megabyte_of_unknown_fields_is_refused_in_a_moment() -> None:
    many = {f"f{number}": 0 for number in range(80_000)}
    assert decided(decode, json.dumps(SIGNING | {"data": many}).encode()) is None
