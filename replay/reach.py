"""How far the components of plans reach: what a line depends on beside rules and rates.

What reaches no further than its case is computed case by case; the rest with all that its payees
did, or with what everybody did. What is not named here is taken to reach far: an error on this side
costs time, one on the other would cost money (docs/decisions/0010).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

import polars as pl

from engine.law import Law
from schemas.plans import (
    Award,
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
    Spiff,
    Tiered,
)

Part = tuple[str, str]
"""A component of a plan, in all its versions: plan and component by their ids."""


class Reach(IntEnum):
    """What a line depends on: facts of its case, what a cap leaves, what its payee or anybody did.

    What a cap leaves is found from what all cases of its payee entitle to (`engine.uncapped`).
    """

    CASE = 0
    CAP = 1
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


def divided(told: Law) -> tuple[Law, Far | None]:
    """A law of which only what is paid case by case is left, and what is not paid so."""
    reaching = _reaching(told)
    if not reaching:
        return told, None
    looked_at = frozenset(_looked_at(told, reaching))
    types = [_types(plan, part) for plan, part in _parts(told, reaching)]
    return (
        told.paying(lambda plan, part: (plan.plan, part.id) not in reaching),
        Far(
            law=told.paying(lambda plan, part: (plan.plan, part.id) in looked_at),
            reach=max(reaching.values()),
            parts=frozenset(reaching),
            types=_any_of(types),
        ),
    )


def counted_by_conversion(told: Law) -> bool:
    """Whether a gate on what is paid counts leads, so that counts go over from case to case."""
    return any(
        gate.count != "attainment" and any(part.id in gate.applies_to for part in plan.components)
        for plan in _plans(told)
        for gate in plan.gates
    )


def _reaching(told: Law) -> dict[Part, Reach]:
    """Every component that reaches further than a case in one version: it does so in all."""
    found: dict[Part, Reach] = {}
    for plan in _plans(told):
        for part in plan.components:
            far = max(
                _of_component(part),
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
    return {name: max(clawed.get(name, reach), reach) for name, reach in (clawed | found).items()}


def _by_plan(plan: Plan, part: Component) -> Reach:
    """How far a component reaches by what else its plan says of it.

    What is forfeited by leavers is found among all lines of a deal together.
    """
    return _if(_attaining(plan, part) or forfeited(plan))


def _of_cap(plan: Plan, part: Component) -> Reach:
    """How far a cap reaches: further where instalments or decreases go by what it left."""
    cap = getattr(part, "cap", None)
    if cap is None or cap.per == "deal":
        return Reach.CASE
    spread = any(part.id in each.applies_to for each in plan.instalments)
    apart = isinstance(part, Commission | Override | Award) and not spread
    return Reach.CAP if apart and plan.decreases != "current-window" else Reach.PAYEE


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


def _of_component(part: Component) -> Reach:
    """How far a component reaches by what it counts."""
    match part:
        case Commission() | Override() | Clawback() | Points() | Award():
            return Reach.CASE
        case Tiered():
            return _if(part.window != "deal" or part.quota is not None)
        case MatrixCommission():
            return _if(part.quota is not None)
        case Flat():
            return _if(part.limit is not None)
        case Spiff():
            return _if(part.first is not None or part.most is not None)
        case Overlay():
            shared = part.pool is not None and part.pool.per != "deal"
            return Reach.EVERYBODY if shared else Reach.CASE
        case _:
            return Reach.PAYEE


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
        case Tiered() if part.quota is None:
            return frozenset(["deal-signed"])
        case _:
            return None


def _any_of(types: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    found = list(types)
    known = [each for each in found if each is not None]
    return frozenset[str]().union(*known) if len(known) == len(found) else None


def _plans(told: Law) -> list[Plan]:
    return [version.plan for version in told.book.named.values()]
