"""The standing answer of a log catches up with what was recorded since."""

import pytest

from evenhand.cases.standing import caught_up, records_of, standing_of
from evenhand.wiring import open_log
from replay.refresh import Standing
from replay.stages import Question
from tests.cli.conftest import Run, life, lived, run

__all__ = ["life", "lived", "run"]


@pytest.mark.parametrize("known", [0, 3, 6])
def test_an_answer_catches_up_with_its_log(lived: Run, known: int) -> None:
    with open_log(None) as log:
        head = log.head().position
        caught = caught_up(standing_of(log, Question(position=known)), log).standing
        expected = Standing.of(records_of(log, head), Question(position=head))
    assert caught.known.question.position == head
    assert caught.lines().equals(expected.lines())
    assert not caught.lines().is_empty()


def test_what_caught_up_already_computes_nothing(lived: Run) -> None:
    with open_log(None) as log:
        standing = standing_of(log, Question(position=log.head().position))
        again = caught_up(standing, log)
    assert again.became.is_empty()
    assert again.standing.lines().equals(standing.lines())
