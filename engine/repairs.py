"""Repair: which facts are live, and with which content.

A void or a correction names a fact by (source, id). Of several live repairs of one fact the last in
order of (time, source, id) decides. A void may be voided, so liveness is found by following the
repairs of repairs; repairs that go round in a cycle, name an unknown fact, or would make a fact
about something else have no effect, and are listed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl
from pydantic import ValidationError

from engine.facts import BULK, RuleFact, rule_fact, typed
from schemas.events import EVENTS
from schemas.events.repair import FactCorrected, FactVoided
from schemas.frames import RECORDS
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


def repairs_told(records: pl.DataFrame) -> list[RuleFact]:
    """Every repair among records (RECORDS)."""
    rows = records.filter(pl.col("type").is_in(REPAIRS))
    return [rule_fact(row) for row in rows.iter_rows(named=True)]


def repairs_among(records: pl.DataFrame, repairs: Sequence[RuleFact]) -> Repairs:
    """What repairs do to the facts among records (RECORDS), the repairs themselves among them."""
    if not repairs:
        return Repairs()
    targets = {_target(repair) for repair in repairs}
    known = _known(records, targets)
    by_target: dict[Name, list[RuleFact]] = defaultdict(list)
    idle: list[Idle] = []
    for repair in repairs:
        name = (repair.source, repair.id)
        if _target(repair) not in known:
            idle.append(Idle(repair=name, reason="unknown-target"))
        elif not _fits(repair, known[_target(repair)]):
            idle.append(Idle(repair=name, reason="bad-correction"))
        else:
            by_target[_target(repair)].append(repair)
    cyclic = _in_cycles(repairs)
    idle.extend(Idle(repair=name, reason="cycle") for name in sorted(cyclic))
    return _decided(by_target, cyclic, idle)


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


def live(records: pl.DataFrame, repairs: Repairs, types: Sequence[str] = BULK) -> pl.DataFrame:
    """Bulk facts (FACTS) as repaired: void ones gone, corrected ones with their new content."""
    facts = typed(records, types)
    touched = repairs.voided | repairs.corrected.keys()
    if not touched:
        return facts
    names = pl.DataFrame(sorted(touched), schema=["source", "id"], orient="row")
    maybe = _perhaps(names)
    some = facts.filter(maybe).join(names, on=["source", "id"], how="anti")
    kept = pl.concat([facts.filter(maybe.not_()), some])
    rewritten = _rewritten(records, repairs)
    if rewritten.is_empty():
        return kept
    by = {name: repair.position for name, repair in repairs.corrected.items()}
    corrected = typed(rewritten.select(*RECORDS), types)
    positions = [by[name] for name in corrected.select("source", "id").iter_rows()]
    fresh = corrected.with_columns(repaired_by=pl.Series(positions, dtype=pl.Int64))
    return pl.concat([kept, fresh.select(kept.columns)])


def as_repaired(records: pl.DataFrame, repairs: Repairs) -> pl.DataFrame:
    """Records (RECORDS) with the content that corrections give them; void ones stay."""
    rewritten = _rewritten(records, repairs)
    if rewritten.is_empty():
        return records
    kept = records.join(rewritten, on=["source", "id"], how="anti")
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
    if not repairs.corrected:
        return records.clear()
    names = pl.DataFrame(sorted(repairs.corrected), schema=["source", "id"], orient="row")
    rows: list[dict[str, object]] = []
    found = records.filter(_perhaps(names)).join(names, on=["source", "id"], how="semi")
    for row in found.iter_rows(named=True):
        event = repairs.corrected[row["source"], row["id"]].event
        assert isinstance(event, FactCorrected)
        moved = event.effective_at
        model = EVENTS[row["type"]]
        content = model.model_validate(event.data).model_dump(
            mode="json", by_alias=True, exclude_none=True
        )
        rows.append(
            {
                **row,
                "schema_version": model.version,
                "effective_at": row["effective_at"] if moved is None else microseconds(moved),
                "state": canonical(content).decode(),
                **({"rank": None} if "rank" in row else {}),
            }
        )
    return pl.DataFrame(rows, schema=records.schema)


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


def _known(records: pl.DataFrame, names: set[Name]) -> dict[Name, tuple[str, str]]:
    """The type and stream of the facts among names that are there; decisions are no targets."""
    wanted = pl.DataFrame(sorted(names), schema=["source", "id"], orient="row")
    found = records.filter(_perhaps(wanted)).join(wanted, on=["source", "id"], how="semi")
    rows = found.select("source", "id", "type", "stream").iter_rows()
    return {
        (source, id_): (kind, stream) for source, id_, kind, stream in rows if EVENTS[kind].is_fact
    }


def _perhaps(names: pl.DataFrame) -> pl.Expr:
    """Whether a row may have one of few names: by id alone, which costs no join."""
    return pl.col("id").is_in(names["id"].unique().implode())


def _in_cycles(repairs: Sequence[RuleFact]) -> frozenset[Name]:
    """Repairs that, following what they name, come back to themselves."""
    names = {(repair.source, repair.id): _target(repair) for repair in repairs}
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


def _target(repair: RuleFact) -> Name:
    event = repair.event
    assert isinstance(event, FactCorrected | FactVoided)
    return event.target.source, event.target.id


def _void(repair: RuleFact | None) -> bool:
    return repair is not None and isinstance(repair.event, FactVoided)


def _time_then_name(repair: RuleFact) -> tuple[int, bytes, bytes]:
    return repair.effective_at, repair.source.encode(), repair.id.encode()


__all__ = ["Idle", "Name", "Repairs", "as_repaired", "live", "live_rules", "repairs_among"]
