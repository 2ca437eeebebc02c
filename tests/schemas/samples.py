"""Events as senders write them: those of the public contract, and one of every type beside."""

import copy
import json
from typing import Any

Sample = dict[str, Any]

_PUBLISHED = """\
{"specversion":"1.0","id":"1","source":"/crm/demo","type":"payee-enrolled","time":"2026-01-01T00:00:00+08:00","subject":"payee/mia","data":{"payee":"mia","name":"Mia 王","role":"marketing","team":"north","manager":"lee"}}
{"specversion":"1.0","id":"1b","source":"/crm/demo","type":"payee-enrolled","time":"2026-01-01T00:00:00+08:00","subject":"payee/sam","data":{"payee":"sam","name":"Sam 李","role":"sales","team":"north","manager":"lee"}}
{"specversion":"1.0","id":"2","source":"/crm/demo","type":"lead-created","time":"2026-01-05T09:00:00+08:00","subject":"lead/L1","data":{"lead":"L1","customer":"C1","by":"mia","side":"marketing","channel":"wechat","campaign":"spring"}}
{"specversion":"1.0","id":"3","source":"/crm/demo","type":"lead-qualified","time":"2026-01-09T10:00:00+08:00","subject":"lead/L1","data":{"lead":"L1","by":"sam","criteria":"bant-1"}}
{"specversion":"1.0","id":"4","source":"/crm/demo","type":"touch-recorded","time":"2026-01-12T10:00:00+08:00","subject":"lead/L1","data":{"lead":"L1","kind":"visit","side":"sales","by":"sam"}}
{"specversion":"1.0","id":"5","source":"/crm/demo","type":"deal-signed","time":"2026-01-20T15:00:00+08:00","subject":"deal/D1","data":{"deal":"D1","customer":"C1","lead":"L1","signed_by":[{"payee":"sam","share":"1"}],"value":{"amount":"100000.00","currency":"CNY"}}}
{"specversion":"1.0","id":"6","source":"/crm/demo","type":"contract-amended","time":"2026-02-10T11:00:00+08:00","subject":"deal/D1","data":{"deal":"D1","kind":"reduction","value":{"amount":"80000.00","currency":"CNY"}}}
{"specversion":"1.0","id":"7","source":"/crm/demo","type":"joint-signing-confirmed","time":"2026-01-20T15:05:00+08:00","subject":"deal/D1","data":{"deal":"D1","payees":["mia","sam"]}}
"""  # noqa: E501 - as the contract prints them

PUBLISHED: list[Sample] = [json.loads(line) for line in _PUBLISHED.splitlines()]
SIGNING = next(sample for sample in PUBLISHED if sample["type"] == "deal-signed")
AMENDMENT = next(sample for sample in PUBLISHED if sample["type"] == "contract-amended")
LEAD = next(sample for sample in PUBLISHED if sample["type"] == "lead-created")

_CNY = {"amount": "500.00", "currency": "CNY"}
_REST: dict[str, tuple[str, Sample]] = {
    "lead-disqualified": ("lead/L1", {"lead": "L1", "by": "sam", "reason": "no budget"}),
    "lead-assigned": ("lead/L1", {"lead": "L1", "to": "sam", "by": "lee"}),
    "lead-recycled": ("lead/L1", {"lead": "L1", "by": "mia", "reason": "asked again"}),
    "payment-received": ("deal/D1", {"deal": "D1", "amount": _CNY, "reference": "INV-1"}),
    "refund-issued": ("deal/D1", {"deal": "D1", "amount": _CNY, "reference": "CN-1"}),
    "milestone-reached": ("deal/D1", {"deal": "D1", "milestone": "go-live"}),
    "referral-made": ("deal/D1", {"deal": "D1", "by": "mia", "to": "sam"}),
    "participation-declared": ("deal/D1", {"deal": "D1", "payee": "ann", "part": "demo"}),
    "payee-assigned": (
        "payee/mia",
        {"payee": "mia", "role": "lead", "from": "2026-01-01T00:00:00Z"},
    ),
    "payee-left": ("payee/mia", {"payee": "mia", "reason": "moved away"}),
    "quota-set": (
        "payee/mia",
        {"payee": "mia", "measure": "revenue", "period": "2026-01", "amount": _CNY},
    ),
    "metric-reported": (
        "payee/mia",
        {"payee": "mia", "metric": "training", "period": "2026-01", "value": "9/10"},
    ),
    "plan-accepted": (
        "payee/mia",
        {"payee": "mia", "plan": "p", "plan_version": 1, "digest": "4d" * 32, "language": "zh"},
    ),
    "statement-acknowledged": ("payee/mia", {"payee": "mia", "period": "2026-01", "issue": 1}),
    "customer-registered": (
        "customer/C1",
        {
            "customer": "C1",
            "name": "Acme Ltd",
            "customer_type": "key",
            "keys": {"domain": "acme.example", "tax-number": "91310000X"},
        },
    ),
    "identity-linked": ("customer/C1", {"customer": "C1", "other": "C2", "kind": "same"}),
    "identity-unlinked": ("payee/mia", {"payee": "mia", "other": "mia.w", "kind": "same"}),
    "fact-corrected": (
        "deal/D1",
        {
            "target": {"source": "/crm/demo", "id": "6"},
            "data": {"deal": "D1", "kind": "reduction", "value": _CNY},
            "effective_at": "2026-02-11T03:00:00Z",
        },
    ),
    "fact-voided": (
        "deal/D1",
        {"target": {"source": "/crm/demo", "id": "7"}, "reason": "it was another deal"},
    ),
}

