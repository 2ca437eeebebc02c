"""What happened, as numbers that wait to be told: narrow while they wait, whole on arrival."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from bench.company import DAY
from bench.dice import Dice
from bench.telling import Said, json_object
from engine.facts import BULK, TOUCHES
from schemas.events import EVENTS, OWN_SOURCE, Rank
from schemas.frames import READ, RECORDS

SOURCE = "/crm/demo"
_PREFIXES = ("l", "q", "qq", "n", "r", "d", "dd", "a", "j", "p", "t", "c", "plan-", "rate-")
"""Of the ids of facts, in an order that is part of every log: only ever append."""
_PLACES = 64
_RANKS = {
    kind: int(Rank[kind.upper()])
    for kind in ("renewal", "upsell", "reduction", "correction", "cancellation")
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Facts of one type: `rows` of numbers with `at`, and how each is told."""

    kind: str
    prefix: str
    rows: pl.DataFrame
    stream: pl.Expr
    id: pl.Expr
    state: pl.Expr
    columns: Mapping[str, pl.Expr] = field(default_factory=dict)
    source: str = SOURCE

    def late(self, seed: int) -> "Happening":
        """With `arrives`: most within minutes, 9 % within two days, 1 % within twenty."""
        dice = Dice(seed, "key")
        within = pl.lit(pl.Series([DAY // 144, 2 * DAY, 20 * DAY])).gather(
            dice.weighted((90, 9, 1), "late")
        )
        delay = dice.below(2**40, "how-late") % within
        at_once = pl.lit(self.source == OWN_SOURCE)
        arrives = pl.col("at") + pl.when(at_once).then(0).otherwise(delay)
        return replace(self, rows=self.rows.with_columns(arrives=arrives))


def happening(
    kind: str, numbered: tuple[str, pl.Expr], rows: pl.DataFrame, stream: pl.Expr,
    fields: Mapping[str, Said],
) -> Happening:  # fmt: skip
    """Facts that say some fields. `numbered` is the prefix and the number of their ids."""
    prefix, number = numbered
    return Happening(
        kind=kind,
        prefix=prefix,
        rows=rows.with_columns(key=number * _PLACES + _PREFIXES.index(prefix)),
        stream=stream,
        id=pl.format(prefix + "{}", number),
        state=json_object({name: said.json for name, said in fields.items()}),
        columns={name: value for said in fields.values() for name, value in said.columns.items()},
    )


def as_records(happened: Happening) -> pl.DataFrame:
    """Facts as RECORDS, without a position: with what puts them in order of arrival."""
    told = _envelope(happened) | {"state": happened.state}
    return happened.rows.select("arrives", "key", **_cast(told, RECORDS))


def as_read(happened: Happening) -> pl.DataFrame:
    """Facts as READ, as `as_records` in all else."""
    if happened.kind not in (*BULK, *TOUCHES):
        return as_records(happened)
    told = _envelope(happened) | {"rank": _rank(happened)} | dict(happened.columns)
    return happened.rows.select("arrives", "key", **_cast(told, READ))


def together(waiting: Sequence[Happening]) -> Happening:
    """Facts of one type that happened in several cohorts."""
    return replace(waiting[0], rows=pl.concat([each.rows for each in waiting]))


def _envelope(happened: Happening) -> dict[str, pl.Expr]:
    return {
        "stream": happened.stream,
        "type": pl.lit(happened.kind),
        "schema_version": pl.lit(EVENTS[happened.kind].version),
        "effective_at": pl.col("at"),
        "source": pl.lit(happened.source),
        "id": happened.id,
    }


def _rank(happened: Happening) -> pl.Expr:
    if happened.kind == "contract-amended":
        return happened.columns["kind"].replace_strict(_RANKS)
    return pl.lit(int(EVENTS[happened.kind].rank))


def _cast(told: Mapping[str, pl.Expr], schema: Mapping[str, pl.DataType]) -> dict[str, pl.Expr]:
    return {name: value.cast(schema[name]) for name, value in told.items()}
