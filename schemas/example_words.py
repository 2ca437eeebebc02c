"""The words of a line of an example: what each type of fact may be told with, and how.

Some types have fields that stand in a fixed place after the subject, without their names; all else
is a name and its value. `by` names people: of a deal its signers, each followed by a share unless
it signs alone.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any, Final, get_args

from schemas.events import Event
from schemas.events.deals import Kind
from schemas.values import instant_text

_AMOUNT = re.compile(r"-?[0-9][0-9,]*(\.[0-9]+)?\Z", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}\Z", re.ASCII)
_SHARE = re.compile(r"[0-9]+(\.[0-9]+|/[0-9]+)?\Z", re.ASCII)
_PERIOD = re.compile(r"[0-9]{4}-[0-9]{2}\Z", re.ASCII)
_ATTRIBUTE = re.compile(r"[a-z0-9_-]+=", re.ASCII)

PLACED: Final[Mapping[str, tuple[str, ...]]] = {
    "quota-set": ("measure", "period"),
    "metric-reported": ("metric",),
    "milestone-reached": ("milestone",),
    "statement-acknowledged": ("period",),
    "plan-assigned": ("plan",),
    "rate-of-exchange-published": ("quote", "rate"),
}
"""The fields that follow the subject without their names."""

NAMED: Final = (
    *("customer", "lead", "side", "channel", "campaign", "kind", "criteria", "name", "role"),
    *("team", "manager", "customer_type", "reason", "payee", "part", "per", "other", "reference"),
    *("note", "evidence", "approved_by"),
)
"""The words that are the name of a field, each followed by its value."""

_KINDS: Final = get_args(Kind)
_RULING: Final = ("shares", "marketing", "sales", "counts", "excludes")
"""The words of a ruling: shares of classes, the splits of the sides, leads that count or do not."""
_OPENING: Final = frozenset(
    {*NAMED, *_KINDS, "by", "payees", "product", "term", "from", "to", "key", "self-sourced"}
)
"""The words that end a list of people before them."""


def content_of(
    model: type[Event], words: list[str], *, at: datetime, instant: Callable[[str], datetime]
) -> dict[str, Any]:
    """The content of a fact by its subject and words; `instant` reads a date.

    Raises `ValueError` with the reason, for a reader; what is left is the model's to refuse.
    """
    reading = _Reading(model, words, instant)
    reading.subject()
    for name in PLACED.get(model.type, ()):
        reading.content[name] = reading.next()
    while reading.left:
        reading.word(reading.next())
    if reading.has("from"):
        reading.content.setdefault("from", instant_text(at))
    return reading.content


class _Reading:
    """One line being read: the words that are left, and the content they made so far."""

    def __init__(
        self, model: type[Event], words: list[str], instant: Callable[[str], datetime]
    ) -> None:
        self.model, self.left, self.instant = model, list(words), instant
        self.content: dict[str, Any] = {}
        fields = model.model_fields
        self._names = {field.alias or name for name, field in fields.items()}
        self._opening = _OPENING.union(_RULING) if self.has("ruling") else _OPENING

    def has(self, field: str) -> bool:
        """Whether facts of the type have a field, by the name it has on the wire."""
        return field in self._names

    def next(self) -> str:
        return self.left.pop(0) if self.left else ""

    def subject(self) -> None:
        """What it is about, written `D1`, `deal/D1` or `deal D1`."""
        prefix = next(iter(self.model.subjects))
        first = self.next()
        if first in self.model.subjects and self.left:
            prefix, first = first, self.next()
        before, slash, after = first.partition("/")
        if slash and before in self.model.subjects:
            prefix, first = before, after
        self.content[self.model.subjects[prefix]] = first

    def word(self, word: str) -> None:
        """Take one word, with what belongs to it."""
        match word:
            case "by" | "payees":
                self._people()
            case "product":
                self.content.setdefault("products", []).append(self.next())
            case "term":
                self.content["term_months"] = _whole(self.next(), "a term in months")
            case "corrects" | "override":
                self.content[word] = {"source": self.next(), "id": self.next()}
            case "key":
                name, _, value = self.next().partition("=")
                self.content.setdefault("keys", {})[name] = value
            case "self-sourced":
                self.content["self_sourced"] = True
            case "from" | "to":
                self._bound(word)
            case _:
                self._listed_word(word)

    def _listed_word(self, word: str) -> None:
        """A word of a ruling, the name of a field, a kind of amendment; else a figure."""
        if word in _RULING and self.has("ruling"):
            self._ruling(word, self.content.setdefault("ruling", {}))
        elif word in NAMED:
            self.content[word] = self.next()
        elif word in _KINDS:
            self.content["kind"] = word
        else:
            self._figure(word)

    def _figure(self, word: str) -> None:
        """An amount with its currency, a figure or a count; or `name=value`, of a deal."""
        name, equals, value = word.partition("=")
        if equals and _ATTRIBUTE.match(word):
            self.content.setdefault("attributes", {})[name] = value
        elif self.has("metric"):
            self.content["period" if _PERIOD.match(word) else "value"] = _exact(word)
        elif not _AMOUNT.match(word):
            raise ValueError(f"it has the word {word!r}, which names no field")
        elif self.has("count") and not self._currency_follows():
            self.content["count"] = _whole(word, "a quota that is no amount")
        else:
            amount = {"amount": word.replace(",", ""), "currency": self.next()}
            self.content["value" if self.has("value") else "amount"] = amount

    def _currency_follows(self) -> bool:
        return bool(self.left) and _CURRENCY.match(self.left[0]) is not None

    def _bound(self, word: str) -> None:
        """From or to when; `to` somebody where there is no `from`."""
        value = self.next()
        self.content[word] = instant_text(self.instant(value)) if self.has("from") else value

    def _ruling(self, word: str, ruling: dict[str, Any]) -> None:
        """A part of a ruling: classes or payees with their shares, or a lead that counts or not."""
        match word:
            case "shares":
                while len(self.left) > 1 and _SHARE.match(self.left[1]):
                    name = self.next()
                    ruling.setdefault("shares", {})[name] = self.next()
            case "marketing" | "sales":
                ruling[word] = list(_signers(self._listed()))
            case _:
                claim = {"lead": self.next(), "counts": word == "counts"}
                ruling.setdefault("claims", []).append(claim)

    def _people(self) -> None:
        """Who did it: the signers of a deal with shares, those who did it together, or one."""
        if self.has("signed_by"):
            self.content["signed_by"] = list(_signers(self._listed()))
        elif self.has("payees"):
            self.content["payees"] = self._listed()
        else:
            self.content["by"] = self.next()

    def _listed(self) -> list[str]:
        """The words up to the next field, attribute or amount."""
        people: list[str] = []
        while self.left and not self._ends_people():
            people.append(self.next())
        return people

    def _ends_people(self) -> bool:
        word, *rest = self.left
        amount = _AMOUNT.match(word) and rest and _CURRENCY.match(rest[0])
        return word in self._opening or bool(_ATTRIBUTE.match(word)) or bool(amount)


def _signers(words: Iterable[str]) -> Iterable[dict[str, str]]:
    payee: str | None = None
    for word in words:
        if payee is not None and _SHARE.match(word):
            yield {"payee": payee, "share": word}
            payee = None
        elif payee is None:
            payee = word
        else:
            raise ValueError(f"{payee} signs with others and has no share")
    if payee is not None:
        yield {"payee": payee, "share": "1"}


def _whole(text: str, what: str) -> int:
    if not text.isascii() or not text.replace(",", "").isdigit():
        raise ValueError(f"{what} is a whole number, and this is {text!r}")
    return int(text.replace(",", ""))


def _exact(text: str) -> str:
    """A figure as facts carry it: a percentage becomes the fraction it is."""
    return str(Fraction(text[:-1]) / 100) if text.endswith("%") else text
