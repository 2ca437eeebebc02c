"""Which learned weights hold at a signing: those activated last, and only approved ones."""

from datetime import UTC, datetime

from engine.facts import RuleFact
from engine.frozen_weights import Frozen, frozen
from schemas.events.attribution import WeightsActivated, WeightsApproved, WeightsTrained
from schemas.recorded import microseconds

OLD, NEW = "ab" * 32, "cd" * 32
MARCH, APRIL = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
Rule = WeightsTrained | WeightsApproved | WeightsActivated


def trained(digest: str) -> WeightsTrained:
    return WeightsTrained.model_validate(
        {
            "name": "channels",
            "position": 1,
            "matured_by": MARCH,
            "training": {},
            "cohort": OLD,
            "journeys": 1,
            "conversions": 1,
            "weights": {"*": {"web": 10_000}},
            "digest": digest,
        }
    )


def approved(digest: str) -> WeightsApproved:
    return WeightsApproved(name="channels", digest=digest)


def active(digest: str, starts: datetime) -> WeightsActivated:
    return WeightsActivated.model_validate({"name": "channels", "digest": digest, "from": starts})


def held(*events: Rule) -> list[tuple[int, str]]:
    """From when on which weights hold, in the order in which they are looked up."""
    rules = [
        RuleFact(event, 0, "weights/channels", "evenhand", f"w{number}", number)
        for number, event in enumerate(events)
    ]
    found: list[Frozen] = list(frozen(rules).get("channels", []))
    return [(each.starts, each.digest) for each in found]


def test_weights_hold_from_their_activation_in_order_of_their_start() -> None:
    both = (trained(OLD), approved(OLD), trained(NEW), approved(NEW))
    assert held(*both, active(NEW, APRIL), active(OLD, MARCH)) == [
        (microseconds(MARCH), OLD),
        (microseconds(APRIL), NEW),
    ]


def test_of_two_with_one_start_the_one_activated_later_comes_last_and_holds() -> None:
    both = (trained(OLD), approved(OLD), trained(NEW), approved(NEW))
    again = (active(OLD, MARCH), active(NEW, MARCH), active(OLD, MARCH))
    assert [digest for _, digest in held(*both, *again)] == [OLD, NEW, OLD]


def test_what_nobody_approved_or_nobody_trained_never_holds() -> None:
    assert held(trained(OLD), active(OLD, MARCH)) == []
    assert held(approved(OLD), active(OLD, MARCH)) == []
    assert held(trained(OLD), approved(OLD)) == []
