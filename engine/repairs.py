"""Repair: which facts are live, and with which content.

A void or a correction names a fact by (source, id). Of several live repairs of one fact the last in
order of (time, source, id) decides. A void may be voided, so liveness is found by following the
repairs of repairs; repairs that go round in a cycle, name an unknown fact, or would make a fact
about something else have no effect, and are listed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final

import polars as pl
from pydantic import ValidationError

from engine.at_once import among
from engine.facts import BULK, RuleFact, by_effect, typed
from schemas.events import EVENTS, Event
from schemas.events.repair import FactCorrected, FactVoided
from schemas.frames import READ, RECORDS
from schemas.json_text import canonical
from schemas.recorded import microseconds

Name = tuple[str, str]
"""A fact's (source, id)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Idle:
    """A repair without effect, and why: `unknown-target`, `cycle`, `bad-correction`."""

    repair: Name
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Repairs:
    """What repairs do: facts that are void, facts that read otherwise, repairs without effect."""

    voided: frozenset[Name] = frozenset()
    corrected: Mapping[Name, RuleFact] = field(default_factory=dict[Name, RuleFact])
    idle: Sequence[Idle] = ()


REPAIRS: Final = (FactCorrected.type, FactVoided.type)
"""The types that say that a fact is otherwise, or is none."""


def repairs_among(records: pl.DataFrame, repairs: Sequence[RuleFact]) -> Repairs:
    """What repairs do to the facts among records (RECORDS), the repairs themselves among them."""
    if not repairs:
        return Repairs()
    targets = {target_of(repair) for repair in repairs}
    known = _known(records, targets)
    by_target: dict[Name, list[RuleFact]] = defaultdict(list)
    idle: list[Idle] = []
    for repair in repairs:
        name = (repair.source, repair.id)
        if target_of(repair) not in known:
            idle.append(Idle(repair=name, reason="unknown-target"))
        elif not _fits(repair, known[target_of(repair)]):
            idle.append(Idle(repair=name, reason="bad-correction"))
        else:
            by_target[target_of(repair)].append(repair)
    cyclic = _in_cycles(repairs)
    idle.extend(Idle(repair=name, reason="cycle") for name in sorted(cyclic))
    return _decided(by_target, cyclic, idle)


def targets_of(repairs: Iterable[RuleFact]) -> dict[Name, Name]:
    """What each repair is about: a fact, or another repair."""
    return {(repair.source, repair.id): target_of(repair) for repair in repairs}


def root_of(target: Name, targets: Mapping[Name, Name]) -> Name | None:
    """The fact that a chain of repairs comes to, None if it goes round."""
    seen = set[Name]()
    while target in targets:
        if target in seen:
            return None
        seen.add(target)
        target = targets[target]
    return target


def _decided(
    by_target: Mapping[Name, list[RuleFact]], cyclic: frozenset[Name], idle: list[Idle]
) -> Repairs:
    deciding: dict[Name, RuleFact | None] = {}

    def decider(target: Name) -> RuleFact | None:
        """The last live repair of a target; recursion ends because cycles are left out."""
        if target not in deciding:
            live = [
                repair
                for repair in by_target.get(target, ())
                if (name := (repair.source, repair.id)) not in cyclic and not _void(decider(name))
            ]
            deciding[target] = max(live, key=_time_then_name, default=None)
        return deciding[target]

    decided = {target: decider(target) for target in by_target}
    return Repairs(
        voided=frozenset(target for target, repair in decided.items() if _void(repair)),
        corrected={
            target: repair
            for target, repair in decided.items()
            if repair is not None and isinstance(repair.event, FactCorrected)
        },
        idle=tuple(idle),
    )


