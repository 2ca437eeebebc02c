"""Crediting models of one journey in plain fractions: the definitions, written down once more."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from schemas.crediting import (
    ChannelWeights,
    FirstTouch,
    LastNonExcluded,
    LastTouch,
    Linear,
    LinearDistinct,
    Milestones,
    PerJourney,
    Position,
    TimeDecay,
)

DAY = 24 * 60 * 60 * 1_000_000


@dataclass(frozen=True, slots=True)
class Touch:
    """A touch of a journey: its channel, when it was, the milestones marked on it."""

    channel: str
    at: int = 0
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Journey:
    """A journey that converted: its touches in order, its conversion and what that was worth."""

    name: str
    touches: tuple[Touch, ...]
    ended_at: int = 0
    value: int | None = None
    count: int = 1

    @property
    def channels(self) -> list[str]:
        return [touch.channel for touch in self.touches]


def shares(journey: Journey, model: PerJourney) -> list[Fraction]:
    """The share of each touch."""
    return _of_whole(_weights(journey, model))


def cents(journey: Journey, model: PerJourney) -> list[int]:
    """The minor units of each touch."""
    assert journey.value is not None
    sign = -1 if journey.value < 0 else 1
    given = shares(journey, model)
    if not isinstance(model, LinearDistinct) and not (
        isinstance(model, ChannelWeights) and model.distinct
    ):
        return [sign * part for part in _divided(abs(journey.value), given)]
    names = sorted(set(journey.channels), key=str.encode)
    whole = {name: sum(_of(name, journey, given), Fraction(0)) for name in names}
    of_channel = dict(zip(names, _divided(abs(journey.value), list(whole.values())), strict=True))
    parts = {name: _split(of_channel[name], journey.channels.count(name)) for name in names}
    return [sign * parts[name].pop(0) for name in journey.channels]


def _weights(journey: Journey, model: PerJourney) -> list[Fraction]:
    """What each touch weighs against the others."""
    count, names = len(journey.touches), journey.channels
    ones = [Fraction(1)] * count
    match model:
        case FirstTouch():
            return _only(0, count)
        case LastTouch():
            return _only(count - 1, count)
        case LastNonExcluded():
            kept = [nth for nth in range(count) if names[nth] not in model.excluded]
            return _only(kept[-1] if kept else count - 1, count)
        case Linear():
            return ones
        case LinearDistinct():
            return [Fraction(1, names.count(name)) for name in names]
        case Position():
            return _by_position(model.first, model.last, count)
        case Milestones():
            return _by_milestones(journey, model)
        case TimeDecay():
            weighed = [_by_age(journey.ended_at - touch.at, model) for touch in journey.touches]
            return weighed if any(weighed) else ones
        case ChannelWeights():
            return _by_weights(names, model)


def _by_weights(names: Sequence[str], model: ChannelWeights) -> list[Fraction]:
    weights = {name: model.weights.get(name, 0) for name in names}
    if not any(weights.values()):
        weights = dict.fromkeys(names, 1)
    return [Fraction(weights[name], names.count(name) if model.distinct else 1) for name in names]


def _by_position(first: Fraction, last: Fraction, count: int) -> list[Fraction]:
    if count == 1:
        return [Fraction(1)]
    if count == 2:
        return [first, last]
    return [first, *[(1 - first - last) / (count - 2)] * (count - 2), last]


def _by_milestones(journey: Journey, model: Milestones) -> list[Fraction]:
    weights = [Fraction(0)] * len(journey.touches)
    for mark, weight in model.weights.items():
        marked = [
            nth
            for nth, touch in enumerate(journey.touches)
            if (nth == 0 if mark == "FT" else mark in touch.marks)
        ]
        if marked:
            weights[marked[0]] += weight
    others = [nth for nth, weight in enumerate(weights) if weight == 0]
    for nth in others:
        weights[nth] = model.rest / len(others)
    return weights if any(weights) else [Fraction(1)] * len(weights)


def _by_age(age: int, model: TimeDecay) -> Fraction:
    days = max(age, 0) // DAY
    return Fraction([weight for first, weight in model.table if first <= days][-1])


def _only(place: int, count: int) -> list[Fraction]:
    return [Fraction(nth == place) for nth in range(count)]


def _of_whole(weights: Sequence[Fraction]) -> list[Fraction]:
    return [weight / sum(weights) for weight in weights]


def _of(name: str, journey: Journey, given: Sequence[Fraction]) -> list[Fraction]:
    return [
        share for channel, share in zip(journey.channels, given, strict=True) if channel == name
    ]


def _split(whole: int, count: int) -> list[int]:
    return _divided(whole, [Fraction(1, count)] * count)


def _divided(whole: int, given: Sequence[Fraction]) -> list[int]:
    """By largest remainder; ties to the larger share, then to the one that stands earlier."""
    parts = [int(whole * share) for share in given]
    first = sorted(
        range(len(given)), key=lambda nth: (parts[nth] - whole * given[nth], -given[nth], nth)
    )
    for nth in first[: whole - sum(parts)]:
        parts[nth] += 1
    return parts
