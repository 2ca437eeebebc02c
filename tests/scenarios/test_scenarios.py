"""Every scenario, on a log in memory, through the same intake and commands as in production."""

from pathlib import Path

import pytest

from tests.conftest import Golden
from tests.scenarios.answering import Answering
from tests.scenarios.scenario import PATHS, read
from tests.scenarios.telling import DatedLog, told


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_scenario_comes_out_as_it_says(path: Path, golden: Golden) -> None:
    scenario = read(path)
    log = DatedLog()
    telling = told(scenario, log, log.set_clock)
    answering = Answering(
        log, telling.zone, lambda: [f"{each.code}: {each.reason}" for each in log.quarantine]
    )
    answers = [answering.answer(question.text) for question in scenario.questions]
    golden(path, scenario.text(answers))
