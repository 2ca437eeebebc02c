"""Plan files: YAML 1.2 (or JSON) read into plans, or all that is wrong with them at once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from evenhand.plan_findings import Document, Finding, of_errors, of_raw_conditions, of_slips
from evenhand.yaml_files import NoYaml
from replay.trial import surprises_of
from schemas.errors import Malformed, Missing
from schemas.examples import BadExample
from schemas.plans import Plan
from schemas.plans.notes import notes
from schemas.plans.wholes import Place, Slip


class NoSuchFile(Missing):
    """A file was named that is not there, or cannot be read."""

    code = "no-such-file"

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(
            f"{path} was to be read, and there is no such file that may be read. Check the name."
        )


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


@dataclass(frozen=True, slots=True)
class Linted:
    """A plan that can be published, with what is worth a second look."""

    plan: Plan
    notes: Sequence[Finding]


def read_plan(path: Path) -> Plan:
    """The plan in a file. Raises `NoSuchFile` and `BadPlan`."""
    return _read(path, _document(path))


def lint(path: Path) -> Plan:
    """The plan in a file, with its examples executed. Raises `NoSuchFile` and `BadPlan`."""
    return linted(path).plan


def linted(path: Path) -> Linted:
    """The same, with notes about what is allowed and worth a second look."""
    document = _document(path)
    plan = _read(path, document)
    findings = list(_of_examples(document, plan))
    if findings:
        raise BadPlan(path, _told(findings))
    told = [document.finding(place, "note", text) for place, text in notes(plan)]
    return Linted(plan, _in_order(told))


def read_bytes(path: Path) -> bytes:
    """The bytes of a file. Raises `NoSuchFile`."""
    try:
        return path.read_bytes()
    except OSError:
        raise NoSuchFile(path) from None


def _document(path: Path) -> Document:
    try:
        return Document(read_bytes(path))
    except NoYaml as bad:
        raise BadPlan(path, [str(bad)]) from None


def _read(path: Path, document: Document) -> Plan:
    """The plan of a document, or everything that is wrong with its parts and the whole."""
    slips: list[Slip] = []
    try:
        plan = Plan.model_validate(document.content, context={"slips": slips})
    except ValidationError as invalid:
        asked = [*of_errors(document, invalid.errors()), *of_raw_conditions(document)]
        raise BadPlan(path, _told(asked)) from None
    if slips:
        raise BadPlan(path, _told(of_slips(document, slips)))
    return plan


def _of_examples(document: Document, plan: Plan) -> Iterator[Finding]:
    """The examples that do not come out as they say, or say no facts."""
    for number, example in enumerate(plan.examples):
        place: Place = ("examples", number)
        try:
            found = list(surprises_of(plan, example))
        except BadExample as bad:
            yield document.finding((*place, "events"), bad.code, str(bad))
            continue
        for each in found:
            here = (*place, *each.place)
            yield document.finding(here, "surprise", str(each), "Correct the plan or the example.")


def _told(findings: Iterable[Finding]) -> list[str]:
    return [str(finding) for finding in _in_order(findings)]


def _in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Findings as they stand in the file."""
    return sorted(findings, key=lambda finding: (finding.line, finding.column))
