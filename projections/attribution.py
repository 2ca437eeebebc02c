"""Whose deals they are, with every reason: the vector, the rule, the claims, who is credited.

One row of frames is hard to read as an answer; here is what a world says of a deal as one document.
Shares are exact and written as fractions; facts are named by their source and id.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import polars as pl

from engine.attribution import with_customers
from engine.world import World
from schemas.policies.examples import SELF_SOURCED
from schemas.recorded import instant
from schemas.values import instant_text

Shares = Mapping[str, Fraction]
Name = tuple[str, str]
"""A fact by its source and id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A claim on a deal, and what became of it; instants in microseconds UTC."""

    lead: str | None
    side: str | None
    payee: str | None
    named: bool
    opened_at: int | None
    closes_at: int | None
    pieces: int
    needed: int
    evidence: Sequence[Name]
    status: str
    decides: bool
    terms: str | None

    @property
    def name(self) -> str:
        """The lead, or that it is the signers' own word."""
        return SELF_SOURCED if self.lead is None else self.lead

    def document(self) -> dict[str, Any]:
        """The claim as JSON."""
        return {
            "lead": self.lead,
            "side": self.side,
            "payee": self.payee,
            "status": self.status,
            "decides": self.decides,
            "named": self.named,
            "opened_at": _when(self.opened_at),
            "closes_at": _when(self.closes_at),
            "pieces": self.pieces,
            "needed": self.needed,
            "evidence": [_fact(name) for name in self.evidence],
            "terms": self.terms,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """What of a deal a payee is credited with, in a class and role."""

    source: str
    role: str
    payee: str
    share: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Whose a deal is, and why.

    Attributes:
        shares: classes to their shares, which sum to 1.
        marketing: payees to their shares of the marketing side, where that class has a share.
        sales: payees to their shares of the sales side, as the deal was signed.
        credits: what each payee has of the whole deal, after one person's two sides are one.
        grounds: the facts that decide.
    """

    deal: str
    customer: str | None
    signed_at: int
    policy: str
    rule: str
    shares: Shares
    claims: Sequence[Claim]
    marketing: Shares
    sales: Shares
    credits: Sequence[Credit]
    grounds: Sequence[Name]

    def document(self) -> dict[str, Any]:
        """The answer as JSON: fractions as texts, instants in UTC."""
        return {
            "deal": self.deal,
            "customer": self.customer,
            "signed_at": _when(self.signed_at),
            "policy": self.policy,
            "rule": self.rule,
            "shares": _texts(self.shares),
            "claims": [claim.document() for claim in self.claims],
            "marketing": _texts(self.marketing),
            "sales": _texts(self.sales),
            "credits": [
                {
                    "class": each.source,
                    "role": each.role,
                    "payee": each.payee,
                    "share": str(each.share),
                }
                for each in self.credits
            ],
            "grounds": [_fact(name) for name in self.grounds],
        }


def attributions(world: World, deals: Iterable[str] | None = None) -> list[Attribution]:
    """The answer for some deals of a world, or for all, in order of signing."""
    sources = world.sources if deals is None else _of(world.sources, list(deals))
    wanted = sources["deal"].to_list()
    read = _Reading(world, wanted)
    signed = with_customers(_of(world.signings, wanted), world.leads)
    signings = {row["deal"]: row for row in signed.iter_rows(named=True)}
    return [
        read.attribution(row, signings[row["deal"]])
        for row in sources.sort("signing").iter_rows(named=True)
    ]


class _Reading:
    """The frames of a world, by deal."""

    def __init__(self, world: World, deals: Sequence[str]) -> None:
        claims, sources = _of(world.claims, deals), _of(world.sources, deals)
        self.claims = _by_deal(claims.sort("opened", nulls_last=True))
        self.shares = _by_deal(_of(world.classes, deals))
        self.sides = _by_deal(_of(world.sides, deals))
        self.credits = _by_deal(_of(world.credits, deals))
        orders = [
            *claims["evidence"].explode().drop_nulls(),
            *sources["grounds"].explode().drop_nulls(),
        ]
        named = world.names.filter(pl.col("order").is_in(orders))
        self.names = {row[0]: (row[1], row[2]) for row in named.iter_rows()}

    def attribution(self, row: Mapping[str, Any], signing: Mapping[str, Any]) -> Attribution:
        deal = row["deal"]
        shares = {each["source"]: _share(each) for each in self.shares.get(deal, ())}
        return Attribution(
            deal=deal,
            customer=signing["customer"],
            signed_at=row["signed_at"],
            policy=row["policy"],
            rule=row["rule"],
            shares=dict(sorted(shares.items())),
            claims=[self._claim(each) for each in self.claims.get(deal, ())],
            marketing=self._finders(row) if "marketing" in shares else {},
            sales=self._signers(row, signing),
            credits=self._credits(row),
            grounds=self._facts(row["grounds"]),
        )

    def _claim(self, row: Mapping[str, Any]) -> Claim:
        kept = {name: row[name] for name in Claim.__slots__ if name != "evidence"}
        return Claim(**kept, evidence=self._facts(row["evidence"]))

    def _facts(self, orders: Sequence[int] | None) -> list[Name]:
        return [self.names[order] for order in orders or ()]

    def _finders(self, row: Mapping[str, Any]) -> Shares:
        told = self._side(row["deal"], "marketing")
        alone = {} if row["finder"] is None else {row["finder"]: Fraction(1)}
        return told or alone

    def _signers(self, row: Mapping[str, Any], signing: Mapping[str, Any]) -> Shares:
        signed = {each["payee"]: _share(each) for each in signing["signed_by"] or ()}
        return self._side(row["deal"], "sales") or dict(sorted(signed.items()))

    def _side(self, deal: str, role: str) -> dict[str, Fraction]:
        rows = [each for each in self.sides.get(deal, ()) if each["role"] == role]
        return dict(sorted((each["payee"], _share(each)) for each in rows))

    def _credits(self, row: Mapping[str, Any]) -> list[Credit]:
        """The credits by the split of the signing: later layers may have been signed by others."""
        rows = [
            each for each in self.credits.get(row["deal"], ()) if each["split"] == row["signing"]
        ]
        told = [
            Credit(
                source=each["source"],
                role=each["role"],
                payee=each["payee"],
                share=Fraction(each["weight"], each["whole"]),
            )
            for each in rows
        ]
        return sorted(told, key=lambda each: (each.source, each.role, each.payee.encode()))


def _of(frame: pl.DataFrame, deals: Sequence[str]) -> pl.DataFrame:
    return frame.filter(pl.col("deal").is_in(deals))


def _by_deal(frame: pl.DataFrame) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in frame.iter_rows(named=True):
        found.setdefault(row["deal"], []).append(row)
    return found


def _share(row: Mapping[str, Any]) -> Fraction:
    return Fraction(row["num"], row["den"])


def _texts(shares: Shares) -> dict[str, str]:
    return {name: str(share) for name, share in shares.items()}


def _when(at: int | None) -> str | None:
    return None if at is None else instant_text(instant(at))


def _fact(name: Name) -> dict[str, str]:
    source, id_ = name
    return {"source": source, "id": id_}
