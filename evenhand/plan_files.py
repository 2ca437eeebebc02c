"""Plan files: YAML 1.2 (or JSON) read into plans, or all that is wrong with them at once."""

from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from replay.trial import surprises
from schemas.errors import Malformed, Missing
from schemas.examples import BadExample
from schemas.plans import Plan


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


def read_plan(path: Path) -> Plan:
    """The plan in a file. Raises `NoSuchFile` and `BadPlan`."""
    document = _document(path)
    try:
        return Plan.model_validate(document)
    except ValidationError as invalid:
        raise BadPlan(path, [_finding(error) for error in invalid.errors()]) from None


def lint(path: Path) -> Plan:
    """The plan in a file, with its examples executed. Raises `NoSuchFile` and `BadPlan`."""
    plan = read_plan(path)
    try:
        findings = [str(surprise) for surprise in surprises(plan)]
    except BadExample as bad:
        findings = [str(bad)]
    if findings:
        raise BadPlan(path, findings)
    return plan


def read_bytes(path: Path) -> bytes:
    """The bytes of a file. Raises `NoSuchFile`."""
    try:
        return path.read_bytes()
    except OSError:
        raise NoSuchFile(path) from None


def _document(path: Path) -> Any:
    try:
        return YAML(typ="safe", pure=True).load(read_bytes(path))  # pyright: ignore[reportUnknownMemberType]
    except MarkedYAMLError as error:
        marked: Any = error
        where = "" if marked.problem_mark is None else f"line {marked.problem_mark.line + 1}: "
        raise BadPlan(path, [f"{where}not YAML: {marked.problem}"]) from None
    except (YAMLError, UnicodeDecodeError, RecursionError, ValueError):
        raise BadPlan(path, ["not YAML in UTF-8"]) from None


def _finding(error: Any) -> str:
    place = ".".join(str(part) for part in error["loc"]) or "the plan"
    match error["type"]:
        case "extra_forbidden":
            return f"{place}: there is no such key"
        case "missing":
            return f"{place}: the key is missing"
        case "union_tag_invalid":
            return f"{place}: the kind is none of {error['ctx']['expected_tags']}"
        case _:
            return f"{place}: {error['msg']}"
