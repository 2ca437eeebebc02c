"""Telling a plan in a language: phrases that many of its parts have in common."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from projections.plan_documents.blocks import Block, Paragraph, Section
from projections.plan_documents.words import Words
from schemas.expressions import said
from schemas.plans import Cap, Plan
from schemas.plans.reading import condition, kinds_of


@dataclass(frozen=True, slots=True)
class Telling:
    """A plan that is told, and the words for it."""

    plan: Plan
    words: Words

    def sentences(self, *sentences: str) -> Paragraph:
        """Sentences as one paragraph."""
        return Paragraph(self.words("between").join(sentences))

    def section(self, title: str, mark: str, *blocks: Block) -> Section:
        """A section about a part with an id."""
        return Section(title=self.words(title), mark=mark, blocks=blocks)

    def deals(self, part: Any) -> dict[str, str]:
        """Which deals a part is about, and in which role: the values of its first sentence."""
        return {
            "deals": self.words(f"deals-{part.source or 'any'}"),
            "role": self.words(f"role-{part.credits}"),
        }

    def where(self, text: str | None) -> list[str]:
        """The condition on deals, if there is one."""
        return [] if text is None else [self.words("where", condition=self.condition(text))]

    def condition(self, text: str) -> str:
        """A condition as payees are told it."""
        return said(condition(text, frozenset(kinds_of(self.plan).items())), self.words.language)

    def cap(self, cap: Cap | None, name: str = "cap") -> list[str]:
        """A cap, if there is one."""
        if cap is None:
            return []
        return [self.words(name, per=self.per(cap.per), amount=self.words.money(cap.amount))]

    def own(self, metric: str | None) -> list[str]:
        """That an amount may be another for the payee, if it may."""
        return [] if metric is None else [self.words("own", metric=metric)]

    def per(self, window: str) -> str:
        """A window, as what something is counted over."""
        return self.words(f"per-{window}")

    def named(self, ids: Iterable[str]) -> str:
        """Other parts, by their ids."""
        return self.words.listed(ids)

    def columns(self, name: str, **values: object) -> Sequence[str]:
        """The headings of a table, with their values."""
        return [column.format(**values) for column in self.words.columns(name)]

    @property
    def currency(self) -> str:
        """The plan's currency, as people write it."""
        own = f"currency-{self.plan.currency}"
        return self.words(own) if self.words.knows(own) else self.plan.currency
