"""What is known from facts of a few lines, and policies of a few parts: whose deals they are."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from engine.attribution import Known
from engine.explanations.otherwise import known_of
from engine.world import World, world
from schemas.calendar import midnight
from schemas.events.attribution import AttributionPolicyPublished
from schemas.examples import example_facts
from schemas.frames import RECORDS
from schemas.policies import Policy
from schemas.recorded import Unrecorded, microseconds
from schemas.wire import fact, unrecorded

BERLIN = ZoneInfo("Europe/Berlin")
PolicyDict = dict[str, Any]


def policy(**parts: Any) -> PolicyDict:
    """A policy of these parts, else as the default one, from 2026 on in Berlin."""
    sides = {side: {"protection_days": 90} for side in ("marketing", "sales", "partner")}
    return {
        "policy": "p",
        "version": 1,
        "effective_from": "2026-01-01",
        "time_zone": BERLIN.key,
        "terms_at": "signing",
        "claims": sides,
        "self_sourced": "ignored",
        "rules": ["named-lead", "first-claim", "no-claim"],
        "no_claim": "signers",
        "credit": {"marketing": {"by": "finder"}, "sales": {"by": "signers"}},
        **parts,
    }


def records(facts: str, *policies: PolicyDict, void: Sequence[str] = ()) -> pl.DataFrame:
    """RECORDS of facts, one a line, under policies; the leads in `void` are voided."""
    told = [*map(_published, policies), *example_facts(facts, BERLIN)]
    told += [_voided(each) for each in told if each.stream in [f"lead/{name}" for name in void]]
    rows = [
        {
            "position": position,
            "stream": each.stream,
            "type": each.type,
            "schema_version": each.schema_version,
            "effective_at": microseconds(each.effective_at),
            "source": each.source,
            "id": each.id,
            "state": each.state.decode(),
        }
        for position, each in enumerate(told, 1)
    ]
    return pl.DataFrame(rows, schema=RECORDS)


def _published(document: PolicyDict) -> Unrecorded:
    read = Policy.model_validate(document)
    event = AttributionPolicyPublished.model_validate(
        {
            "policy": read.policy,
            "policy_version": read.version,
            "document": document,
            "by": "hr",
            "approved_by": "cfo",
        }
    )
    at = midnight(read.effective_from, read.zone)
    return unrecorded(event, effective_at=at, source="evenhand", id=read.name)


def _voided(record: Unrecorded) -> Unrecorded:
    attributes = {
        "specversion": "1.0",
        "id": f"void-{record.id}",
        "source": record.source,
        "type": "fact-voided",
        "time": "2026-12-01T00:00:00Z",
        "subject": record.stream,
    }
    return fact(attributes, {"target": {"source": record.source, "id": record.id}})


class Told:
    """The answer for facts under policies, as tests ask for it."""

    def __init__(self, facts: str, *policies: PolicyDict, void: Sequence[str] = ()) -> None:
        self.world: World = world(records(facts, *policies, void=void))

    @property
    def known(self) -> Known:
        """What the source of deals was decided from."""
        return known_of(self.world)

    def status(self, lead: str | None, deal: str = "D1") -> str:
        """The status of a lead's claim on a deal, or of the signers' own word."""
        return str(self.claim(lead, deal)["status"])

    def claim(self, lead: str | None, deal: str = "D1") -> dict[str, Any]:
        """The claim of a lead on a deal, or the signers' own word."""
        same = pl.col("lead").eq_missing(pl.lit(lead, dtype=pl.String))
        [row] = self.world.claims.filter(pl.col("deal") == deal, same).to_dicts()
        return row

    def source(self, deal: str = "D1") -> dict[str, Any]:
        """What decides a deal."""
        [row] = self.world.sources.filter(pl.col("deal") == deal).to_dicts()
        return row

    def rule(self, deal: str = "D1") -> str:
        """The rule that decides a deal."""
        return str(self.source(deal)["rule"])

    def shares(self, deal: str = "D1") -> Mapping[str, Fraction]:
        """The classes of a deal."""
        rows = self.world.classes.filter(pl.col("deal") == deal)
        return {row["source"]: Fraction(row["num"], row["den"]) for row in rows.to_dicts()}

    def grounds(self, deal: str = "D1") -> set[str]:
        """The facts that decide a deal beside its signing: ids, the numbers of lines."""
        names = self.world.names.filter(pl.col("order").is_in(self.source(deal)["grounds"]))
        return set(names["id"])


def whole(name: str) -> Mapping[str, Fraction]:
    """All of a deal to one class."""
    return {name: Fraction(1)}
