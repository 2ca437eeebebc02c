"""The story's sentences in the languages we have."""

from collections.abc import Mapping
from enum import StrEnum

from evenhand.demo import chinese, english


class Language(StrEnum):
    """A language the story is told in."""

    EN = "en"
    ZH = "zh"


def language(environment: Mapping[str, str]) -> Language:
    """The language a system is set to: Chinese if it says so, else English."""
    names = (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    chosen = next(filter(None, names), "")
    return Language.ZH if chosen.lower().startswith("zh") else Language.EN


class Words:
    """The sentences of one language, by name."""

    def __init__(self, chosen: Language) -> None:
        self._sentences = chinese.SENTENCES if chosen is Language.ZH else english.SENTENCES

    def __call__(self, name: str, /, **values: object) -> str:
        """The sentence of a name, with its values filled in."""
        return self._sentences[name].format(**values)

    def columns(self, name: str) -> list[str]:
        """The headings of a table."""
        return [part.strip() for part in self._sentences[name].split("|")]

    def lines(self, name: str) -> list[str]:
        """Sentences that stand one below the other."""
        return self._sentences[name].split("\n")
