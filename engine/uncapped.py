"""Entitlements that wait for a cap over many cases, so that cases can be computed apart.

What a component entitles to before its cap is a function of a case; what a cap leaves of it is one
of its payee. So each part of a log hands on what its cases entitle to, facts by name, and whoever
has all of a payee cuts it. Only for components of which nothing is asked after their cap.
"""

from collections.abc import Collection
from typing import Final

import polars as pl

from engine.caps import cut, dated
from engine.earned import before_caps, bounded, by_key, by_zone, changes
from engine.line_evidence import evidence
from engine.rulebook import Rulebook
from engine.world import World
from schemas.frames import ENTITLED, FACTS, Schema, empty
from schemas.statements import LINES, NAMES

_BY_ORDER: Final = ("fact", "because", "rule", "opener")
_EFFECT: Final = ("effective_at", "rank", "stream", "fact_source", "fact_id")
"""The order of effect, by which facts of several parts of a log become one row."""
UNCAPPED: Final[Schema] = {
    **{name: dtype for name, dtype in ENTITLED.items() if name not in _BY_ORDER},
    "because": NAMES,
    "fact_source": pl.String(),
    "fact_id": pl.String(),
    "stream": pl.String(),  # of the fact, as are its instant and its rank
    "effective_at": pl.Int64(),
    "rank": FACTS["rank"],
    "at": pl.Int64(),  # the instant that the line is of
}
"""Entitlements before their caps, by the names of facts; neither `rule` nor `opener` is told."""


def earned_but(
    world: World, parts: Collection[tuple[str, str]], through: int | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Earned lines (EARNED), and what some parts entitle to instead of theirs (UNCAPPED).

    `parts` are plans and components by their ids.
    """
    entitled, waiting = [empty(ENTITLED)], [empty(UNCAPPED)]
    for ground, told in before_caps(world, through):
        waits = pl.any_horizontal(
            pl.lit(value=False),
            *(
                (pl.col("plan") == version.plan.name) & (pl.col("component") == component)
                for version in ground.versions
                for plan, component in parts
                if plan == version.plan.plan
            ),
        )
        entitled.append(bounded(told.filter(waits.not_()), ground))
        waiting.append(_by_name(told.filter(waits), world))
    return changes(pl.concat(entitled), through), pl.concat(waiting)


def _by_name(told: pl.DataFrame, world: World) -> pl.DataFrame:
    """Entitlements (ENTITLED) as UNCAPPED."""
    assert told["rule"].null_count() == told["opener"].null_count() == told.height
    facts = world.facts.select(
        "stream", "effective_at", "rank", fact="order", fact_source="source", fact_id="id"
    )
    names = world.names.select("source", "id").rechunk()
    return (
        dated(told, world)
        .with_columns(at="_at", because=evidence(told["because"], names, world))
        .join(facts, on="fact")
        .select(*UNCAPPED)
    )


def lines_of(uncapped: pl.DataFrame, rules: Rulebook, through: int | None) -> pl.DataFrame:
    """The lines (LINES), sorted by key, of all that payees are entitled to (UNCAPPED)."""
    facts = uncapped.select(_EFFECT).unique().sort(_EFFECT).with_row_index("fact")
    facts = facts.with_columns(pl.col("fact").cast(ENTITLED["fact"]))
    rows = uncapped.join(facts, on=_EFFECT).with_columns(
        rule=pl.lit(None, dtype=ENTITLED["rule"]), opener=pl.lit(None, dtype=ENTITLED["opener"])
    )
    left = [
        cut(rows.filter(pl.col("plan").is_in([v.plan.name for v in versions])), versions, _dated)
        for versions in by_zone(rules)
    ]
    names = facts.select("fact", "fact_source", "fact_id")
    lines = changes(pl.concat([rows.clear(), *left]).select(*ENTITLED), through)
    return by_key(lines.join(names, on="fact")).select(*LINES)


def _dated(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(_at="at", _kept=pl.lit(value=False))
