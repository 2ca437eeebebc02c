"""Plan files: read into plans, or all that is wrong with them at once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from evenhand.findings import Grammar
from evenhand.rule_files import Linted, RuleFiles, Surprising
from replay.trial import surprises_of
from schemas.errors import Malformed
from schemas.plans import Plan
from schemas.plans.choices import CHOICES
from schemas.plans.notes import notes


class BadPlan(Malformed):
    """A plan that cannot be published as it is; `findings` are all that is wrong with it."""

    code = "bad-plan"

    def __init__(self, path: Path, findings: list[str]) -> None:
        self.path, self.findings = path, findings
        listed = "".join(f"\n  {finding}" for finding in findings)
        super().__init__(
            f"{path} is no plan that can be published:{listed}\n"
            "Correct these and run: evenhand plan lint."
        )


def _surprises(plan: Plan, number: int) -> Iterator[Surprising]:
    for each in surprises_of(plan, plan.examples[number]):
        yield Surprising(each.place, str(each))


PLAN_FILES: Final = RuleFiles(
    model=Plan,
    grammar=Grammar(model=Plan, choices=CHOICES, asking=("components", "measures")),
    bad=BadPlan,
    gaps=lambda _: (),
    surprises=_surprises,
    notes=notes,
)


def read_plan(path: Path) -> Plan:
    """The plan in a file. Raises `NoSuchFile` and `BadPlan`."""
    return PLAN_FILES.read(path)


def lint(path: Path) -> Plan:
    """The plan in a file, with its examples executed. Raises `NoSuchFile` and `BadPlan`."""
    return linted(path).rules


def linted(path: Path) -> Linted[Plan]:
    """The same, with notes about what is allowed and worth a second look."""
    return PLAN_FILES.linted(path)
