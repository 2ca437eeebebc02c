"""How far the components of plans reach: what a line depends on beside rules and rates.

What reaches no further than its case is computed case by case; the rest by what cases hand on of a
payee, with all cases of a payee, or with all there are. What is in doubt is taken to reach far: an
error on this side costs time, one on the other would cost money (docs/decisions/0010).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

import polars as pl

from engine.law import Law
from schemas.plans import (
    Award,
    Bonus,
    Ceiling,
    Clawback,
    Commission,
    Component,
    Flat,
    Guarantee,
    MatrixCommission,
    Overlay,
    Override,
    Plan,
    Points,
    Scorecard,
    Spiff,
    Tiered,
)

Part = tuple[str, str]
"""A component of a plan, in all its versions: plan and component by their ids."""


class Reach(IntEnum):
    """What a line depends on: facts of its case, what its payee did, or what anybody did.

    Of what a payee did it may be enough to know what cases hand on (`engine.handing_on`).
    """

    CASE = 0
    HANDED_ON = 1
    PAYEE = 2
    EVERYBODY = 3


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

    def with_a_say(self, placed: pl.DataFrame) -> pl.DataFrame:
        """The facts (with `case`) of the cases, among whole ones, that have a say in it."""
        if self.types is None:
            return placed
        having = placed.filter(pl.col("type").is_in(self.types)).select("case").unique()
        return placed.join(having, on="case", how="semi")


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
    return _without(told, reaching := _reaching(told)), _far(told, reaching)


def handing(told: Law) -> Handing:
    """The same law in which cases hand on what they can."""
    reaching = _reaching(told)
    looking = {name for name, far in reaching.items() if far is Reach.HANDED_ON}
    beyond = {name: far for name, far in reaching.items() if far > Reach.HANDED_ON}
    apart = {
        (plan.plan, part.id)
        for plan, part in _parts(told, looking)
        if isinstance(part, Tiered | Bonus | Scorecard | Guarantee | Ceiling)
    }
    far = _far(told, beyond)
    waiting = _waiting(told, reaching)
    first = counted_by_conversion(_without(told, looking | waiting))
    if first or (far is not None and counted_by_conversion(far.law)):
        first, waiting = True, set[Part]()
    return Handing(
        near=_without(told, apart | set(beyond)),
        later=_later(told, looking, waiting),
        far=far,
        counts_first=first,
    )


def _waiting(told: Law, reaching: Collection[Part]) -> set[Part]:
    """What reaches no further than its case but for gates by conversion, and can wait for them."""
    plans = _plans(told)
    clawed = {
        (plan.plan, name)
        for plan in plans
        for part in plan.components
        if isinstance(part, Clawback)
        for name in part.applies_to
    }
    every = [((plan.plan, part.id), plan, part) for plan in plans for part in plan.components]
    kept = {name for name, plan, part in every if _handed_on(plan, part) is not Reach.HANDED_ON}
    gated = {name for name, plan, part in every if _converting(plan, part)}
    return gated - kept - clawed - set(reaching)


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


def _far(told: Law, reaching: Mapping[Part, Reach]) -> Far | None:
    if not reaching:
        return None
    looked_at = frozenset(_looked_at(told, reaching))
    types = [_types(plan, part) for plan, part in _parts(told, reaching)]
    return Far(
        law=told.paying(lambda plan, part: (plan.plan, part.id) in looked_at),
        reach=max(reaching.values()),
        parts=frozenset(reaching),
        types=_any_of(types),
    )


def counted_by_conversion(told: Law) -> bool:
    """Whether a gate on what is paid counts leads, so that counts go over from case to case."""
    return any(_converting(plan, part) for plan in _plans(told) for part in plan.components)


def _converting(plan: Plan, part: Component) -> bool:
    """Whether a gate on a component counts leads."""
    return any(gate.count != "attainment" and part.id in gate.applies_to for gate in plan.gates)


def _reaching(told: Law) -> dict[Part, Reach]:
    """Every component that reaches further than a case in one version: it does so in all."""
    found: dict[Part, Reach] = {}
    for plan in _plans(told):
        for part in plan.components:
            far = max(
                _of_component(plan, part),
                _of_cap(plan, part),
                _by_plan(plan, part),
                _by_policies(told, part),
            )
            if far > Reach.CASE:
                name = (plan.plan, part.id)
                found[name] = max(far, found.get(name, Reach.CASE))
    clawed = {
        (plan.plan, name): Reach.PAYEE
        for plan in _plans(told)
        for part in plan.components
        if isinstance(part, Clawback) and any((plan.plan, of) in found for of in part.applies_to)
        for name in (part.id, *(of for of in part.applies_to if (plan.plan, of) in found))
    }
    all_told = {name: max(clawed.get(name, far), far) for name, far in (clawed | found).items()}
    looking = {
        (plan.plan, part.id): max(all_told.get((plan.plan, of), Reach.CASE) for of in applies_to)
        for plan in _plans(told)
        for part in plan.components
        if (applies_to := _applies_to(part))
    }
    return {name: max(looking.get(name, reach), reach) for name, reach in all_told.items()}


def _applies_to(part: Component) -> Sequence[str]:
    """The components whose lines one looks at."""
    return part.applies_to if isinstance(part, Guarantee | Ceiling) else ()


def _by_plan(plan: Plan, part: Component) -> Reach:
    """How far a component reaches by what else its plan says of it.

    What is forfeited by leavers is found among all lines of a deal together.
    """
    if forfeited(plan):
        return Reach.PAYEE
    return _handed_on(plan, part) if _attaining(plan, part) else Reach.CASE


def _of_cap(plan: Plan, part: Component) -> Reach:
    """How far a cap reaches: further where instalments or decreases go by what it left."""
    cap = getattr(part, "cap", None)
    return Reach.CASE if cap is None or cap.per == "deal" else _handed_on(plan, part)


def _handed_on(plan: Plan, part: Component) -> Reach:
    """How far something reaches that looks over cases: further where others go by what is left.

    Those are instalments, clawbacks, and decreases where they are items of their own.
    """
    if isinstance(part, Clawback):
        return Reach.PAYEE
    spread = any(part.id in each.applies_to for each in plan.instalments)
    return Reach.PAYEE if spread or plan.decreases == "current-window" else Reach.HANDED_ON


def _by_policies(told: Law, part: Component) -> Reach:
    """How far a component reaches by what policies ask: who referred to whom, whatever it was."""
    referred = isinstance(part, Award) and part.on == "referral-made"
    policies = (version.policy for version in told.policies.versions)
    return _if(referred and any("cycle" in policy.awards.referral for policy in policies))


def forfeited(plan: Plan) -> bool:
    """Whether who leaves loses what is held of their deals."""
    holdback = plan.payment.holdback if plan.payment else None
    return holdback is not None and holdback.leaving == "forfeited"


def _attaining(plan: Plan, part: Component) -> bool:
    """Whether a gate on a component looks at the attainment of a quota."""
    return any(gate.count == "attainment" and part.id in gate.applies_to for gate in plan.gates)


def _of_component(plan: Plan, part: Component) -> Reach:
    """How far a component reaches by what it counts."""
    match part:
        case Commission() | Override() | Clawback() | Points() | Award():
            return Reach.CASE
        case Tiered():
            windowed = part.window != "deal" or part.quota is not None
            return _handed_on(plan, part) if windowed else Reach.CASE
        case Bonus() | Scorecard() | Guarantee() | Ceiling():
            return _handed_on(plan, part)
        case MatrixCommission():
            return _if(part.quota is not None)
        case Flat():
            return _if(part.limit is not None)
        case Spiff():
            most = _handed_on(plan, part) if part.most is not None else Reach.CASE
            return max(most, _if(part.first is not None))
        case Overlay():
            shared = part.pool is not None and part.pool.per != "deal"
            return Reach.EVERYBODY if shared else Reach.CASE


def _if(reaching: object) -> Reach:
    return Reach.PAYEE if reaching else Reach.CASE


def _looked_at(told: Law, reaching: Iterable[Part]) -> Iterator[Part]:
    """What reaches, and what it looks at."""
    for plan, part in _parts(told, frozenset(reaching)):
        yield plan.plan, part.id
        if isinstance(part, Guarantee | Ceiling | Clawback):
            yield from ((plan.plan, other) for other in part.applies_to)


def _parts(told: Law, named: Iterable[Part]) -> Iterator[tuple[Plan, Component]]:
    wanted = frozenset(named)
    for plan in _plans(told):
        for part in plan.components:
            if (plan.plan, part.id) in wanted:
                yield plan, part


def _types(plan: Plan, part: Component) -> frozenset[str] | None:
    """The facts without which a case has no say in what a component pays, None if any case has.

    An attainment may count anything.
    """
    if _attaining(plan, part):
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


def _plans(told: Law) -> list[Plan]:
    return [version.plan for version in told.book.named.values()]
