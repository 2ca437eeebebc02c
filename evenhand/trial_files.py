"""Facts in a file, for a trial: CloudEvents, one JSON object a line; nothing is recorded."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from evenhand.rule_files import read_bytes
from schemas.bad_events import BadEvent
from schemas.events.attribution import WeightsActivated, WeightsApproved, WeightsTrained
from schemas.events.decisions import Decision, PlanAssigned, RateOfExchangePublished
from schemas.events.disputes import DisputeSettled
from schemas.events.rulings import CreditOverridden, OverrideRevoked
from schemas.json_text import parse_object
from schemas.recorded import Unrecorded
from schemas.values import Instant
from schemas.wire import decode, unrecorded

_INSTANT: TypeAdapter[Any] = TypeAdapter(Instant)
_GIVEN: Final[Mapping[str, type[Decision]]] = {
    model.type: model
    for model in (
        RateOfExchangePublished,
        PlanAssigned,
        CreditOverridden,
        OverrideRevoked,
        DisputeSettled,
        WeightsTrained,
        WeightsApproved,
        WeightsActivated,
    )
}


def facts_in(file: Path) -> Iterator[Unrecorded | str]:
    """The facts in a file, and why a line is none. Raises `NoSuchFile`.

    Decisions that a trial takes as given may stand among them: see `_GIVEN`.
    """
    for number, line in enumerate(read_bytes(file).splitlines(), 1):
        try:
            if line.strip():
                yield _fact(line.removeprefix(b"\xef\xbb\xbf"))
        except BadEvent as bad:
            yield f"{file.name}:{number}: {bad.code}: {bad}"


def facts_and_refused(file: Path) -> tuple[list[Unrecorded], list[str]]:
    """The facts in a file, and why some of its lines are none. Raises `NoSuchFile`."""
    facts: list[Unrecorded] = []
    refused: list[str] = []
    for each in facts_in(file):
        if isinstance(each, str):
            refused.append(each)
        else:
            facts.append(each)
    return facts, refused


def _fact(line: bytes) -> Unrecorded:
    """One line as a fact, or as a decision that a trial may take as given."""
    try:
        return decode(line)
    except BadEvent as bad:
        given = _given(line) if bad.code == "not-a-fact" else None
        if given is None:
            raise
        return given


def _given(line: bytes) -> Unrecorded | None:
    envelope = parse_object(line)
    model = _GIVEN.get(envelope["type"])
    if model is None:
        return None
    try:
        at = _INSTANT.validate_python(envelope["time"])
        event = model.model_validate(envelope.get("data"))
    except ValidationError:
        return None
    return unrecorded(event, effective_at=at, source=envelope["source"], id=envelope["id"])
