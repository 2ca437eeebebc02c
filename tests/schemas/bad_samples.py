"""Bad events: a sample, the place that is changed, and what stands there instead, by code."""

import json
from typing import Any

from tests.schemas.samples import AMENDMENT, LEAD, SIGNING, Sample, changed, sample

SPLIT = "data.signed_by"
AMOUNT = "data.value.amount"


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
"""Code to (what it is, event, place, value); ... takes the field out."""
