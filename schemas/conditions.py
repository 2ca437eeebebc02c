"""What schemas made from the models leave out: money, and fields that need others."""

from typing import Any, Final

from schemas.currencies import DIGITS

Schema = dict[str, Any]


def _amount_pattern(digits: int) -> str:
    """Amounts of a currency with so many digits: no minus zero, below 10^15 minor units."""
    decimals = rf"(\.[0-9]{{1,{digits}}})?" if digits else ""
    return rf"^(?!-0(\.0+)?$)-?(0|[1-9][0-9]{{0,{14 - digits}}}){decimals}$"


MONEY: Final[Schema] = {
    "type": "object",
    "description": "An amount of one currency: a string, with at most the currency's digits.",
    "properties": {"amount": {"type": "string"}, "currency": {"type": "string"}},
    "required": ["amount", "currency"],
    "additionalProperties": False,
    "anyOf": [
        {
            "properties": {
                "amount": {"pattern": _amount_pattern(digits)},
                "currency": {"enum": sorted(code for code in DIGITS if DIGITS[code] == digits)},
            }
        }
        for digits in sorted(set(DIGITS.values()))
    ],
}
"""Money as it travels."""

_NULL: Final[Schema] = {"type": "null"}
_BELOW_ZERO: Final[Schema] = {
    "type": "object",
    "properties": {"amount": {"pattern": "^-"}},
    "required": ["amount"],
}


def _given(name: str) -> Schema:
    return {"required": [name], "properties": {name: {"not": _NULL}}}


def _unless(kinds: list[str], name: str) -> Schema:
    """A field that only amendments of some kinds have."""
    return {
        "if": {"properties": {"kind": {"not": {"enum": kinds}}}},
        "then": {"properties": {name: _NULL}},
    }


CONDITIONS: Final[dict[str, Schema]] = {
    "touch-recorded": {"anyOf": [_given("lead"), _given("customer")]},
    "referral-made": {"anyOf": [_given("deal"), _given("lead"), _given("customer")]},
    "quota-set": {"oneOf": [_given("amount"), _given("count")]},
    "identity-linked": {"oneOf": [_given("customer"), _given("payee")]},
    "identity-unlinked": {"oneOf": [_given("customer"), _given("payee")]},
    "deal-signed": {
        "allOf": [
            {"properties": {"value": {"not": _BELOW_ZERO}}},
            {"properties": {"value": {"properties": {"amount": {"pattern": "[1-9]"}}}}},
        ]
    },
    "contract-amended": {
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": "cancellation"}}},
                "then": {"properties": {"value": _NULL}},
                "else": _given("value"),
            },
            {"properties": {"value": {"not": _BELOW_ZERO}}},
            _unless(["correction"], "corrects"),
            _unless(["upsell", "renewal"], "signed_by"),
        ]
    },
}
"""Event type to keywords that are added to its schema."""
