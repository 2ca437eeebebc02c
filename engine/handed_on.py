"""What is paid by all that cases handed on of a payee: gates, caps, tiers, ceilings, guarantees.

No case is looked at: `engine.handing_on` says what is handed on instead.
"""

from typing import Final

import polars as pl

from engine.caps import cut
from engine.components import (
    bonus,
    components_looked_at,
    is_part,
    paid_by_moves,
    scorecard,
    tiered,
)
from engine.earned import by_key, by_zone, changes, horizon
from engine.exchange import exchanged
from engine.gates import gated
from engine.ground import Ground
from engine.groups import first_of
from engine.handing_on import EFFECT, HandedOn
from engine.leaving import stayed
from engine.line_evidence import evidence
from engine.pricing import in_full
from engine.window_lines import moves
from engine.world import World
from schemas.frames import ENTITLED
from schemas.plans import Tiered
from schemas.statements import LINES, NAMES

_ENTITLED: Final = {**ENTITLED, "because": NAMES}
"""Entitlements that name what they rest on."""
_NAME: Final = ("fact_source", "fact_id")
_STEP: Final = ("payee", "plan", "component", "fact", "source")
_WORTH: Final = ("period", "worth", "because")


def lines_of(handed: HandedOn, world: World, through: int | None) -> pl.DataFrame:
    """The lines (LINES), sorted by key, of some payees, by all that was handed on of them.

    The world has the rules, of which it pays what was left for now and nobody else, and no cases.
    """
    rules = world.names.select(fact="order", fact_source="source", fact_id="id")
    facts = _numbered(handed, first=rules.height)
    names = pl.concat([rules, facts.select(rules.columns)])  # an order is the number of its row
    lines = changes(_entitlements(handed, facts, world, through), through)
    return by_key(lines.with_columns(names[lines["fact"]].select(_NAME))).select(*LINES)


def _entitlements(
    handed: HandedOn, facts: pl.DataFrame, world: World, through: int | None
) -> pl.DataFrame:
    """What all that was handed on entitles to, by facts with an order each."""
    unbounded, steps = (_ordered(each, facts) for each in (handed.unbounded, handed.steps))
    told = [pl.DataFrame(schema=_ENTITLED)]
    for versions in by_zone(world.rules):
        ground = Ground(world=world, versions=versions, through=horizon(world, through))
        here = pl.col("plan").is_in([version.plan.name for version in versions])
        tiers = stayed(_of_tiers(steps.filter(here), ground), ground, lambda _: facts)
        priced = [_without_rule(unbounded.filter(here)), tiers, _of_measures(ground)]
        left = cut(gated(pl.concat(priced), ground), versions, lambda _: facts)
        told += [left, _of_windows(handed.moved, left, ground)]
    return pl.concat(told)


def _numbered(handed: HandedOn, first: int) -> pl.DataFrame:
    """All facts, an order each from `first` on: `fact, at`, their names, and EFFECT."""
    named = [each.select(*EFFECT, "at") for each in (handed.unbounded, handed.steps)]
    facts = pl.concat(named).unique(_NAME).sort(EFFECT)
    return facts.with_columns(fact=pl.int_range(first, first + pl.len(), dtype=pl.Int64))


def _ordered(rows: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """Rows with the order of their `fact`; a join of names alone moves none of their columns."""
    orders = facts.select("fact", *_NAME)
    return rows.with_columns(
        rows.select(_NAME).join(orders, on=_NAME, how="left", maintain_order="left")["fact"]
    )


def _without_rule(unbounded: pl.DataFrame) -> pl.DataFrame:
    nothing = {name: pl.lit(None, dtype=ENTITLED[name]) for name in ("rule", "opener")}
    return unbounded.with_columns(**nothing).select(*_ENTITLED)


def _of_tiers(steps: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """What tiers entitle to, by STEPS with their facts' orders."""
    if steps.is_empty():
        return pl.DataFrame(schema=_ENTITLED)
    first = first_of(_STEP)
    rows = steps.sort(*_STEP, "period").with_columns(step=first.cast(pl.Int64).cum_sum())
    layers = exchanged(rows.filter(first).drop(*_WORTH), ground.world.rules).with_columns(
        layer="fact", opener="fact", sign=pl.lit(1, dtype=pl.Int64)
    )
    worths = rows.select("step", *_WORTH)
    paid = tiered.paid(layers, worths, ground, list(ground.parts(Tiered)))
    return in_full(paid).select(*_ENTITLED)


def _of_windows(moved: pl.DataFrame, left: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """What windows entitle to by what cases came to (MOVED), and what is left of the rest."""
    also = moves(left.filter(is_part(components_looked_at(ground.versions))))
    found = [pl.DataFrame(schema=ENTITLED), *paid_by_moves(pl.concat([moved, also]), ground)]
    return _by_name(pl.concat(found), ground)


def _of_measures(ground: Ground) -> pl.DataFrame:
    """What windows entitle to by what measures count."""
    found = [bonus.entitlements(ground), scorecard.entitlements(ground)]
    return _by_name(pl.concat(found), ground)


def _by_name(lines: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """Lines (ENTITLED) of windows that name what they rest on: facts about people alone."""
    names = ground.world.names.select("source", "id").rechunk()
    return lines.with_columns(because=evidence(lines["because"], names, ground.world))
