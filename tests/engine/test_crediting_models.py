"""The kernel credits journeys as the oracle does, and as a payee may expect of any model."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.allocation import AmountTooLarge
from engine.crediting_models import UndatedTouch, by_channel_weights, cents, credit
from schemas.crediting import ChannelWeights, Linear, LinearDistinct, PerJourney, TimeDecay
from tests.engine.crediting import credited, frames, paid
from tests.oracle import crediting_models as oracle
from tests.oracle.crediting_models import Journey, Touch
from tests.strategies import crediting

MANY = settings(max_examples=150)


@MANY
@given(crediting.journeys(), crediting.models)
def test_shares_are_those_of_the_oracle(journeys: list[Journey], model: PerJourney) -> None:
    expected = {journey.name: oracle.shares(journey, model) for journey in journeys}
    assert credited(journeys, model) == expected
    assert all(sum(shares) == 1 for shares in expected.values())


@MANY
@given(crediting.journeys(), crediting.models)
def test_cents_are_those_of_the_oracle(journeys: list[Journey], model: PerJourney) -> None:
    valued = {journey.name: journey for journey in journeys if journey.value is not None}
    found = paid(journeys, model)
    assert found == {name: oracle.cents(journey, model) for name, journey in valued.items()}
    assert all(sum(parts) == valued[name].value for name, parts in found.items())


@MANY
@given(crediting.journeys(), crediting.models)
def test_taking_a_journey_back_takes_from_each_touch_what_it_was_given(
    journeys: list[Journey], model: PerJourney
) -> None:
    back = [
        journey if journey.value is None else replace(journey, value=-journey.value)
        for journey in journeys
    ]
    assert paid(back, model) == {
        name: [-part for part in parts] for name, parts in paid(journeys, model).items()
    }


@MANY
@given(crediting.journeys(), crediting.models, st.integers(0, 99))
def test_the_order_of_rows_and_the_counts_of_journeys_change_no_share(
    journeys: list[Journey], model: PerJourney, seed: int
) -> None:
    touches, rows = frames(journeys)
    _, once = frames([replace(journey, count=1) for journey in journeys])
    shuffled = credit(touches.sample(fraction=1, shuffle=True, seed=seed), rows.reverse(), model)
    assert shuffled.equals(credit(touches, rows, model))
    assert shuffled.equals(credit(touches, once, model))


@MANY
@given(crediting.journeys(), crediting.models)
def test_journeys_are_credited_one_by_one_as_they_are_together(
    journeys: list[Journey], model: PerJourney
) -> None:
    together = credited(journeys, model)
    assert together == {
        name: shares for journey in journeys for name, shares in credited([journey], model).items()
    }


@MANY
@given(crediting.journeys(), crediting.by_order | st.just(LinearDistinct(model="linear-distinct")))
def test_what_a_channel_is_called_changes_no_share(
    journeys: list[Journey], model: PerJourney
) -> None:
    renamed = [
        replace(journey, touches=tuple(map(_renamed, journey.touches))) for journey in journeys
    ]
    assert credited(renamed, model) == credited(journeys, model)


def _renamed(touch: Touch) -> Touch:
    return replace(touch, channel=f"{touch.channel[::-1]} 渠道")


@MANY
@given(crediting.journeys(), crediting.duplicate_proof, st.data())
def test_touching_again_gains_neither_a_share_nor_a_cent_where_that_is_promised(
    journeys: list[Journey], model: PerJourney, data: st.DataObject
) -> None:
    again = [replace(journey, touches=data.draw(_with_one_more(journey))) for journey in journeys]
    assert _of_channels(again, credited(again, model)) == _of_channels(
        journeys, credited(journeys, model)
    )
    assert _of_channels(again, paid(again, model)) == _of_channels(journeys, paid(journeys, model))


def _with_one_more(journey: Journey) -> st.SearchStrategy[tuple[Touch, ...]]:
    """The touches of a journey, and one of them once more at any place."""
    places = st.integers(0, len(journey.touches))
    return st.builds(
        lambda touch, place: (*journey.touches[:place], touch, *journey.touches[place:]),
        st.sampled_from(journey.touches),
        places,
    )


def _of_channels(
    journeys: list[Journey], parts: Mapping[str, Sequence[Fraction | int]]
) -> dict[tuple[str, str], Fraction | int]:
    """What each channel has of each journey."""
    found: dict[tuple[str, str], Fraction | int] = defaultdict(int)
    for journey in journeys:
        if journey.name in parts:
            for channel, part in zip(journey.channels, parts[journey.name], strict=True):
                found[journey.name, channel] += part
    return dict(found)


def test_a_journey_that_did_not_convert_has_no_credit() -> None:
    touches, rows = frames([Journey("won", (Touch("ads"),)), Journey("lost", (Touch("mail"),))])
    lost = rows.with_columns(converted=rows["journey"] == "won")
    assert credit(touches, lost, Linear(model="linear"))["channel"].to_list() == ["ads"]


def test_no_journeys_have_no_credit() -> None:
    touches, rows = frames([])
    model = LinearDistinct(model="linear-distinct")
    found = credit(touches, rows, model)
    assert found.is_empty()
    assert cents(found, rows, by_channel=True).is_empty()


def test_a_conversion_without_a_touch_has_no_credit() -> None:
    assert credited([Journey("direct", ())], Linear(model="linear")) == {}


def test_places_order_touches_wherever_they_start() -> None:
    touches, rows = frames([Journey("j", (Touch("ads"), Touch("mail"), Touch("ads")))])
    model = LinearDistinct(model="linear-distinct")
    later = touches.with_columns(place=touches["place"] * 10 + 5)
    assert credit(later, rows, model)["num"].equals(credit(touches, rows, model)["num"])


def test_a_touch_without_a_time_cannot_be_credited_by_its_age() -> None:
    touches, rows = frames([Journey("j", (Touch("ads"), Touch("mail")), ended_at=5)])
    model = TimeDecay(model="time-decay", table=[(0, 1)])
    for undated in (
        (touches.with_columns(at=None).cast({"at": int}), rows),
        (touches, rows.with_columns(ended_at=None).cast({"ended_at": int})),
    ):
        with pytest.raises(UndatedTouch, match="Journey j "):
            credit(*undated, model)


def test_a_touch_becomes_a_day_older_at_the_very_instant() -> None:
    model = TimeDecay(model="time-decay", table=[(0, 3), (1, 1)])
    day = oracle.DAY
    touches = (Touch("ads", at=9 * day), Touch("mail", at=9 * day + 1), Touch("late", at=11 * day))
    assert credited([Journey("j", touches, ended_at=10 * day)], model) == {
        "j": [Fraction(1, 7), Fraction(3, 7), Fraction(3, 7)]
    }


def test_a_deal_is_shared_by_frozen_weights_without_a_conversion_to_look_at() -> None:
    touches, _ = frames([Journey("deal-1", (Touch("mia"), Touch("sam"), Touch("mia")))])
    found = by_channel_weights(touches, {"mia": 3_000, "sam": 7_000}, distinct=True)
    shares = [Fraction(row["num"], row["den"]) for row in found.iter_rows(named=True)]
    assert shares == [Fraction(3, 20), Fraction(7, 10), Fraction(3, 20)]


def test_weights_that_would_not_fit_are_refused() -> None:
    touches, _ = frames([Journey("j", (Touch("mia"), Touch("sam")))])
    with pytest.raises(AmountTooLarge):
        by_channel_weights(touches, {"mia": 2**61}, distinct=True)


def test_one_repeated_channel_of_a_robot_does_not_stop_the_others() -> None:
    times = (7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83)
    robot = tuple(Touch(f"c{time}") for time in times for _ in range(time))
    journey = Journey("robot", robot, value=-999_983)
    model = ChannelWeights(
        model="channel-weights", weights={f"c{time}": time**3 for time in times}, distinct=True
    )
    assert paid([journey], model) == {"robot": oracle.cents(journey, model)}
