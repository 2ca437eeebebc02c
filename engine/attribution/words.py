"""Sentences of attribution by name, whole in each language; the words stand in two files."""

from collections.abc import Iterable, Mapping
from datetime import time
from fractions import Fraction
from typing import Final
from zoneinfo import ZoneInfo

from engine.attribution import chinese, english
from schemas.expressions import Language
from schemas.recorded import instant

LANGUAGES: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": english.SENTENCES,
    "zh": chinese.SENTENCES,
}
"""Language to its sentences; every language has the same names."""


def said(language: Language, name: str, /, **values: object) -> str:
    """The sentence of a name in a language, with its values filled in."""
    return LANGUAGES[language][name].format(**values)


def classes_said(language: Language, shares: Mapping[str, Fraction]) -> str:
    """A vector as people read it: one class by its name, several with their shares."""
    names = {name: said(language, f"class-{name}") for name in shares}
    if len(shares) == 1:
        return "".join(names.values())
    parts = (said(language, "share", name=names[name], share=shares[name]) for name in shares)
    return said(language, "comma").join(parts)


def listed(language: Language, parts: Iterable[str]) -> str:
    """Parts in a row, the last joined by the word for it: `a, b and c`."""
    *before, last = parts
    if not before:
        return last
    return said(language, "comma").join(before) + said(language, "and") + last


def moment(at: int, zone: ZoneInfo) -> str:
    """The local day of an instant (microseconds UTC), with the time where it is not midnight."""
    local = instant(at).astimezone(zone)
    return f"{local:%Y-%m-%d}" if local.time() == time() else f"{local:%Y-%m-%d %H:%M}"
