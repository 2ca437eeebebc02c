"""What would have to be otherwise for a deal to be of another class: the least change for each.

Every answer is found by asking the rules again about the one deal, all else being as it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal
from zoneinfo import ZoneInfo

import polars as pl

from engine.attribution.accounts import made_account
from engine.attribution.known import Known
from engine.attribution.one_deal import (
    narrowed,
    shares_otherwise,
    without_accounts,
    without_facts,
    without_own_word,
)
from engine.attribution.whose_deals import Attributed, attributed
from engine.attribution.words import listed, moment, said
from schemas.expressions import Language
from schemas.plans.parts import SourceClass

Change = Literal["void", "protected", "evidence", "earlier", "account"]
Row = Mapping[str, Any]
Shares = Mapping[SourceClass, Fraction]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterfactual:
    """A change that gives a deal to one class alone.

    Attributes:
        source: the class.
        change: what would be otherwise.
        subjects: what it is about: leads by name, None for the signers' own word; for accounts
            the earlier deals.
        facts: the orders of the facts it is about.
        missing: so many pieces of evidence are too few.
        at: before which a claim would be opened, or until after which it would be protected.
        zone: of the policy, in which days are said.
    """

    source: SourceClass
    change: Change
    subjects: Sequence[str | None]
    facts: Sequence[int]
    missing: int = 0
    at: int | None = None
    zone: str = "UTC"

    def sentence(self, language: Language) -> str:
        """The change and what comes of it, in a sentence."""
        name = f"if-{self.change}"
        if self.change not in ("void", "account") and self.subjects[0] is None:
            name += "-own"
        return said(
            language,
            name,
            subject=self.subjects[0],
            subjects=listed(language, [self._subject(language, each) for each in self.subjects]),
            missing=self.missing,
            at="" if self.at is None else moment(self.at, ZoneInfo(self.zone)),
            source=said(language, f"class-{self.source}"),
        )

    def _subject(self, language: Language, name: str | None) -> str:
        if name is None:
            return said(language, "own-claim")
        kind = "deal" if self.change == "account" else "lead"
        return said(language, f"subject-{kind}", name=name)


def counterfactuals(known: Known, deal: str) -> list[Counterfactual]:
    """For each class that a deal is not of alone the least change that would make it so.

    A class that no one of these changes would give is not among them.
    """
    near = narrowed(known, deal)
    now = attributed(near)
    is_now = now.classes.filter(pl.col("deal") == deal)["source"].to_list()
    found: dict[SourceClass, Counterfactual] = {}
    for change in _changes(near, deal, now):
        if is_now != [change.source]:
            found.setdefault(change.source, change)
    return list(found.values())


def _changes(known: Known, deal: str, now: Attributed) -> Iterator[Counterfactual]:
    """Every change that gives the deal to one class, the lesser ones first."""
    claims = now.claims.filter(pl.col("deal") == deal).sort("opened").to_dicts()
    [source] = now.sources.filter(pl.col("deal") == deal).to_dicts()
    asking = _Asking(known, deal, known.policies.named[source["policy"]].policy.time_zone)
    deciding = [claim for claim in claims if claim["decides"]]
    yield from asking.void(deciding)
    for claim in claims:
        if claim["status"] == "lapsed":
            yield from asking.protected(claim)
    for claim in claims:
        if claim["status"] == "insufficient-evidence":
            yield from asking.with_evidence(claim)
    first = deciding[0]["opened_at"] if deciding else source["signed_at"]
    for claim in claims:
        if claim["status"] in ("superseded", "duplicate", "late"):
            yield from asking.earlier(claim, first)
    if source["rule"] == "existing-account":
        yield from asking.without_accounts()


@dataclass(frozen=True, slots=True)
class _Asking:
    """The questions about one deal, with what bears on it."""

    known: Known
    deal: str
    zone: str

    def void(self, deciding: Sequence[Row]) -> Iterator[Counterfactual]:
        """Each deciding claim alone, then one after the other and those that would decide next."""
        for claim in deciding:
            yield from self._gone([claim])
        gone: list[Row] = []
        while deciding:
            gone = [*gone, deciding[0]]
            if len(gone) > 1:
                yield from self._gone(gone)
            claims = attributed(self._without(gone)).claims
            mine = claims.filter(pl.col("deal") == self.deal, pl.col("decides"))
            deciding = mine.sort("opened").to_dicts()

    def _gone(self, claims: Sequence[Row]) -> Iterator[Counterfactual]:
        shares = shares_otherwise(self._without(claims), self.deal)
        yield from self._told(shares, "void", claims)

    def _without(self, claims: Sequence[Row]) -> Known:
        leads = [claim["opened"] for claim in claims if claim["lead"] is not None]
        known = without_facts(self.known, leads)
        return known if len(leads) == len(claims) else without_own_word(known, self.deal)

    def protected(self, claim: Row) -> Iterator[Counterfactual]:
        """The claim protected until after the signing."""
        ends = pl.when(self._is(claim)).then(claim["signed_at"] + 1).otherwise("closes_at")
        shares = shares_otherwise(
            self.known, self.deal, weighing=lambda rows: rows.with_columns(closes_at=ends)
        )
        yield from self._told(shares, "protected", [claim], at=claim["signed_at"])

    def with_evidence(self, claim: Row) -> Iterator[Counterfactual]:
        """The claim with as much evidence as it needs."""
        pieces = pl.when(self._is(claim)).then("needed").otherwise("pieces")
        shares = shares_otherwise(
            self.known, self.deal, weighing=lambda rows: rows.with_columns(pieces=pieces)
        )
        missing = claim["needed"] - claim["pieces"]
        yield from self._told(shares, "evidence", [claim], missing=missing)

    def earlier(self, claim: Row, before: int) -> Iterator[Counterfactual]:
        """The claim opened just before an instant, and first of all."""
        this = self._is(claim)
        opened_at = pl.when(this).then(before - 1).otherwise("opened_at")
        opened = pl.when(this).then(-1).otherwise("opened")
        shares = shares_otherwise(
            self.known,
            self.deal,
            opening=lambda rows: rows.with_columns(opened=opened, opened_at=opened_at),
        )
        yield from self._told(shares, "earlier", [claim], at=before)

    def without_accounts(self) -> Iterator[Counterfactual]:
        """Without the earlier deals that make an account of the customer, the latest first."""
        known, gone = self.known, list[int]()
        while True:
            [source] = attributed(known).sources.filter(deal=self.deal).to_dicts()
            if source["rule"] != "existing-account":
                break
            gone.append(made_account(source, known.signings)["signing"])
            known = without_accounts(self.known, gone)
        deals = self.known.signings.filter(pl.col("signing").is_in(gone))["deal"].to_list()
        [*classes] = shares_otherwise(known, self.deal)
        if len(classes) == 1:
            yield Counterfactual(
                source=classes[0], change="account", subjects=deals, facts=gone, zone=self.zone
            )

    def _is(self, claim: Row) -> pl.Expr:
        opened: int = claim["opened"]
        return (pl.col("deal") == self.deal) & (pl.col("opened") == opened)

    def _told(
        self, shares: Shares, change: Change, claims: Sequence[Row], **more: Any
    ) -> Iterator[Counterfactual]:
        """The change, where it gives the deal to one class."""
        if len(shares) == 1:
            yield Counterfactual(
                source=next(iter(shares)),
                change=change,
                subjects=[claim["lead"] for claim in claims],
                facts=[claim["opened"] for claim in claims],
                zone=self.zone,
                **more,
            )
