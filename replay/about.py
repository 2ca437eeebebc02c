"""The few rules that have a say in some cases, of all that are known.

The law of a large log is thousands of people and repairs; for an answer about one deal nearly none
of them counts. Left out is only what cannot reach the cases: people whom they do not concern,
repairs of facts that are not theirs, disputes and rulings about other deals and leads.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import polars as pl

from engine.law import Law, law
from engine.reading import said
from engine.repairs import REPAIRS
from replay.concerned import concerned, named_in
from schemas.events import EVENTS, Rank
from schemas.frames import READ, checked

_PEOPLE: Final = tuple(
    name
    for name, model in EVENTS.items()
    if model.rank is Rank.RULES_AND_PEOPLE and "payee" in model.model_fields
)
_DISPUTES: Final = tuple(name for name, model in EVENTS.items() if model.rank is Rank.DISPUTE)
_TEXT: Final = pl.String()


@dataclass(frozen=True)
class Rules:
    """All rules (READ) that are known, looked through once."""

    records: pl.DataFrame

    def about(
        self, facts: pl.DataFrame, position: int, effective_by: int | None = None
    ) -> tuple[pl.DataFrame, Law]:
        """The rules (READ) up to a position that have a say in the facts (READ) of whole cases.

        With them the law that they are, of facts effective at or before an instant.
        """
        known = self._marked.filter(pl.col("position") <= position)
        placed = facts.with_columns(case=pl.lit(0, dtype=pl.Int64))
        named = set(named_in(placed)["payee"])
        general = pl.concat([known.filter("_general"), self._disputes(known, facts)])
        while True:
            people = known.filter(pl.col("_payee").is_in(sorted(named)))
            rules = _with_repairs(pl.concat([general, people]), known, facts["id"])
            told = law(rules, effective_by=effective_by)
            more = {*concerned(told, placed)["payee"], *told.payees}
            if more <= named:
                return rules.select(*READ), told
            named |= more

    @cached_property
    def types_read(self) -> tuple[str, ...]:
        """The bulk types that any rule known reads."""
        general = self._marked.filter("_general")
        return law(_with_repairs(general, self._marked, pl.Series(dtype=pl.String))).types_read

    @cached_property
    def _marked(self) -> pl.DataFrame:
        """The rules with the payee, the dispute, the deal and lead, or the fact they are about."""
        rules = checked(self.records, READ)
        target = pl.Struct({"source": _TEXT, "id": _TEXT})
        names = ("payee", "dispute", "deal", "lead")
        told = said(rules, {**dict.fromkeys(names, _TEXT), "target": target})
        kind = pl.col("type")
        contested = kind.is_in(_DISPUTES)
        return rules.with_columns(
            _payee=pl.when(kind.is_in(_PEOPLE)).then(told["payee"]),
            _dispute=pl.when(contested).then(told["dispute"]),
            _deal=pl.when(contested).then(told["deal"]),
            _lead=pl.when(contested).then(told["lead"]),
            _target=pl.when(kind.is_in(REPAIRS)).then(told["target"].struct.field("id")),
            _general=kind.is_in([*_PEOPLE, *_DISPUTES, *REPAIRS]).not_(),
        )

    @staticmethod
    def _disputes(known: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
        """What was contested and ruled about the deals and leads of facts, and what came of it."""
        deals = pl.col("_deal").is_in(facts["deal"].drop_nulls().unique().implode())
        leads = pl.col("_lead").is_in(facts["lead"].drop_nulls().unique().implode())
        about = known.filter(deals | leads)
        same = pl.col("_dispute").is_in(about["_dispute"].drop_nulls().unique().implode())
        return known.filter(deals | leads | same)


def _with_repairs(rules: pl.DataFrame, known: pl.DataFrame, ids: pl.Series) -> pl.DataFrame:
    """Rules with all repairs among those known that are about them, about facts, or about these."""
    about = pl.concat([ids, rules["id"]])
    found = known.clear()
    while True:
        repairs = known.filter(pl.col("_target").is_in(about.implode()))
        if repairs.height == found.height:
            return pl.concat([rules, repairs]).unique("position")
        found, about = repairs, pl.concat([about, repairs["id"]])
