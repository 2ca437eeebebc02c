"""How far the components of plans reach: what a line depends on beside rules and rates.

What is in doubt is taken to reach far: an error on this side costs time, one on the other would
cost money (docs/decisions/0010).
"""

from collections.abc import Sequence
from enum import IntEnum

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


def reaching(told: Law) -> dict[Part, Reach]:
    """Every component that reaches further than a case in one version: it does so in all."""
    found: dict[Part, Reach] = {}
    for plan in plans_of(told):
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
    found |= {name: Reach.PAYEE for name in kept(told) if found.get(name) is Reach.HANDED_ON}
    clawed = {
        (plan.plan, name): Reach.PAYEE
        for plan in plans_of(told)
        for part in plan.components
        if isinstance(part, Clawback) and any((plan.plan, of) in found for of in part.applies_to)
        for name in (part.id, *(of for of in part.applies_to if (plan.plan, of) in found))
    }
    all_told = {name: max(clawed.get(name, far), far) for name, far in (clawed | found).items()}
    looking = {
        (plan.plan, part.id): max(all_told.get((plan.plan, of), Reach.CASE) for of in applies_to)
        for plan in plans_of(told)
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
    return handed_on(plan, part) if attaining(plan, part) else Reach.CASE


def _of_cap(plan: Plan, part: Component) -> Reach:
    """How far a cap reaches: further where instalments or decreases go by what it left."""
    cap = getattr(part, "cap", None)
    return Reach.CASE if cap is None or cap.per == "deal" else handed_on(plan, part)


def handed_on(plan: Plan, part: Component) -> Reach:
    """How far something reaches that looks over cases: further where others go by what is left.

    Those are instalments, clawbacks, and decreases where they are items of their own.
    """
    if isinstance(part, Clawback):
        return Reach.PAYEE
    spread = any(part.id in each.applies_to for each in plan.instalments)
    return Reach.PAYEE if spread or plan.decreases == "current-window" else Reach.HANDED_ON


def kept(told: Law) -> set[Part]:
    """What is not handed on, as in one version others go by what is left of it."""
    return {
        (plan.plan, part.id)
        for plan in plans_of(told)
        for part in plan.components
        if handed_on(plan, part) is not Reach.HANDED_ON
    }


def _by_policies(told: Law, part: Component) -> Reach:
    """How far a component reaches by what policies ask: who referred to whom, whatever it was."""
    referred = isinstance(part, Award) and part.on == "referral-made"
    policies = (version.policy for version in told.policies.versions)
    return _if(referred and any("cycle" in policy.awards.referral for policy in policies))


def _of_component(plan: Plan, part: Component) -> Reach:
    """How far a component reaches by what it counts."""
    match part:
        case Commission() | Override() | Clawback() | Points() | Award():
            return Reach.CASE
        case Tiered():
            windowed = part.window != "deal" or part.quota is not None
            return handed_on(plan, part) if windowed else Reach.CASE
        case Bonus() | Scorecard() | Guarantee() | Ceiling():
            return handed_on(plan, part)
        case MatrixCommission():
            return _if(part.quota is not None)
        case Flat():
            return _if(part.limit is not None)
        case Spiff():
            most = handed_on(plan, part) if part.most is not None else Reach.CASE
            return max(most, _if(part.first is not None))
        case Overlay():
            shared = part.pool is not None and part.pool.per != "deal"
            return Reach.EVERYBODY if shared else Reach.CASE


def _if(far: object) -> Reach:
    return Reach.PAYEE if far else Reach.CASE


def forfeited(plan: Plan) -> bool:
    """Whether who leaves loses what is held of their deals."""
    holdback = plan.payment.holdback if plan.payment else None
    return holdback is not None and holdback.leaving == "forfeited"


def attaining(plan: Plan, part: Component) -> bool:
    """Whether a gate on a component looks at the attainment of a quota."""
    return any(gate.count == "attainment" and part.id in gate.applies_to for gate in plan.gates)


def converting(plan: Plan, part: Component) -> bool:
    """Whether a gate on a component counts leads."""
    return any(gate.count != "attainment" and part.id in gate.applies_to for gate in plan.gates)


def counted_by_conversion(told: Law) -> bool:
    """Whether a gate on what is paid counts leads, so that counts go over from case to case."""
    return any(converting(plan, part) for plan in plans_of(told) for part in plan.components)


def plans_of(told: Law) -> list[Plan]:
    """Every version of every plan."""
    return [version.plan for version in told.book.named.values()]
