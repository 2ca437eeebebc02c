"""Crediting models against numbers worked by hand from what their vendors publish."""

from fractions import Fraction
from typing import Any

import pytest

from schemas.crediting import CREDITING_MODEL
from tests.engine.crediting import credited, paid
from tests.oracle.crediting_models import DAY, Journey, Touch

ADOBE_U = {"model": "position", "first": "40%", "last": "40%"}
ADOBE_J = {"model": "position", "first": "20%", "last": "60%"}
ADOBE_INVERSE_J = {"model": "position", "first": "60%", "last": "20%"}
GOOGLE = {"model": "position", "first": "2/5", "last": "2/5"}
HUBSPOT_U = {"model": "milestones", "weights": {"FT": "40%", "LC": "40%"}, "rest": "20%"}
MARKETO_U = {"model": "milestones", "weights": {"FT": "50%", "LC": "50%"}, "rest": "0"}
W = {"model": "milestones", "weights": {"FT": "30%", "LC": "30%", "OC": "30%"}, "rest": "10%"}
FULL_PATH = {
    "model": "milestones",
    "weights": {"FT": "22.5%", "LC": "22.5%", "OC": "22.5%", "CW": "22.5%"},
    "rest": "10%",
}
HALVING_EACH_WEEK = {"model": "time-decay", "table": [[0, 8], [7, 4], [14, 2], [21, 1]]}


def path(text: str) -> tuple[Touch, ...]:
    """Touches as in `ads mail:LC ads:OC+CW`."""
    words = (word.partition(":") for word in text.split())
    return tuple(
        Touch(channel, marks=tuple(marks.split("+")) if marks else ())
        for channel, _, marks in words
    )


def shares(model: dict[str, Any], text: str) -> list[str]:
    journey = Journey("j", path(text))
    return [
        str(share) for share in credited([journey], CREDITING_MODEL.validate_python(model))["j"]
    ]


@pytest.mark.parametrize(
    ("model", "text", "expected"),
    [
        (ADOBE_U, "a b c d", "2/5 1/10 1/10 2/5"),
        (ADOBE_U, "a b", "1/2 1/2"),
        (ADOBE_U, "a", "1"),
        (ADOBE_J, "a b c d", "1/5 1/10 1/10 3/5"),
        (ADOBE_J, "a b", "1/4 3/4"),
        (ADOBE_INVERSE_J, "a b c d", "3/5 1/10 1/10 1/5"),
        (ADOBE_INVERSE_J, "a b", "3/4 1/4"),
        (GOOGLE, "a b c", "2/5 1/5 2/5"),
        (GOOGLE, "a b c d e f", "2/5 1/20 1/20 1/20 1/20 2/5"),
        (HUBSPOT_U, "a b c:LC d", "2/5 1/10 2/5 1/10"),
        (MARKETO_U, "a b c:LC d", "1/2 0 1/2 0"),
        (MARKETO_U, "a:LC b", "1 0"),
        (W, "a b:LC c d:OC e", "3/10 3/10 1/20 3/10 1/20"),
        (FULL_PATH, "a b:LC c:OC d e:CW", "9/40 9/40 9/40 1/10 9/40"),
        (FULL_PATH, "a:LC b c:OC+CW", "9/20 1/10 9/20"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_shapes_of_the_field_come_out_as_published(
    model: dict[str, Any], text: str, expected: str
) -> None:
    assert shares(model, text) == expected.split()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b:LC c", "3/7 3/7 1/7"),  # no opportunity: 30, 30 and 10 of 70
        ("a b:LC c:OC", "1/3 1/3 1/3"),  # nothing else: 30, 30 and 30 of 90
        ("a b c", "3/4 1/8 1/8"),  # only a first touch: 30, and 10 for two of 40
        ("a:LC+OC", "1"),
        ("a b:LC c:LC", "3/7 3/7 1/7"),  # the first touch that carries a mark is the milestone
    ],
)
def test_what_a_journey_lacks_is_made_up_by_what_it_has(text: str, expected: str) -> None:
    assert shares(W, text) == expected.split()


def test_a_journey_with_nothing_that_a_model_weighs_is_shared_equally() -> None:
    only_created = {"model": "milestones", "weights": {"LC": "1"}, "rest": "0"}
    assert shares(only_created, "a b c d") == ["1/4"] * 4


def test_the_last_touch_that_is_not_direct_takes_all_or_the_last_when_all_are() -> None:
    model = {"model": "last-non-excluded", "excluded": ["direct", "typed-in"]}
    assert shares(model, "ads mail direct typed-in") == ["0", "1", "0", "0"]
    assert shares(model, "direct typed-in direct") == ["0", "0", "1"]


def test_a_channel_touched_twice_counts_twice_in_linear_and_once_in_linear_distinct() -> None:
    assert shares({"model": "linear"}, "a b a") == ["1/3", "1/3", "1/3"]
    assert shares({"model": "linear-distinct"}, "a b a") == ["1/4", "1/2", "1/4"]


def test_a_touch_that_is_a_week_older_weighs_half() -> None:
    # A conversion of 50 dollars with touches on its day and 7, 14 and 21 days before.
    ages = {"paid search": 0, "email": 7, "display": 14, "social": 21}
    touches = tuple(Touch(channel, at=(30 - age) * DAY) for channel, age in ages.items())
    journey = Journey("j", touches, ended_at=30 * DAY, value=50_00)
    model = CREDITING_MODEL.validate_python(HALVING_EACH_WEEK)
    assert credited([journey], model)["j"] == [Fraction(part, 15) for part in (8, 4, 2, 1)]
    assert paid([journey], model)["j"] == [26_67, 13_33, 6_67, 3_33]


def test_the_last_cent_goes_to_the_largest_remainder_then_the_larger_share_then_the_earlier() -> (
    None
):
    linear = CREDITING_MODEL.validate_python({"model": "linear"})
    shape = CREDITING_MODEL.validate_python(ADOBE_J)
    assert paid([Journey("j", path("a b c"), value=100)], linear)["j"] == [34, 33, 33]
    assert paid([Journey("j", path("a b c"), value=2)], linear)["j"] == [1, 1, 0]
    assert paid([Journey("j", path("a b c"), value=1)], shape)["j"] == [0, 0, 1]
    assert paid([Journey("j", path("a b c"), value=-100)], linear)["j"] == [-34, -33, -33]
