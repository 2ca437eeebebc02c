"""Policy files: read into attribution policies, or all that is wrong with them at once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from evenhand.findings import Grammar
from evenhand.rule_files import Linted, RuleFiles, Surprising
from replay.policy_trial import policy_surprises_of
from schemas.errors import Malformed
from schemas.policies import Policy
from schemas.policies.choices import CHOICES
from schemas.policies.notes import notes
from schemas.policies.wholes import gaps


class BadPolicy(Malformed):
    """A policy that cannot be published as it is; `findings` are all that is wrong with it."""

    code = "bad-policy"

    def __init__(self, path: Path, findings: list[str]) -> None:
        self.path, self.findings = path, findings
        listed = "".join(f"\n  {finding}" for finding in findings)
        super().__init__(
            f"{path} is no policy that can be published:{listed}\n"
            "Correct these and run: evenhand policy lint."
        )


def _surprises(policy: Policy, number: int) -> Iterator[Surprising]:
    for each in policy_surprises_of(policy, policy.examples[number]):
        yield Surprising(each.place, str(each))


POLICY_FILES: Final = RuleFiles(
    model=Policy,
    grammar=Grammar(model=Policy, choices=CHOICES, asking=("rules",)),
    bad=BadPolicy,
    gaps=gaps,
    surprises=_surprises,
    notes=notes,
)


def read_policy(path: Path) -> Policy:
    """The policy in a file. Raises `NoSuchFile` and `BadPolicy`."""
    return POLICY_FILES.read(path)


def lint_policy(path: Path) -> Linted[Policy]:
    """The same with its examples executed, and notes. Raises `NoSuchFile` and `BadPolicy`."""
    return POLICY_FILES.linted(path)