def live(
    records: pl.DataFrame,
    repairs: Repairs,
    types: Sequence[str] = BULK,
    repaired: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Bulk facts (FACTS) as repaired: void ones gone, corrected ones with their new content.

    `repaired` are those of the records (RECORDS) among which the repaired ones are, if known.
    """
    facts = typed(records, types)
    among_these = (records if repaired is None else repaired).select(*RECORDS)
    touched = having(among_these, repairs.voided | repairs.corrected.keys())
    if touched.is_empty():
        return facts
    by = {name: repair.position for name, repair in repairs.corrected.items()}
    fresh = typed(_rewritten(touched, repairs), types)
    positions = [by[name] for name in fresh.select("source", "id").iter_rows()]
    fresh = fresh.with_columns(repaired_by=pl.Series(positions, dtype=pl.Int64))
    together = pl.concat([facts, fresh])
    gone = together["position"].is_in(touched["position"].implode())
    return by_effect(together, ~gone | together["repaired_by"].is_not_null())


def as_repaired(records: pl.DataFrame, repairs: Repairs) -> pl.DataFrame:
    """Records (RECORDS) with the content that corrections give them; void ones stay."""
    rewritten = _rewritten(records, repairs)
    if rewritten.is_empty():
        return records
    kept = records.filter(among("position", rewritten["position"]).not_())
    return pl.concat([kept, rewritten])


def live_rules(rules: Iterable[RuleFact], repairs: Repairs) -> list[RuleFact]:
    """Rules and facts about people as repaired, in order of effect."""
    alive: list[RuleFact] = []
    for rule in rules:
        name = (rule.source, rule.id)
        if name in repairs.voided:
            continue
        repair = repairs.corrected.get(name)
        alive.append(rule if repair is None else _read_otherwise(rule, repair))
    return sorted(alive, key=lambda rule: rule.order)


def _read_otherwise(rule: RuleFact, repair: RuleFact) -> RuleFact:
    assert isinstance(repair.event, FactCorrected)
    moved = repair.event.effective_at
    return RuleFact(
        type(rule.event).model_validate(repair.event.data),
        rule.effective_at if moved is None else microseconds(moved),
        rule.stream,
        rule.source,
        rule.id,
        rule.position,
    )


def _rewritten(records: pl.DataFrame, repairs: Repairs) -> pl.DataFrame:
    """The corrected records, with the content and the time of the correction that decided."""
    found = having(records, repairs.corrected.keys())
    facts = found.select("source", "id", "type", "effective_at").iter_rows()
    told = [
        _as_corrected(EVENTS[kind], at, repairs.corrected[source, id_])
        for source, id_, kind, at in facts
    ]
    schema = {name: RECORDS[name] for name in ("schema_version", "effective_at", "state")}
    fresh = found.with_columns(*pl.DataFrame(told, schema=schema, orient="row"))
    return fresh.with_columns(_UNREAD) if "rank" in fresh.columns else fresh


_UNREAD: Final = [
    pl.lit(None, dtype=dtype).alias(name) for name, dtype in READ.items() if name not in RECORDS
]
"""What a corrected record has in the columns that were read of it before."""


def _as_corrected(model: type[Event], at: int, repair: RuleFact) -> tuple[int, int, str]:
    """Version, time and content of a fact as a correction has it; else its own time stays."""
    assert isinstance(repair.event, FactCorrected)
    moved = repair.event.effective_at
    content = model.model_validate(repair.event.data).model_dump(
        mode="json", by_alias=True, exclude_none=True
    )
    when = at if moved is None else microseconds(moved)
    return model.version, when, canonical(content).decode()


def _fits(repair: RuleFact, target: tuple[str, str]) -> bool:
    """Whether a correction says the same kind of thing about the same subject as its target."""
    if not isinstance(repair.event, FactCorrected):
        return True
    kind, stream = target
    if kind in (FactCorrected.type, FactVoided.type):
        return False
    try:
        return EVENTS[kind].model_validate(repair.event.data).stream() == stream
    except ValidationError:
        return False


def _known(records: pl.DataFrame, names: AbstractSet[Name]) -> dict[Name, tuple[str, str]]:
    """The type and stream of the facts among names that are there; decisions are no targets."""
    rows = having(records.select("source", "id", "type", "stream"), names).iter_rows()
    return {
        (source, id_): (kind, stream) for source, id_, kind, stream in rows if EVENTS[kind].is_fact
    }


def having(records: pl.DataFrame, names: AbstractSet[Name]) -> pl.DataFrame:
    """The few records that have one of these names; by id first, which costs no join."""
    if not names:
        return records.clear()
    maybe = records["id"].is_in(sorted({id_ for _, id_ in names})).arg_true()
    found = records[maybe]
    told = [name in names for name in found.select("source", "id").iter_rows()]
    return found.filter(pl.Series(told, dtype=pl.Boolean))


def _in_cycles(repairs: Sequence[RuleFact]) -> frozenset[Name]:
    """Repairs that, following what they name, come back to themselves."""
    names = targets_of(repairs)
    cyclic: set[Name] = set()
    for start in names:
        seen: list[Name] = []
        at = start
        while at in names and at not in seen:
            seen.append(at)
            at = names[at]
        if at == start and at in seen:
            cyclic.add(start)
    return frozenset(cyclic)


def target_of(repair: RuleFact) -> Name:
    """The fact that a repair is about."""
    event = repair.event
    assert isinstance(event, FactCorrected | FactVoided)
    return event.target.source, event.target.id


def _void(repair: RuleFact | None) -> bool:
    return repair is not None and isinstance(repair.event, FactVoided)


def _time_then_name(repair: RuleFact) -> tuple[int, bytes, bytes]:
    return repair.effective_at, repair.source.encode(), repair.id.encode()


__all__ = [
    "Idle",
    "Name",
    "Repairs",
    "as_repaired",
    "having",
    "live",
    "live_rules",
    "repairs_among",
    "root_of",
    "target_of",
    "targets_of",
]
