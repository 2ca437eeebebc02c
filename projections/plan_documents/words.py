"""The words of plan documents in the languages we have: sentences by name, values as people write.

A sentence is whole in each language: nothing is glued together from halves that only English has in
this order. Names and texts of a plan are put in as they are; whoever renders escapes them.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from string import Formatter
from typing import Final

from projections.plan_documents import chinese, english
from schemas.calendar import PayoutPeriod
from schemas.expressions import Language
from schemas.rates import figure_text, rate_text
from schemas.values import Money, amount_text

LANGUAGES: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": english.SENTENCES,
    "zh": chinese.SENTENCES,
}
"""Language to its sentences; every language has the same names."""


_CHINESE_START, _CHINESE_END = re.compile("[\u4e00-\u9fff]"), re.compile("[\u4e00-\u9fff]$")
_LATIN_START, _LATIN_END = re.compile("[A-Za-z0-9]"), re.compile("[A-Za-z0-9%]$")


class Words:
    """The sentences of one language, by name, and how it writes amounts, rates and dates."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self._sentences = LANGUAGES[language]

    def __call__(self, name: str, /, **values: object) -> str:
        """The sentence of a name, with its values filled in."""
        filled = self._sentences[name]
        if self.language == "zh":
            return _spaced(filled, values)
        return filled.format(**values)

    def knows(self, name: str) -> bool:
        """Whether there is a sentence of a name."""
        return name in self._sentences

    def columns(self, name: str) -> list[str]:
        """The headings of a table; those of numbers end in `>`."""
        return [part.strip() for part in self._sentences[name].split("|")]

    def listed(self, values: Iterable[str]) -> str:
        """Several values in one sentence."""
        return self("comma").join(values)

    def money(self, amount: Money) -> str:
        """An amount with its currency: `1,000.00 CNY`, `1,000.00 元`."""
        written = grouped(amount_text(amount.minor, amount.currency))
        own = f"currency-{amount.currency}"
        return f"{written} {self(own) if self.knows(own) else amount.currency}"

    def day(self, day: date) -> str:
        """A calendar date."""
        return self("day", year=day.year, month=day.month, day=day.day, iso=day.isoformat())

    def period(self, period: PayoutPeriod) -> str:
        """A payout period."""
        day = period.first_day
        return self("period-written", year=day.year, month=day.month, text=str(period))


def _spaced(sentence: str, values: Mapping[str, object]) -> str:
    """A Chinese sentence filled in, with a space between Chinese and Latin where they meet.

    Only the seams are looked at: what is put in stays as it is.
    """
    told = ""
    for literal, name, _, _ in Formatter().parse(sentence):
        for piece in (literal, "" if name is None else str(values[name])):
            told = _met(told, piece)
    return told


def _met(before: str, after: str) -> str:
    if _CHINESE_END.search(before) and _LATIN_START.match(after):
        return f"{before} {after}"
    if _LATIN_END.search(before) and _CHINESE_START.match(after):
        return f"{before} {after}"
    if before.endswith(" ") and _CHINESE_START.match(after) and _CHINESE_END.search(before[:-1]):
        return before[:-1] + after
    if after.startswith(" ") and _CHINESE_END.search(before) and _CHINESE_START.match(after[1:]):
        return before + after[1:]
    return before + after


def percent(rate: Fraction) -> str:
    """A rate or an attainment as people read it: `4%`, `1/3`."""
    return grouped(rate_text(rate))


def number(figure: Fraction) -> str:
    """A figure as people read it: `100,000`, `12.5`."""
    return grouped(figure_text(figure))


def grouped(text: str) -> str:
    """A number's text with a comma at every thousand; a fraction stays as it is."""
    if "/" in text:
        return text
    unit = "%" if text.endswith("%") else ""
    whole, point, decimals = text.removesuffix("%").partition(".")
    return f"{int(whole):,}{point}{decimals}{unit}" if whole != "-0" else text
