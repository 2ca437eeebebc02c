"""Given weights that were learned, when somebody approves or activates them, then this follows."""

from typing import Any

import pytest

from commands.weights import (
    ActivateWeights,
    ApproveWeights,
    TrainerApproves,
    TrainWeights,
    UnknownWeights,
    WeightsNotApproved,
    decide,
    state_after,
)
from schemas.events.attribution import WeightsActivated, WeightsApproved, WeightsTrained

DIGEST = "ab" * 32


def trained(by: str | None = "ana", digest: str = DIGEST) -> WeightsTrained:
    content: dict[str, Any] = {
        "name": "channels",
        "position": 9,
        "matured_by": "2026-05-01T00:00:00+08:00",
        "training": {},
        "cohort": "cd" * 32,
        "journeys": 3,
        "conversions": 2,
        "weights": {"*": {"fair": 10_000}},
        "digest": digest,
        "by": by,
    }
    return WeightsTrained.model_validate(content)


def approved(by: str = "hr") -> WeightsApproved:
    return WeightsApproved(name="channels", digest=DIGEST, by=by)


def activated(starts: str = "2026-03-01T00:00:00+08:00") -> WeightsActivated:
    return WeightsActivated.model_validate({"name": "channels", "digest": DIGEST, "from": starts})


def test_weights_that_were_learned_before_are_not_recorded_again() -> None:
    assert decide(TrainWeights(trained=trained()), state_after([])) == [trained()]
    assert decide(TrainWeights(trained=trained("lee")), state_after([trained()])) == []


def test_who_trained_weights_does_not_approve_them_and_somebody_else_does() -> None:
    state = state_after([trained()])
    with pytest.raises(TrainerApproves):
        decide(ApproveWeights(approval=approved("ana")), state)
    assert decide(ApproveWeights(approval=approved()), state) == [approved()]


def test_weights_hold_only_once_they_are_approved() -> None:
    with pytest.raises(WeightsNotApproved):
        decide(ActivateWeights(activation=activated()), state_after([trained()]))
    state = state_after([trained(), approved()])
    assert decide(ActivateWeights(activation=activated()), state) == [activated()]


def test_weights_that_nobody_trained_are_unknown() -> None:
    with pytest.raises(UnknownWeights):
        decide(ApproveWeights(approval=approved()), state_after([trained(digest="cc" * 32)]))


def test_activating_again_from_the_same_day_records_nothing_and_from_another_does() -> None:
    state = state_after([trained(), approved(), activated()])
    assert decide(ActivateWeights(activation=activated()), state) == []
    later = activated("2026-04-01T00:00:00+08:00")
    assert decide(ActivateWeights(activation=later), state) == [later]
