"""Files that say how weights are learned: read, or all that is wrong with them at once."""

from pathlib import Path
from typing import Final

from evenhand.findings import Grammar
from evenhand.rule_files import RuleFiles
from schemas.errors import Malformed
from schemas.training import Training


class BadTraining(Malformed):
    """A training that cannot be carried out as it is; `findings` are all that is wrong with it."""

    code = "bad-training"

    def __init__(self, path: Path, findings: list[str]) -> None:
        self.path, self.findings = path, findings
        listed = "".join(f"\n  {finding}" for finding in findings)
        super().__init__(
            f"{path} does not say how weights are learned:{listed}\n"
            "Correct these; docs/learned-weights.md has every key."
        )


TRAINING_FILES: Final = RuleFiles(
    model=Training,
    grammar=Grammar(model=Training, choices={}, asking=()),
    bad=BadTraining,
    gaps=lambda _: (),
    surprises=lambda _, __: (),
    notes=lambda _: (),
)


def read_training(path: Path) -> Training:
    """The training in a file. Raises `NoSuchFile` and `BadTraining`."""
    return TRAINING_FILES.read(path)
