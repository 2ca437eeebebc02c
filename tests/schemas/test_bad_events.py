"""Every bad message has a code of its own, and is never guessed at."""

import json
import time
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemas.events import DECISIONS_TO_COME
from schemas.json_text import MESSAGE_BYTES_MAX
from schemas.recorded import Unrecorded
from schemas.wire import REMEDIES, BadEvent, decode, decode_binary
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

SPLIT = "data.signed_by"
AMOUNT = "data.value.amount"


def refusal(message: bytes) -> BadEvent:
    with pytest.raises(BadEvent) as caught:
        decode(message)
    return caught.value


def half(share: str, other: str = "1/2") -> list[dict[str, str]]:
    return [{"payee": "sam", "share": share}, {"payee": "mia", "share": other}]


COARSE = [
    {"payee": f"p{number}", "share": share}
    for number, share in enumerate(["1/3027", "1008/3027", "1/3039", "1012/3039", "1/3"])
]
DEEP = json.loads('{"a":' * 200 + "1" + "}" * 200)
FIELDS: dict[str, list[tuple[str, Sample, str, Any]]] = {
    "amount-is-not-a-string": [
        ("an amount as a number", SIGNING, AMOUNT, 100000),
        ("an amount as null", SIGNING, AMOUNT, None),
        ("an amount as a list", SIGNING, AMOUNT, ["1"]),
        ("no amount", SIGNING, AMOUNT, ...),
    ],
    "bad-amount": [
        ("40 digits", SIGNING, AMOUNT, "1" * 40),
        ("an exponent", SIGNING, AMOUNT, "1e999"),
        ("an exponent bomb", SIGNING, AMOUNT, "1e3000000"),
        ("not a number", SIGNING, AMOUNT, "NaN"),
        ("infinity", SIGNING, AMOUNT, "Infinity"),
        ("full-width digits", SIGNING, AMOUNT, "１２"),
        ("Arabic digits", SIGNING, AMOUNT, "٣"),
        ("underscores", SIGNING, AMOUNT, "1_000"),
        ("thousands", SIGNING, AMOUNT, "1,000.00"),
        ("a leading zero", SIGNING, AMOUNT, "01"),
        ("a plus", SIGNING, AMOUNT, "+1"),
        ("a space", SIGNING, AMOUNT, " 1"),
        ("a line end", SIGNING, AMOUNT, "1\n"),
        ("nothing", SIGNING, AMOUNT, ""),
        ("minus zero", SIGNING, AMOUNT, "-0"),
        ("minus zero with digits", SIGNING, AMOUNT, "-0.00"),
        ("10^15 minor units", SIGNING, AMOUNT, "10000000000000.00"),
        ("a signing of nothing", SIGNING, AMOUNT, "0.00"),
        ("a signing below zero", SIGNING, AMOUNT, "-1.00"),
        ("an amendment below zero", AMENDMENT, AMOUNT, "-0.01"),
    ],
    "no-such-unit": [
        ("three digits of the yuan", SIGNING, AMOUNT, "1.001"),
        ("sen of the yen", SIGNING, "data.value", {"amount": "1.0", "currency": "JPY"}),
        (
            "four digits of the dinar",
            SIGNING,
            "data.value",
            {"amount": "1.0000", "currency": "BHD"},
        ),
    ],
    "unknown-currency": [
        ("no such currency", SIGNING, "data.value.currency", "XYZ"),
        ("gold", SIGNING, "data.value.currency", "XAU"),
        ("small letters", SIGNING, "data.value.currency", "cny"),
        ("no currency", SIGNING, "data.value.currency", ...),
    ],
    "bad-share": [
        ("a division by zero", SIGNING, SPLIT, half("1/0")),
        ("a share of nothing", SIGNING, SPLIT, half("0")),
        ("a share below zero", SIGNING, SPLIT, half("-1/2")),
        ("more than all", SIGNING, SPLIT, half("3/2")),
        ("a denominator above a million", SIGNING, SPLIT, half("1/1000001")),
        ("an exponent in a share", SIGNING, SPLIT, half("5e-1")),
        ("a share with a line end", SIGNING, SPLIT, half("0.5\n")),
        ("seven digits after the point", SIGNING, SPLIT, half("0.5000000")),
        ("no common denominator", SIGNING, SPLIT, COARSE),
    ],
    "shares-not-one": [
        ("shares below 1", SIGNING, SPLIT, half("0.4")),
        ("shares above 1", SIGNING, SPLIT, half("0.6")),
        ("thirds as decimals", SIGNING, SPLIT, half("0.33", "0.66")),
    ],
    "payee-twice": [
        ("a signer twice", SIGNING, SPLIT, [{"payee": "sam", "share": "1/2"}] * 2),
        ("a joint signer twice", sample("joint-signing-confirmed"), "data.payees", ["a", "a"]),
    ],
    "bad-id": [
        ("65 characters", SIGNING, "id", "a" * 65),
        ("NUL in an id", SIGNING, "id", "a\0b"),
        ("a deal of 65 characters", SIGNING, "data.deal", "D" * 65),
        ("a deal with NUL", SIGNING, "data.deal", "D\0"),
        ("a deal with a line end", SIGNING, "data.deal", "D1\n"),
        ("an id that is not ASCII", SIGNING, "data.lead", "Аdmin"),
        ("an empty deal", SIGNING, "data.deal", ""),
    ],
    "bad-source": [
        ("a source with a space", SIGNING, "source", "/crm demo"),
        ("a source of 129 characters", SIGNING, "source", "x" * 129),
        ("a source that is not ASCII", SIGNING, "source", "/客户"),
    ],
    "naive-time": [
        ("no offset", SIGNING, "time", "2026-01-20T15:00:00"),
        ("no offset inside", sample("payee-assigned"), "data.from", "2026-01-20T15:00:00"),
    ],
    "bad-time": [
        ("a date alone", SIGNING, "time", "2026-01-20"),
        ("a leap second", SIGNING, "time", "2016-12-31T23:59:60Z"),
        ("the 31st of June", SIGNING, "time", "2026-06-31T00:00:00Z"),
        ("hour 24", SIGNING, "time", "2026-06-30T24:00:00Z"),
        ("an offset of 99 hours", SIGNING, "time", "2026-06-30T00:00:00+99:99"),
        ("a line end", SIGNING, "time", "2026-06-30T00:00:00Z\n"),
        ("full-width digits", SIGNING, "time", "２026-06-30T00:00:00Z"),
        ("seconds since 1970", SIGNING, "time", "1767225600"),
    ],
    "time-out-of-range": [
        ("the year 9999", SIGNING, "time", "9999-01-01T00:00:00Z"),
        ("the last hour of all", SIGNING, "time", "9999-12-31T23:59:59-08:00"),
        ("the year 1970", SIGNING, "time", "1970-01-01T00:00:00Z"),
        ("the first hour of all", SIGNING, "time", "0001-01-01T00:00:00+08:00"),
        ("2100 in UTC", SIGNING, "time", "2099-12-31T23:00:00-08:00"),
    ],
    "missing-attribute": [
        ("no id", SIGNING, "id", ...),
        ("no source", SIGNING, "source", ...),
        ("no time", SIGNING, "time", ...),
        ("no type", SIGNING, "type", ...),
        ("no subject", SIGNING, "subject", ...),
        ("no specversion", SIGNING, "specversion", ...),
        ("an empty id", SIGNING, "id", ""),
        ("an id that is a number", SIGNING, "id", 5),
        ("a time that is a number", SIGNING, "time", 1767225600),
        ("another CloudEvents", SIGNING, "specversion", "0.3"),
    ],
    "missing-field": [
        ("no deal", SIGNING, "data.deal", ...),
        ("a touch of nobody", changed(sample("touch-recorded"), "data.lead", ...), "id", "x"),
        ("a quota of nothing", sample("quota-set"), "data.amount", ...),
        ("an identity of nobody", sample("identity-linked"), "data.customer", ...),
    ],
    "unknown-field": [
        ("a typo", SIGNING, "data.singed_by", []),
        ("a typo inside", SIGNING, "data.signed_by.0.percent", "1"),
        ("a typo in money", SIGNING, "data.value.unit", "minor"),
        ("an odd attribute", SIGNING, "data_base64", "e30="),
        ("a name that nobody can read", SIGNING, "data.\0", 1),
    ],
    "unknown-type": [
        ("a type nobody knows", SIGNING, "type", "deal-singed"),
        ("a type in capitals", SIGNING, "type", "Deal-Signed"),
    ],
    "unknown-schema": [
        ("a version to come", SIGNING, "dataschema", "/schemas/deal-signed/3.json"),
        ("the schema of another", SIGNING, "dataschema", "/schemas/lead-created/1.json"),
        ("no version", SIGNING, "dataschema", "https://example.com/deal"),
        ("a schema that is no text", SIGNING, "dataschema", 2),
    ],
    "subject-mismatch": [
        ("another deal", SIGNING, "subject", "deal/D2"),
        ("a lead", SIGNING, "subject", "lead/L1"),
        ("no prefix", SIGNING, "subject", "D1"),
        ("a repair of a plan", sample("fact-voided"), "subject", "plan/p"),
        ("a repair of nothing", sample("fact-voided"), "subject", "deal/"),
    ],
    "not-a-fact": [
        ("our own name", SIGNING, "source", "evenhand"),
        ("a plan from a CRM", changed(SIGNING, "type", "plan-published"), "subject", "plan/p"),
    ],
    "not-an-object": [
        ("data that is a list", SIGNING, "data", []),
        ("no data", SIGNING, "data", ...),
    ],
    "bad-amendment": [
        ("a cancellation with a value", AMENDMENT, "data.kind", "cancellation"),
        ("an amendment without a value", AMENDMENT, "data.value", ...),
        ("a reduction with signers", AMENDMENT, "data.signed_by", []),
        ("a reduction that corrects", AMENDMENT, "data.corrects", {"source": "/crm", "id": "5"}),
    ],
    "bad-period": [
        ("month 13", sample("quota-set"), "data.period", "2026-13"),
        ("the year 0", sample("quota-set"), "data.period", "0000-01"),
        ("the year 9999", sample("quota-set"), "data.period", "9999-12"),
        ("a day", sample("quota-set"), "data.period", "2026-01-01"),
    ],
    "bad-text": [
        ("NUL in a name", sample("payee-enrolled"), "data.name", "Mia\0"),
        ("half a character", sample("payee-enrolled"), "data.name", "Mia \ud800"),
        ("an escape", sample("payee-enrolled"), "data.name", "\x1b[31mMia"),
        ("a long name", sample("payee-enrolled"), "data.name", "x" * 4001),
        ("NUL in a correction", sample("fact-corrected"), "data.data.note", "\0"),
        ("half a name in a correction", sample("fact-corrected"), "data.data.\udfff", "x"),
    ],
    "wrong-type": [
        ("a deal that is a number", SIGNING, "data.deal", 1),
        ("signers that are a name", SIGNING, SPLIT, "sam"),
        ("money that is a text", SIGNING, "data.value", "100.00 CNY"),
        ("a side nobody has", LEAD, "data.side", "finance"),
        ("a side with half a character", LEAD, "data.side", "\ud800"),
        ("a claim that is a text", SIGNING, "data.self_sourced", "true"),
        ("a term that is true", SIGNING, "data.term_months", True),
        ("a term of no months", SIGNING, "data.term_months", 0),
        ("a number that is not exact", sample("fact-corrected"), "data.data.value.amount", 0.5),
        ("a number beyond 64 bits", sample("fact-corrected"), "data.data.term_months", 10**30),
    ],
    "too-deep": [
        ("a deep correction", sample("fact-corrected"), "data.data", DEEP),
    ],
}
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


def test_a_megabyte_of_unknown_fields_is_refused_in_a_moment() -> None:
    many = {f"f{number}": 0 for number in range(80_000)}
    assert decided(decode, json.dumps(SIGNING | {"data": many}).encode()) is None
