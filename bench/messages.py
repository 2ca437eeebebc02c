"""Facts as a CRM would publish them: what intake is measured with."""

import json

MIX = (
    *["touch-recorded"] * 31,
    *["lead-created"] * 11,
    *["lead-qualified"] * 5,
    *["deal-signed"] * 3,
)
"""Types in the shares of a realistic log: 62 % touches, 22 % leads, 10 % qualified, 6 % signed."""


def message(number: int) -> bytes:
    """A fact as a CRM would publish it; the mix is that of `bench.generator`, touches first."""
    lead, deal = f"L{number}", f"D{number}"
    said: dict[str, tuple[str, dict[str, object]]] = {
        "touch-recorded": (
            f"lead/{lead}",
            {"lead": lead, "kind": "visit", "side": "sales", "by": "sam"},
        ),
        "lead-created": (
            f"lead/{lead}",
            {"lead": lead, "customer": f"C{number}", "by": "mia", "side": "marketing"},
        ),
        "lead-qualified": (f"lead/{lead}", {"lead": lead, "by": "sam", "criteria": "bant-1"}),
        "deal-signed": (
            f"deal/{deal}",
            {
                "deal": deal,
                "customer": f"C{number}",
                "lead": lead,
                "signed_by": [{"payee": "sam", "share": "1"}],
                "value": {"amount": "100000.00", "currency": "CNY"},
            },
        ),
    }
    kind = MIX[number % len(MIX)]
    subject, data = said[kind]
    return json.dumps(
        {
            "specversion": "1.0",
            "id": str(number),
            "source": "/crm/bench",
            "type": kind,
            "time": "2026-01-20T15:00:00+08:00",
            "subject": subject,
            "data": data,
        }
    ).encode()
