"""Which types of facts a part of a plan reads: what may move a line of it."""

from collections.abc import Iterable, Iterator
from typing import Final

from engine.rulebook import Version
from schemas.plans import Award, Component, Flat, Plan, Scorecard, Tiered
from schemas.policies import Policy

ALWAYS: Final = frozenset(
    [
        *("lead-created", "lead-qualified", "lead-disqualified", "lead-recycled"),
        *("deal-signed", "contract-amended", "fact-corrected", "fact-voided"),
        *("plan-published", "plan-assigned", "rate-of-exchange-published"),
        *("identity-linked", "identity-unlinked", "customer-registered"),
        *("attribution-policy-published", "weights-approved", "weights-activated"),
        *("credit-overridden", "dispute-settled", "override-revoked"),
    ]
)
"""What may move any line."""
_MONEY: Final = frozenset(["payment-received", "refund-issued", "milestone-reached"])
_PEOPLE: Final = frozenset(["payee-enrolled", "payee-left"])
_POSITIONS: Final = frozenset(["payee-enrolled", "payee-assigned"])
_TARGETS: Final = _PEOPLE | {"quota-set"}
_METRICS: Final = frozenset(["metric-reported"])
_TOUCHES: Final = frozenset(["touch-recorded"])
_TOGETHER: Final = frozenset(["joint-signing-confirmed", "referral-made", "participation-declared"])
ALL: Final = ALWAYS | _MONEY | _POSITIONS | _TARGETS | _METRICS | _TOUCHES | _TOGETHER
"""What may move a line of something that is not known any more."""

_OF_KIND: Final = {
    "override": _POSITIONS,
    "overlay": frozenset(["participation-declared"]),
    "bonus": _PEOPLE,
    "scorecard": _PEOPLE,
    "guarantee": _PEOPLE,
    "ceiling": _PEOPLE,
}


def types_read(
    version: Version | None, component: str, policies: Iterable[Policy] = ()
) -> frozenset[str]:
    """The types of facts that may move a line of a component of a version under policies."""
    if version is None:
        return ALL
    plan = version.plan
    part = next((each for each in plan.components if each.id == component), None)
    touched = _TOUCHES if any(each.reads_touches for each in policies) else frozenset[str]()
    return ALL if part is None else ALWAYS.union(touched, *_read(plan, part))


def _read(plan: Plan, part: Component) -> Iterator[frozenset[str]]:
    yield _OF_KIND.get(part.kind, frozenset())
    if isinstance(part, Award):
        yield frozenset([part.on])
    if isinstance(part, Flat) and part.on == "touch-recorded":
        yield _TOUCHES
    yield from (_quota(plan, quota) for quota in quotas_read(plan, part))
    if any(part.id in each.applies_to for each in plan.coefficients):
        yield _METRICS
    if any(part.id in each.applies_to for each in plan.instalments):
        yield _MONEY
    if plan.leaving is not None:
        yield _PEOPLE
    over = getattr(part, "applies_to", ())
    for other in plan.components:
        if other.id in over:
            yield from _read(plan, other)


def quotas_read(plan: Plan, part: Component) -> Iterator[str]:
    """The quotas that a component or a gate on it looks at."""
    if (own := getattr(part, "quota", None)) is not None:
        yield own
    if isinstance(part, Scorecard):
        yield from (name for card in part.cards for name in (card.quota, card.needs) if name)
    for gate in plan.gates:
        if part.id in gate.applies_to and gate.count == "attainment":
            yield gate.quota


def measures_read(plan: Plan) -> frozenset[str]:
    """The measures whose totals components go by; a tier may go by what it is to be alone."""
    parts = [
        part.model_copy(update={"quota": None})
        if isinstance(part, Tiered) and not plan.goes_by_measure(part)
        else part
        for part in plan.components
    ]
    quotas = {name for part in parts for name in quotas_read(plan, part)}
    return frozenset(quota.measure for quota in plan.quotas if quota.id in quotas)


def _quota(plan: Plan, name: str) -> frozenset[str]:
    measured = {quota.measure for quota in plan.quotas if quota.id == name}
    of = next(measure.of for measure in plan.measures if measure.id in measured)
    counted = {"touches": _TOUCHES, "cash": _MONEY, "metric": _METRICS}
    return _TARGETS | counted.get(of, frozenset())
