"""Overlay files: facts as CloudEvents, a plan, a policy, or a ruling, that nobody recorded."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from evenhand.plan_files import read_plan
from evenhand.policy_files import read_policy
from evenhand.rule_files import read_bytes
from evenhand.yaml_files import NoYaml, parsed
from replay.what_if import Overlay
from schemas.bad_events import BadEvent
from schemas.errors import Malformed
from schemas.events.disputes import DisputeSettled
from schemas.events.rulings import CreditOverridden
from schemas.recorded import Unrecorded
from schemas.wire import decode


class BadOverlay(Malformed):
    """A file that can be laid over no log; `findings` are all that is wrong with it."""

    code = "bad-overlay"

    def __init__(self, path: Path, findings: Sequence[str]) -> None:
        self.path, self.findings = path, findings
        listed = "".join(f"\n  {finding}" for finding in findings)
        super().__init__(
            f"{path} cannot be laid over what is known:{listed}\n"
            "An overlay is a .jsonl of CloudEvents, or YAML of a plan (plan:), a policy (policy:) "
            "or a ruling (deal: or dispute:, and ruling:). Correct these, and ask again."
        )


def overlays(paths: Iterable[Path]) -> list[Overlay]:
    """What files say. Raises `NoSuchFile`, `BadOverlay`, `BadPlan`, `BadPolicy`."""
    return [each for path in paths for each in _overlays(path)]


def _overlays(path: Path) -> Sequence[Overlay]:
    if path.suffix.lower() in (".jsonl", ".ndjson"):
        return _facts(path)
    try:
        content, _ = parsed(read_bytes(path))
    except NoYaml as bad:
        raise BadOverlay(path, [str(bad)]) from None
    match content:
        case {"plan": _}:
            return [read_plan(path)]
        case {"policy": _}:
            return [read_policy(path)]
        case {"deal": _} | {"dispute": _}:
            return [_ruling(path, content)]
        case _:
            raise BadOverlay(path, ["it names no plan, policy, deal or dispute"])


def _facts(path: Path) -> Sequence[Unrecorded]:
    found: list[Unrecorded] = []
    findings: list[str] = []
    for number, line in enumerate(read_bytes(path).removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        if not line.strip():
            continue
        try:
            found.append(decode(line.strip()))
        except BadEvent as bad:
            findings.append(f"line {number}: {bad.code}: {bad}")
    if findings:
        raise BadOverlay(path, findings)
    return found


def _ruling(path: Path, content: Mapping[str, Any]) -> Overlay:
    try:
        if "dispute" in content:
            return DisputeSettled.model_validate({"outcome": "upheld", **content})
        return CreditOverridden.model_validate(content)
    except ValidationError as invalid:
        raise BadOverlay(path, list(_findings(invalid))) from None


def _findings(invalid: ValidationError) -> Iterator[str]:
    for error in invalid.errors():
        yield f"{'.'.join(map(str, error['loc'])) or 'ruling'}: {error['msg']}"