DECISIONS: dict[str, Sample] = {
    "plan-published": {"plan": "p", "plan_version": 1, "document": {"plan": "p"}, "by": "fin"},
    "plan-assigned": {"payee": "mia", "plan": "p", "from": "2026-01-01T00:00:00Z", "by": "fin"},
    "rate-of-exchange-published": {"base": "USD", "quote": "CNY", "rate": "71/10", "by": "fin"},
    "attribution-policy-published": {
        "policy": "source-of-deal",
        "policy_version": 2,
        "document": {"policy": "source-of-deal"},
        "by": "fin",
        "approved_by": "cfo",
    },
    "weights-trained": {
        "name": "channels",
        "position": 9,
        "matured_by": "2026-01-01T00:00:00Z",
        "training": {"model": "shapley"},
        "cohort": "1a" * 32,
        "journeys": 400,
        "conversions": 90,
        "weights": {"*": {"ads": 4000, "visit": 6000}},
        "digest": "2b" * 32,
        "by": "fin",
    },
    "weights-approved": {"name": "channels", "digest": "2b" * 32, "by": "cfo"},
    "weights-activated": {
        "name": "channels",
        "digest": "2b" * 32,
        "from": "2026-02-01T00:00:00Z",
        "by": "fin",
    },
    "dispute-raised": {
        "dispute": "X1",
        "payee": "mia",
        "deal": "D1",
        "component": "marketing-commission",
        "reason_code": "missing-line",
        "proposed": {"shares": {"marketing": "1"}},
        "positions": [3],
        "by": "mia",
    },
    "evidence-added": {
        "dispute": "X1",
        "positions": [4],
        "files": [{"name": "mail.pdf", "digest": "3c" * 32}],
        "by": "mia",
    },
    "dispute-settled": {
        "dispute": "X1",
        "deal": "D1",
        "outcome": "upheld",
        "ruling": {"shares": {"marketing": "1/2", "self": "1/2"}},
        "reason": "both found the customer",
        "by": "ann",
        "approved_by": "lee",
    },
    "dispute-appealed": {"dispute": "X1", "reason": "sam had called before", "by": "sam"},
    "dispute-withdrawn": {"dispute": "X1", "by": "mia"},
    "credit-overridden": {
        "deal": "D1",
        "ruling": {"claims": [{"counts": False, "lead": "L1"}]},
        "reason": "the lead was invented",
        "by": "ann",
        "approved_by": "lee",
    },
    "override-revoked": {
        "deal": "D1",
        "override": {"source": "evenhand", "id": "override-D1-1"},
        "by": "ann",
        "approved_by": "lee",
    },
    "period-closed": {
        "period": "2026-01",
        "issue": 1,
        "position": 9,
        "digest": "0" * 64,
        "semantics": 1,
        "by": "fin",
    },
    "period-reopened": {"period": "2026-01", "issue": 1, "by": "fin", "approved_by": "cfo"},
    "segment-sealed": {
        "first": 1,
        "last": 1_000_000,
        "facts": 999_000,
        "digest": "5e" * 32,
        "root": "6f" * 32,
        "layout": 1,
        "by": "ops",
    },
}
"""The content of each decision."""


def sample(kind: str) -> Sample:
    """A fact of a type, as a CRM would send it."""
    for published in PUBLISHED:
        if published["type"] == kind:
            return copy.deepcopy(published)
    subject, data = _REST[kind]
    return {
        "specversion": "1.0",
        "id": f"a-{kind}",
        "source": "/crm/demo",
        "type": kind,
        "time": "2026-02-20T09:00:00+08:00",
        "subject": subject,
        "data": copy.deepcopy(data),
    }


def changed(event: Sample, path: str, value: Any) -> Sample:
    """A sample with another value at a dotted path; ... takes the field out."""
    copied = copy.deepcopy(event)
    at: Any = copied
    *way, last = path.split(".")
    for step in way:
        at = at[int(step)] if isinstance(at, list) else at[step]
    if value is ...:
        del at[last]
    else:
        at[last] = value
    return copied


def raw(event: Sample) -> bytes:
    """A sample as the bytes of a message."""
    return json.dumps(event, ensure_ascii=False).encode("utf-8", "surrogatepass")


def binary(event: Sample) -> tuple[list[tuple[str, bytes | None]], bytes, bytes]:
    """A sample in Kafka's binary mode: headers, key, value."""
    attributes = {name: value for name, value in event.items() if name != "data"}
    headers: list[tuple[str, bytes | None]] = [
        (f"ce_{name}", str(value).encode()) for name, value in attributes.items()
    ]
    value = json.dumps(event["data"], ensure_ascii=False).encode()
    return [*headers, ("content-type", b"application/json")], event["subject"].encode(), value
