"""Plans and policies that nobody published, among records as if somebody had."""

import json
from collections.abc import Sequence
from typing import Final

import polars as pl

from schemas.calendar import midnight
from schemas.events import OWN_SOURCE
from schemas.events.attribution import AttributionPolicyPublished
from schemas.events.decisions import PlanPublished
from schemas.frames import READ, RECORDS, checked
from schemas.plans import Plan
from schemas.policies import Policy
from schemas.recorded import Unrecorded, microseconds
from schemas.wire import unrecorded

_VERSION: Final = {
    PlanPublished.type: "plan_version",
    AttributionPolicyPublished.type: "policy_version",
}


def published(rules: Plan | Policy) -> Unrecorded:
    """A plan or a policy as the event that would publish it."""
    match rules:
        case Plan():
            event: PlanPublished | AttributionPolicyPublished = PlanPublished(
                plan=rules.plan, plan_version=rules.version, document=rules.document()
            )
        case Policy():
            event = AttributionPolicyPublished(
                policy=rules.policy, policy_version=rules.version, document=rules.document()
            )
    kind = "plan" if isinstance(rules, Plan) else "policy"
    at = midnight(rules.effective_from, rules.zone)
    id_ = f"{kind}-{rules.name}".replace("@", "-")
    return unrecorded(event, effective_at=at, source=OWN_SOURCE, id=id_)


def with_draft(records: pl.DataFrame, rules: Plan | Policy) -> pl.DataFrame:
    """The records as if the draft were the last of them; a version of its name gives way."""
    checked(records, RECORDS)
    draft = published(rules)
    versions = records.filter(pl.col("type") == draft.type, pl.col("stream") == draft.stream)
    same = [
        position
        for position, state in versions.select("position", "state").iter_rows()
        if json.loads(state)[_VERSION[draft.type]] == rules.version
    ]
    return with_drafts(records.filter(~pl.col("position").is_in(same)), [draft])


def with_drafts(records: pl.DataFrame, drafts: Sequence[Unrecorded]) -> pl.DataFrame:
    """The records (RECORDS or READ) as if these events were the last of them."""
    head = int(records.select(pl.col("position").max().fill_null(0)).item())
    rows = [
        {
            "position": position,
            "stream": draft.stream,
            "type": draft.type,
            "schema_version": draft.schema_version,
            "effective_at": microseconds(draft.effective_at),
            "source": draft.source,
            "id": draft.id,
            "state": draft.state.decode(),
        }
        for position, draft in enumerate(drafts, head + 1)
    ]
    told = records.select(*(READ if "rank" in records.columns else RECORDS))
    return pl.concat([told, pl.DataFrame(rows, schema=RECORDS)], how="diagonal")
