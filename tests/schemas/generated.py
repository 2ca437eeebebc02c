"""Strategies for valid events of every type, read off the published schemas."""

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from schemas.currencies import DIGITS
from schemas.events import EVENTS
from schemas.publish import Document, event_schema
from schemas.values import AMOUNT_PATTERN, INSTANT_PATTERN
from tests.schemas.samples import Sample

IDS = st.from_regex(r"[A-Za-z0-9._:-]{1,64}", fullmatch=True)
TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t\u2028\u202e"),
    max_size=20,
)
INSTANTS = st.builds(
    "{0:04}-{1:02}-{2:02}T{3:02}:{4:02}:{5:02}{6}{7}".format,
    st.integers(1991, 2098),
    st.integers(1, 12),
    st.integers(1, 28),
    st.integers(0, 23),
    st.integers(0, 59),
    st.integers(0, 59),
    st.sampled_from(["", ".5", ".123456", ".000001", ".999999999"]),
    st.sampled_from(["Z", "z", "+08:00", "-05:00", "+14:00", "-00:00", "+05:45"]),
)
PERIODS = st.builds("{0}-{1:02}".format, st.integers(1990, 2099), st.integers(1, 12))


@st.composite
def amounts(draw: st.DrawFn, least: int = 0) -> Document:
    """Money of any currency, written with all its digits, some or none."""
    currency = draw(st.sampled_from(["CNY", "JPY", "BHD", "CLF", *sorted(DIGITS)]))
    digits = DIGITS[currency]
    whole = str(draw(st.integers(least, 10 ** (15 - digits) - 1)))
    decimals = draw(st.text("0123456789", max_size=digits))
    return {"amount": f"{whole}.{decimals}" if decimals else whole, "currency": currency}


@st.composite
def splits(draw: st.DrawFn) -> list[Document]:
    """Signers with shares that sum to 1, in one notation or another."""
    weights = draw(st.lists(st.integers(1, 50), max_size=5))
    payees = draw(st.lists(IDS, min_size=len(weights), max_size=len(weights), unique=True))
    shares = [Fraction(weight, sum(weights)) for weight in weights]
    notations = [draw(st.sampled_from(["reduced", "plain"])) for _ in weights]
    return [
        {"payee": payee, "share": str(share) if how == "reduced" else f"{weight}/{sum(weights)}"}
        for payee, share, weight, how in zip(payees, shares, weights, notations, strict=True)
    ]


@st.composite
def facts(draw: st.DrawFn, kind: str) -> Sample:
    """A fact of a type with every field that it may carry, or fewer."""
    model = EVENTS[kind]
    schema = event_schema(model)
    parts = schema.get("$defs", {})
    data: Document = {}
    for name, part in schema["properties"].items():
        if name in schema["required"] or draw(st.booleans()):
            data[name] = draw(_values(name, part, parts))
    data = draw(_fitting(kind, data))
    given = [(prefix, data.get(field)) for prefix, field in model.subjects.items() if field]
    subject = next((f"{prefix}/{id_}" for prefix, id_ in given if id_), "deal/D1")
    return {
        "specversion": "1.0",
        "id": draw(IDS),
        "source": draw(st.sampled_from(["/crm/demo", "urn:x", "!~"])),
        "type": kind,
        "time": draw(INSTANTS),
        "subject": subject,
        "data": data,
    }


def _values(name: str, part: Document, parts: Document) -> st.SearchStrategy[Any]:
    if name == "signed_by":
        return splits()
    match part:
        case {"$ref": "#/$defs/Money"}:
            return amounts(least=1)
        case {"$ref": reference}:
            return _objects(parts[reference.rpartition("/")[2]], parts)
        case {"anyOf": choices}:
            return st.one_of([_values(name, choice, parts) for choice in choices])
        case {"const": value}:
            return st.just(value)
        case {"enum": values}:
            return st.sampled_from(values)
        case {"type": "array", "items": item}:
            unique = name == "payees"
            least, most = (2, 4) if unique else (0, 3)
            items = _values(name[:-1], item, parts)
            return st.lists(items, min_size=least, max_size=most, unique=unique)
        case _:
            return _plain(part)


def _plain(part: Document) -> st.SearchStrategy[Any]:
    match part:
        case {"type": "null"}:
            return st.none()
        case {"type": "boolean"}:
            return st.booleans()
        case {"type": "integer"}:
            return st.integers(part.get("minimum", 0), part.get("maximum", 10**9))
        case {"type": "object", "patternProperties": {**words}}:
            named = st.one_of([st.from_regex(str(word).replace("$", r"\Z")) for word in words])
            return st.dictionaries(named, TEXTS, max_size=part.get("maxProperties"))
        case {"type": "object"}:
            return st.dictionaries(TEXTS, TEXTS | st.integers(-(10**17), 10**17) | st.none())
        case {"pattern": pattern} if pattern == INSTANT_PATTERN:
            return INSTANTS
        case {"pattern": pattern} if pattern.startswith("^[0-9]{4}-(0"):
            return PERIODS
        case {"pattern": pattern}:
            assert pattern != AMOUNT_PATTERN
            return st.from_regex(pattern.replace("$", r"\Z"), fullmatch=True)
        case _:
            return TEXTS


def _objects(part: Document, parts: Document) -> st.SearchStrategy[Document]:
    fields = {
        name: _values(name, value, parts)
        for name, value in part["properties"].items()
        if name in part["required"]
    }
    return st.fixed_dictionaries(fields)


@st.composite
def _fitting(draw: st.DrawFn, kind: str, data: Document) -> Document:
    """The data, with fields that its type forbids together taken out, or needed ones put in."""
    match kind:
        case "contract-amended":
            if data["kind"] == "cancellation":
                data["value"] = None
            elif data.get("value") is None:
                data["value"] = draw(amounts())
            if data["kind"] != "correction":
                data.pop("corrects", None)
            if data["kind"] not in ("upsell", "renewal"):
                data.pop("signed_by", None)
        case "quota-set":
            data.pop("amount", None)
            data["count"] = 3
        case "identity-linked" | "identity-unlinked":
            data.pop("payee", None)
            data["customer"] = "C1"
        case "touch-recorded" | "referral-made" if not data.get("lead"):
            data["lead"] = "L1"
        case _:
            pass
    return data
