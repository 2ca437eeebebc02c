"""Claims, sources, credits and lines of a log, by the kernel and by the oracle, as plain rows."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from engine.world import World, world
from tests.frames import frame_of
from tests.oracle.attribution.claims import Claim
from tests.oracle.deals import Deal, layers_at
from tests.oracle.facts import Fact
from tests.oracle.world import World as OracleWorld
from tests.oracle.world import credits_of, world_of
from tests.strategies import Record

Row = tuple[Any, ...]
FOREVER = datetime.max.replace(tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Kernel:
    """What the kernel makes of a log."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.world: World = world(frame_of(records))
        rows = self.world.names.select("order", "source", "id").iter_rows()
        self.names = {order: (source, id_) for order, source, id_ in rows}

    def claims(self) -> list[Row]:
        return sorted(
            (
                row["deal"],
                row["lead"] or "",
                row["status"],
                row["decides"],
                row["named"],
                row["side"] or "",
                row["payee"] or "",
                row["opened_at"],
                *self.proved(row),
            )
            for row in self.world.claims.iter_rows(named=True)
        )

    def proved(self, row: dict[str, Any]) -> Row:
        """What its terms ask for, where it has any; the pieces where some are needed."""
        if row["status"] in {"unknown", "not-admitted"} or not row["needed"]:
            return ()
        return row["terms"], row["closes_at"], row["needed"], row["pieces"]

    def sources(self) -> list[Row]:
        vectors = self.vectors()
        return sorted(
            (
                row["deal"],
                row["rule"],
                row["policy"],
                row["source"],
                vectors[row["deal"]],
                row["claimed_lead"] or "",
                row["finder"] or "",
                self.named(row["grounds"], row["signing"]),
            )
            for row in self.world.sources.iter_rows(named=True)
        )

    def vectors(self) -> dict[str, Row]:
        found: dict[str, list[tuple[str, Fraction]]] = {}
        for deal, source, num, den in self.world.classes.iter_rows():
            found.setdefault(deal, []).append((source, Fraction(num, den)))
        return {deal: tuple(sorted(shares)) for deal, shares in found.items()}

    def named(self, orders: Sequence[int] | None, signing: int) -> Row:
        return tuple(sorted(self.names[order] for order in {*(orders or [])} - {signing}))

    def credits(self) -> list[Row]:
        used = set(self.world.layers["split"])
        return sorted(
            (
                row["deal"],
                self.names[row["split"]],
                row["source"],
                row["role"],
                row["payee"],
                Fraction(row["weight"], row["whole"]),
                Fraction(row["class_weight"], row["whole"]),
            )
            for row in self.world.credits.iter_rows(named=True)
            if row["split"] in used
        )


class Oracle:
    """What the oracle makes of a log."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.world: OracleWorld = world_of(records)

    def claims(self) -> list[Row]:
        return sorted(
            (
                claim.deal.id,
                claim.lead_id or "",
                claim.status,
                claim.decides,
                claim.named,
                claim.side or "",
                claim.payee or "",
                claim.opening and micros(claim.opening.at),
                *self.proved(claim),
            )
            for source in self.world.sources.values()
            for claim in source.claims
        )

    def proved(self, claim: Claim) -> Row:
        if claim.terms is None or claim.version is None or not claim.needed:
            return ()
        end = claim.closes_at and micros(claim.closes_at)
        return claim.version.name, end, claim.needed, len(claim.evidence)

    def sources(self) -> list[Row]:
        return sorted(
            (
                deal,
                source.rule,
                source.policy.name,
                source.greatest,
                tuple(sorted(source.vector.items())),
                source.lead.id if source.lead else "",
                source.finder or "",
                named(source.grounds, self.world.deals[deal].signing),
            )
            for deal, source in self.world.sources.items()
        )

    def credits(self) -> list[Row]:
        return sorted(
            (deal.id, fact.ref, credit.source, credit.role, payee, share, credit.class_share)
            for deal in self.world.deals.values()
            for fact, split in splits(deal).items()
            for credit in credits_of(self.world, deal, split)
            for payee, share in credit.shares.items()
        )


def splits(deal: Deal) -> dict[Fact, Any]:
    """The facts whose signers a layer of the deal has, with the split."""
    opened = [layer.opened for layer in layers_at(deal, FOREVER)]
    return {
        (step.fact if "signed_by" in step.fact.data else deal.signing): step.split
        for step in opened
    }


def named(facts: Sequence[Fact], signing: Fact) -> Row:
    return tuple(sorted({fact.ref for fact in facts if fact is not signing}))


def micros(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)
