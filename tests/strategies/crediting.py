"""Journeys and crediting models of every kind, as the oracle reads them."""

from fractions import Fraction

from hypothesis import strategies as st

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
from tests.oracle.crediting_models import DAY, Journey, Touch

CHANNELS = st.sampled_from(["ads", "event", "mail", "partner", "search"])
MARKS = st.sampled_from(["LC", "OC", "CW"])

touches = st.builds(
    Touch,
    channel=CHANNELS,
    at=st.integers(0, 40 * DAY) | st.integers(0, 40).map(lambda days: days * DAY),
    marks=st.lists(MARKS, max_size=2, unique=True).map(tuple),
)


@st.composite
def journeys(draw: st.DrawFn) -> list[Journey]:
    """Journeys that converted, of one to nine touches, some without a value."""
    paths = draw(st.lists(st.lists(touches, min_size=1, max_size=9), max_size=5))
    return [
        Journey(
            name=f"j{number}",
            touches=tuple(path),
            ended_at=draw(st.integers(0, 60 * DAY) | st.just(40 * DAY)),
            value=draw(st.none() | st.integers(-(10**6), 10**6)),
            count=draw(st.integers(1, 4)),
        )
        for number, path in enumerate(paths)
    ]


@st.composite
def parts_of_one(draw: st.DrawFn, count: int) -> list[Fraction]:
    """So many shares above zero that sum to 1."""
    weights = draw(st.lists(st.integers(1, 20), min_size=count, max_size=count))
    return [Fraction(weight, sum(weights)) for weight in weights]


@st.composite
def _positions(draw: st.DrawFn) -> Position:
    first, last, _ = draw(parts_of_one(3))
    shares = draw(st.sampled_from([(first, last), (first, 1 - first), (first, 0 * last)]))
    return Position(model="position", first=shares[0], last=shares[1])


@st.composite
def _milestones(draw: st.DrawFn) -> Milestones:
    marks = draw(st.lists(st.just("FT") | MARKS, min_size=1, max_size=4, unique=True))
    *weights, rest = draw(parts_of_one(len(marks) + 1))
    loose = draw(st.booleans())
    return Milestones(
        model="milestones",
        weights=dict(zip(marks, weights, strict=True)),
        rest=draw(st.sampled_from([Fraction(0), rest])) if loose else rest,
        renormalise=loose,
    )


@st.composite
def _decays(draw: st.DrawFn) -> TimeDecay:
    later = draw(st.lists(st.integers(1, 45), max_size=5, unique=True).map(sorted))
    weights = draw(
        st.lists(st.integers(0, 9), min_size=len(later) + 1, max_size=len(later) + 1).filter(any)
    )
    return TimeDecay(model="time-decay", table=list(zip([0, *later], weights, strict=True)))


duplicate_proof: st.SearchStrategy[PerJourney] = st.just(
    LinearDistinct(model="linear-distinct")
) | st.builds(
    ChannelWeights,
    model=st.just("channel-weights"),
    weights=st.dictionaries(CHANNELS, st.integers(0, 50), min_size=1).filter(
        lambda weights: any(weights.values())
    ),
    distinct=st.just(value=True),
)
by_order: st.SearchStrategy[PerJourney] = st.one_of(
    st.just(FirstTouch(model="first-touch")),
    st.just(LastTouch(model="last-touch")),
    st.just(Linear(model="linear")),
    _positions(),
    _milestones(),
    _decays(),
)
models: st.SearchStrategy[PerJourney] = st.one_of(
    by_order,
    duplicate_proof,
    duplicate_proof.filter(lambda model: isinstance(model, ChannelWeights)).map(
        lambda model: model.model_copy(update={"distinct": False})
    ),
    st.builds(
        LastNonExcluded,
        model=st.just("last-non-excluded"),
        excluded=st.lists(CHANNELS, min_size=1, max_size=4, unique=True),
    ),
)
