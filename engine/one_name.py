"""Facts in which each customer and each person goes by one id, whichever of theirs a fact used."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

import polars as pl

from engine.facts import RuleFact
from engine.identities import Identities
from schemas.events import Event
from schemas.events.deals import Signer
from schemas.events.disputes import DisputeSettled
from schemas.events.people import IdentityLinked, IdentityUnlinked
from schemas.events.rulings import CreditOverridden, Ruling


def rules_as_one(rules: Iterable[RuleFact], payees: Mapping[str, str]) -> list[RuleFact]:
    """Rules and facts about people, in which each person goes by one id."""
    return [replace(rule, event=_renamed(rule.event, payees)) for rule in rules]


def _renamed(event: Event, payees: Mapping[str, str]) -> Event:
    if isinstance(event, IdentityLinked | IdentityUnlinked):
        return event
    named: dict[str, str] = {name: getattr(event, name, "") for name in ("payee", "manager")}
    other: dict[str, object] = {
        name: payees[value] for name, value in named.items() if value in payees
    }
    if isinstance(event, CreditOverridden | DisputeSettled) and event.ruling is not None:
        other["ruling"] = _ruling_as_one(event.ruling, payees)
    return event.model_copy(update=other) if other else event


def _ruling_as_one(ruling: Ruling, payees: Mapping[str, str]) -> Ruling:
    """A ruling in whose splits the shares of one person's ids are added."""
    splits = {"marketing": ruling.marketing, "sales": ruling.sales}
    return ruling.model_copy(
        update={side: _signers_as_one(split, payees) for side, split in splits.items() if split}
    )


def _signers_as_one(split: Iterable[Signer], payees: Mapping[str, str]) -> list[Signer]:
    shares: dict[str, Fraction] = defaultdict(Fraction)
    for signer in split:
        shares[payees.get(signer.payee, signer.payee)] += signer.share
    return [Signer(payee=payee, share=share) for payee, share in sorted(shares.items())]


def facts_as_one(facts: pl.DataFrame, known: Identities) -> pl.DataFrame:
    """Facts (FACTS) in which each customer and each person goes by one id."""
    if known.customers:
        facts = facts.with_columns(customer=_customer(known.customers))
    return _people_as_one(facts, known.payees) if known.payees else facts


def _customer(customers: Mapping[str, str]) -> pl.Expr:
    """The representative of a fact's customer; also of a lead or deal that keys join to others."""
    leads = pl.when(pl.col("type") == "lead-created").then("lead:" + pl.col("lead"))
    own = leads.when(pl.col("type") == "deal-signed").then("deal:" + pl.col("deal"))
    joined = pl.when(own.is_in(sorted({*customers, *customers.values()}))).then(own)
    return pl.coalesce("customer", joined).replace(dict(customers))


def _people_as_one(facts: pl.DataFrame, payees: Mapping[str, str]) -> pl.DataFrame:
    together = pl.element().replace(dict(payees))
    joint = pl.col("type") == "joint-signing-confirmed"
    named = facts.with_columns(
        payee=pl.col("payee").replace(dict(payees)), payees=pl.col("payees").list.eval(together)
    ).with_columns(
        payees=pl.when(joint).then(pl.col("payees").list.unique().list.sort()).otherwise("payees")
    )
    signer = pl.element().struct.field("payee").is_in(sorted(payees))
    met = named["signed_by"].list.eval(signer).list.any().fill_null(value=False)
    splits = [_split_as_one(split, payees) for split in named.filter(met)["signed_by"].to_list()]
    renamed = named.filter(met).with_columns(
        signed_by=pl.Series(splits, dtype=facts.schema["signed_by"])
    )
    return pl.concat([named.filter(~met), renamed])


def _split_as_one(
    split: Iterable[Mapping[str, object]], payees: Mapping[str, str]
) -> list[dict[str, object]]:
    """A split in which the shares of one person's ids are added."""
    shares: dict[str, Fraction] = defaultdict(Fraction)
    for signer in split:
        payee = str(signer["payee"])
        shares[payees.get(payee, payee)] += Fraction(
            int(str(signer["num"])), int(str(signer["den"]))
        )
    return [
        {"payee": payee, "num": share.numerator, "den": share.denominator}
        for payee, share in sorted(shares.items())
    ]
