"""A law divided by how far its components reach, for replay in parts.

What reaches no further than its case is computed case by case; the rest by what cases hand on of a
payee, with all cases of a payee, or with all there are (docs/decisions/0010).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from engine.law import Law
from replay.reach import (
    Part,
    Reach,
    attaining,
    converting,
    counted_by_conversion,
    forfeited,
    kept,
    plans_of,
    reaching,
)
from schemas.plans import (
    Award,
    Bonus,
    Ceiling,
    Clawback,
    Commission,
    Component,
    Flat,
    Guarantee,
    Overlay,
    Override,
    Plan,
    Scorecard,
    Spiff,
    Tiered,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Far:
    """A law of which only what reaches further is paid, and what that looks at.

    `parts` are what reaches; lines of others are computed because those look at them, and are told
    elsewhere. `types` are the facts without which a case has no say in it, None if any case has.
    """

    law: Law
    reach: Reach
    parts: frozenset[Part]
    types: frozenset[str] | None

    @property
    def saying(self) -> pl.Expr:
        """Whether a fact (READ) gives its case a say in it."""
        if self.types is None:
            return pl.lit(value=True)
        return pl.col("type").is_in(sorted(self.types))


@dataclass(frozen=True, slots=True, kw_only=True)
class Handing:
    """A law in which cases hand on what reaches over them, as far as that is enough.

    `near` is priced case by case, what waits for its gates or its cap too; `later` is paid by what
    is handed on, None if nothing is. `far` is the rest. What waits for nothing but leads to be
    counted is paid later as well, and no case has a say in it but by what it counts.

    `counts_first` tells that leads are counted before there are any lines: something near or far
    has a gate by conversion and cannot wait for it.
    """

    near: Law
    later: Far | None
    far: Far | None
    counts_first: bool


def divided(told: Law) -> tuple[Law, Far | None]:
    """A law of which only what is paid case by case is left, and what is not paid so."""
    found = reaching(told)
    return _without(told, found), _far(told, found)


def handing(told: Law) -> Handing:
    """The same law in which cases hand on what they can."""
    found = reaching(told)
    looking = {name for name, far in found.items() if far is Reach.HANDED_ON}
    beyond = {name: far for name, far in found.items() if far > Reach.HANDED_ON}
    apart = {
        (plan.plan, part.id)
        for plan, part in _parts(told, looking)
        if isinstance(part, Tiered | Bonus | Scorecard | Guarantee | Ceiling)
    }
    far = _far(told, beyond)
    waiting = _waiting(told, found)
    first = counted_by_conversion(_without(told, looking | waiting))
    if first or (far is not None and counted_by_conversion(far.law)):
        first, waiting = True, set[Part]()
    return Handing(
        near=_without(told, apart | set(beyond)),
        later=_later(told, looking, waiting),
        far=far,
        counts_first=first,
    )


def _waiting(told: Law, found: Collection[Part]) -> set[Part]:
    """What reaches no further than its case but for gates by conversion, and can wait for them."""
    every = [(plan, part) for plan in plans_of(told) for part in plan.components]
    gated = {(plan.plan, part.id) for plan, part in every if converting(plan, part)}
    clawed = {
        (plan.plan, name)
        for plan, part in every
        if isinstance(part, Clawback)
        for name in part.applies_to
    }
    return gated - kept(told) - clawed - set(found)


def _later(told: Law, looking: Collection[Part], waiting: Collection[Part]) -> Far | None:
    """What is paid by what is handed on; cases have a say in what is looking over them."""
    parts = frozenset([*looking, *waiting])
    if not parts:
        return None
    return Far(
        law=told.paying(lambda plan, part: (plan.plan, part.id) in parts),
        reach=Reach.HANDED_ON,
        parts=parts,
        types=_any_of(_types(plan, part) for plan, part in _parts(told, looking)),
    )


def _without(told: Law, parts: Collection[Part]) -> Law:
    return told.paying(lambda plan, part: (plan.plan, part.id) not in parts) if parts else told


def _far(told: Law, found: Mapping[Part, Reach]) -> Far | None:
    if not found:
        return None
    looked_at = frozenset(_looked_at(told, found))
    types = [_types(plan, part) for plan, part in _parts(told, found)]
    return Far(
        law=told.paying(lambda plan, part: (plan.plan, part.id) in looked_at),
        reach=max(found.values()),
        parts=frozenset([*found, *_forfeitures(told)]),
        types=_any_of(types),
    )


def _forfeitures(told: Law) -> Iterator[Part]:
    """What leavers lose of what is held of their deals: lines under the name of the holdback."""
    for plan in plans_of(told):
        holdback = plan.payment.holdback if plan.payment else None
        if holdback is not None and forfeited(plan):
            yield plan.plan, holdback.id


def _looked_at(told: Law, found: Iterable[Part]) -> Iterator[Part]:
    """What reaches, and what it looks at."""
    for plan, part in _parts(told, frozenset(found)):
        yield plan.plan, part.id
        if isinstance(part, Guarantee | Ceiling | Clawback):
            yield from ((plan.plan, other) for other in part.applies_to)


def _parts(told: Law, named: Iterable[Part]) -> Iterator[tuple[Plan, Component]]:
    wanted = frozenset(named)
    for plan in plans_of(told):
        for part in plan.components:
            if (plan.plan, part.id) in wanted:
                yield plan, part


def _types(plan: Plan, part: Component) -> frozenset[str] | None:
    """The facts without which a case has no say in what a component pays, None if any case has.

    An attainment may count anything.
    """
    if attaining(plan, part):
        return None
    match part:
        case Award() | Flat():
            return frozenset([part.on])
        case Commission() | Override() | Overlay() | Spiff():
            return frozenset(["deal-signed"])
        case Tiered() if not plan.goes_by_measure(part):
            return frozenset(["deal-signed"])
        case Guarantee() | Ceiling():
            applied = (other for other in plan.components if other.id in part.applies_to)
            return _any_of(_types(plan, other) for other in applied)
        case _:
            return None


def _any_of(types: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    found = list(types)
    known = [each for each in found if each is not None]
    return frozenset[str]().union(*known) if len(known) == len(found) else None
