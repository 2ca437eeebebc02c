"""A policy tried on facts: nothing is stored, all is known; and its examples, executed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from engine.log import Append
from engine.memory import MemoryLog
from engine.world import world
from projections.attribution import Attribution, attributions
from replay.drafts import published
from schemas.examples import example_facts
from schemas.policies import Policy
from schemas.policies.examples import ExpectedSource, PolicyExample
from schemas.recorded import Quarantined, Unrecorded


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyTrial:
    """Whose the deals of a trial are, in order of signing, and what contradicted."""

    deals: Sequence[Attribution]
    quarantine: Sequence[Quarantined]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySurprise:
    """Something of a deal that came out otherwise than an example says, and where it says so."""

    example: str
    place: tuple[str | int, ...]
    deal: str
    wanted: str
    found: str

    def __str__(self) -> str:
        what = self.place[2] if len(self.place) > 2 else "whose it is"  # noqa: PLR2004 - the key
        return (
            f"example {self.example!r}: {what} of {self.deal} was to be {self.wanted}, and is "
            f"{self.found}"
        )


def policies_tried(policies: Iterable[Policy], facts: Sequence[Unrecorded]) -> PolicyTrial:
    """Whose deals the facts speak of, under versions of a policy or policies."""
    log = MemoryLog()
    log.append(Append(events=[published(policy) for policy in policies], actor="trial"))
    log.append(Append(events=facts, actor="trial"))
    return PolicyTrial(deals=attributions(world(log.columns())), quarantine=log.quarantine)


def policy_surprises(policy: Policy) -> list[PolicySurprise]:
    """The expectations in a policy's examples that do not hold. Raises `BadExample`."""
    return [each for example in policy.examples for each in policy_surprises_of(policy, example)]


def policy_surprises_of(policy: Policy, example: PolicyExample) -> Iterator[PolicySurprise]:
    """The expectations of one example that do not hold. Raises `BadExample`."""
    trial = policies_tried([policy], example_facts(example.events, policy.zone))
    deals = {found.deal: found for found in trial.deals}
    for number, expected in enumerate(example.expect):
        for key, wanted, found in _differences(expected, deals.get(expected.deal)):
            yield PolicySurprise(
                example=example.name,
                place=("expect", number, *key),
                deal=expected.deal,
                wanted=wanted,
                found=found,
            )


_Difference = tuple[tuple[str, ...], str, str]
"""The key below an expectation, what was wanted, what was found."""


def _differences(expected: ExpectedSource, found: Attribution | None) -> Iterator[_Difference]:
    if found is None:
        yield ("deal",), "signed", "not: no such deal is signed in the facts"
        return
    for side in ("shares", "marketing", "sales"):
        wanted: Mapping[str, Fraction] | None = getattr(expected, side)
        if wanted is not None and dict(wanted) != dict(getattr(found, side)):
            yield (side,), _told(wanted), _told(getattr(found, side))
    if expected.rule is not None and expected.rule != found.rule:
        yield ("rule",), expected.rule, found.rule
    statuses = {claim.name: claim.status for claim in found.claims}
    for name, status in (expected.claims or {}).items():
        if statuses.get(name) != status:
            yield ("claims", name), status, statuses.get(name, "no claim on it")


def _told(shares: Mapping[str, Fraction]) -> str:
    """Shares in words: `mia 1/2, sam 1/2`."""
    return ", ".join(f"{name} {share}" for name, share in sorted(shares.items())) or "nobody's"
