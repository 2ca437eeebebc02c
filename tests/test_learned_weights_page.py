"""The page about learned weights has every key of a training, and its example is true."""

from pathlib import Path

from evenhand.training_files import read_training
from schemas.training import Training
from tests.conftest import Golden
from tests.rule_reference import part_reference
from tests.shell import run
from tests.test_docs import DOCS, with_generated
from tests.test_readme import BLOCK, console, is_shown

PAGE = DOCS / "learned-weights.md"


def test_the_keys_of_a_training_are_those_of_the_model(golden: Golden) -> None:
    reference = part_reference("Training", Training.model_json_schema(by_alias=True))
    golden(PAGE, with_generated(PAGE, reference))


def test_weights_live_from_training_to_activation_as_the_page_shows(tmp_path: Path) -> None:
    text = PAGE.read_text(encoding="utf-8")
    for _, file, content in BLOCK.findall(text):
        if file:
            (tmp_path / file).write_text(content, encoding="utf-8")
    assert read_training(tmp_path / "training.yaml").name == "channels"
    for line, shown in console(text):
        ran = run(line, tmp_path, EVENHAND_LOG="sqlite:///weights.db")
        assert ran.code == 0, f"{line}\n{ran.text}"
        assert is_shown(shown, ran.text), f"{line}\n{ran.text}"
