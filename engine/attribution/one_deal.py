"""One deal asked about again: everything that bears on it, with something of it otherwise."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from fractions import Fraction

import polars as pl

from engine.attribution.claiming import claimed, weighed
from engine.attribution.deciding import decisions
from engine.attribution.known import Known
from engine.attribution.leads_and_signings import first_leads, first_signings, with_customers
from engine.attribution.statuses import with_status
from engine.attribution.vectors import read
from schemas.plans.parts import SourceClass

Changed = Callable[[pl.DataFrame], pl.DataFrame]


def narrowed(known: Known, deal: str) -> Known:
    """What is known that bears on a deal: of its customer, and of the lead that it names."""
    of_deal = known.signings.filter(pl.col("deal") == deal)
    customer = of_deal["customer"].drop_nulls().to_list()
    lead = of_deal["lead"].drop_nulls().to_list()
    its_own = pl.col("customer").is_in(customer)
    signings = known.signings.filter((pl.col("deal") == deal) | its_own)
    leads = known.leads.filter(pl.col("lead").is_in(lead) | its_own)
    customers = [*customer, *leads["customer"].drop_nulls()]
    bears = (
        pl.col("customer").is_in(customers)
        | pl.col("lead").is_in(leads["lead"].to_list())
        | pl.col("deal").is_in(signings["deal"].to_list())
    )
    return replace(
        known,
        facts=known.facts.filter(bears.fill_null(value=False)),
        leads=leads,
        signings=signings,
        rulings={name: told for name, told in known.rulings.items() if name == deal},
    )


def without_facts(known: Known, orders: Collection[int]) -> Known:
    """What would be known had some facts not been."""
    facts = known.facts.filter(pl.col("order").is_in(list(orders)).not_())
    leads = first_leads(facts)
    return replace(
        known, facts=facts, leads=leads, signings=with_customers(first_signings(facts), leads)
    )


def without_own_word(known: Known, deal: str) -> Known:
    """What would be known had the signers of a deal not said that it is their own."""
    said = pl.col("self_sourced") & (pl.col("deal") != deal)
    return replace(known, details=known.details.with_columns(self_sourced=said))


def without_accounts(known: Known, signings: Collection[int]) -> Known:
    """What would be known were some deals no account's."""
    kept = pl.col("signing").is_in(list(signings)).not_()
    return replace(known, signings=known.signings.filter(kept))


def _same(claims: pl.DataFrame) -> pl.DataFrame:
    return claims


def shares_otherwise(
    known: Known, deal: str, *, opening: Changed = _same, weighing: Changed = _same
) -> Mapping[SourceClass, Fraction]:
    """The classes of a deal, with its claims changed as they are opened or once they are weighed.

    Of no classes when the deal is not signed any more.
    """
    claims = weighing(weighed(opening(claimed(known)), known))
    given = decisions(known, with_status(claims, known))
    signing = known.signings.filter(pl.col("deal") == deal).select("signing")
    found = given.deals.join(signing, on="signing", how="semi")["vector"]
    return read(found[0]) if len(found) else {}
