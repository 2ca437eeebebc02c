"""What every component reads: the live facts of a log prefix, and what follows from them once.

Building a `World` answers, for all deals at a time, whose deal it is, who is credited, and what
each layer is worth from when on. Nothing in it depends on a plan. A part of a log whose facts touch
no others may have a world of its own, under the law of the whole (docs/decisions/0010).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import polars as pl

from engine.attribution import (
    Attributed,
    Known,
    attributed,
    first_leads,
    first_signings,
    with_customers,
)
from engine.attribution.sides import sides
from engine.crediting import credited
from engine.customer_keys import alike
from engine.details import details
from engine.disputes import Disputes
from engine.facts import in_order_of_effect
from engine.identities import Identities, representatives
from engine.law import RULES, Law, law
from engine.layers import layers, splits, states, value_steps
from engine.one_name import facts_as_one
from engine.people import People
from engine.policies import Policies
from engine.qualifications import first_qualifications
from engine.repairs import Repairs, as_repaired, live, repairs_among
from engine.rulebook import Rulebook
from engine.rulings import Ruled
from schemas.events import EVENTS
from schemas.frames import DETAILS, FACTS, RECORDS, empty


@dataclass(frozen=True, kw_only=True)
class World:
    """The state of everything as known: frames by the names of `schemas.frames`.

    What follows from the facts is found when it is first asked for.
    """

    law: Law
    records: pl.DataFrame
    facts: pl.DataFrame  # in order of effect
    repairs: Repairs
    identities: Identities
    whole: "Whole"  # what this is a part of, or all there is

    @property
    def last_at(self) -> int | None:
        """The instant of the last fact, also of those about people; None without facts."""
        return self.whole.last_at

    @property
    def people(self) -> People:
        """Who is paid, manages, has which targets."""
        return self.law.people

    @property
    def rules(self) -> Rulebook:
        """Plans and rates."""
        return self.law.book

    @property
    def policies(self) -> Policies:
        """Whose deal it is, by which rules."""
        return self.law.policies

    @property
    def disputes(self) -> Disputes:
        """What was contested, and how far it is."""
        return self.law.disputes

    @property
    def rulings(self) -> Mapping[str, Ruled]:
        """Deal to the ruling in force."""
        return self.law.rulings

    @cached_property
    def names(self) -> pl.DataFrame:
        """What an order stands for: rules by their place, facts after them.

        `order, source, id, repaired_by`; an order is the number of its row.
        """
        named = self.facts.select("order", "source", "id", "repaired_by")
        corrected = self.repairs.corrected.items()
        rows = [(*name, repair.position) for name, repair in corrected]
        schema = {name: named.schema[name] for name in ("source", "id", "repaired_by")}
        by = pl.DataFrame(rows, schema=schema, orient="row")
        rules = self.law.names.join(by, on=["source", "id"], how="left", maintain_order="left")
        return pl.concat([rules.select(named.columns), named])

    @cached_property
    def leads(self) -> pl.DataFrame:
        """The first live fact that created each lead."""
        return first_leads(self.facts)

    @cached_property
    def qualifications(self) -> pl.DataFrame:
        """The first live qualification of each lead, as `first_qualifications` tells them."""
        return first_qualifications(self.facts, self.leads)

    @cached_property
    def signings(self) -> pl.DataFrame:
        """The signing that counts of each deal."""
        return first_signings(self.facts)

    @cached_property
    def details(self) -> pl.DataFrame:
        """More of deals (DETAILS), empty where neither a plan nor a policy reads it."""
        if not self.law.reads_details:
            return empty(DETAILS)
        known = (self.records, self.repairs, self.signings, self.leads)
        return details(*known, self.law.attributes)

    @property
    def claims(self) -> pl.DataFrame:
        """Every claim on each deal (CLAIMS)."""
        return self._decided.claims

    @property
    def sources(self) -> pl.DataFrame:
        """The source of each deal (SOURCES)."""
        return self._decided.sources

    @property
    def classes(self) -> pl.DataFrame:
        """The share of each class in each deal (CLASSES)."""
        return self._decided.classes

    @cached_property
    def sides(self) -> pl.DataFrame:
        """Who is credited (SIDES) for deals that rulings or touches credit."""
        return sides(self._known, self.sources, self.law.weights)

    @cached_property
    def steps(self) -> pl.DataFrame:
        """Every step of every contract, as `value_steps` tells them."""
        return value_steps(self.facts, self.signings)

    @cached_property
    def layers(self) -> pl.DataFrame:
        """The layers of contracts (LAYERS)."""
        return layers(self.steps)

    @cached_property
    def states(self) -> pl.DataFrame:
        """What layers are worth from when on (STATES)."""
        return states(self.steps, self.layers)

    @cached_property
    def credits(self) -> pl.DataFrame:
        """Who is credited (CREDITS)."""
        return credited(self.sources, self.classes, self.sides, splits(self.steps))

    @cached_property
    def _known(self) -> Known:
        """What the source of deals is decided from."""
        return Known(
            facts=self.facts,
            leads=self.leads,
            signings=with_customers(self.signings, self.leads),
            policies=self.policies,
            rulings=self.rulings,
            details=self.details,
        )

    @cached_property
    def _decided(self) -> Attributed:
        return attributed(self._known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """What a part of a log cannot know of the whole.

    `last_at` is the instant of the last fact; `conversions` are the leads that count for gates
    (those of `engine.conversions.conversions`), `measured` is what measures count (MEASURED of
    `engine.counts`), and `dated` whose credits are dated when (`engine.valued.dated_credits`).
    None: it is found from the facts at hand.
    """

    last_at: int | None
    conversions: pl.DataFrame | None = None
    measured: pl.DataFrame | None = None
    dated: pl.DataFrame | None = None


def world(
    records: pl.DataFrame, *, effective_by: int | None = None, also: Sequence[str] = ()
) -> World:
    """The world that records (RECORDS or READ) describe, of facts effective by an instant.

    `also` are bulk types that no plan or policy reads and that are to be among the facts.
    """
    return world_under(law(records, effective_by=effective_by), records, also=also)


def world_under(
    told: Law, records: pl.DataFrame, *, whole: Whole | None = None, also: Sequence[str] = ()
) -> World:
    """The world of records under a law: all of a log, or whole cases of it with all its rules."""
    repaired = records.filter(told.is_repaired)
    asked = [*told.repairs] if whole is None else told.repairs.about(repaired)
    repairs = repairs_among(repaired, asked)
    facts = live(records, repairs, sorted({*told.types_read, *also}), repaired)
    if told.effective_by is not None:
        facts = facts.filter(pl.col("effective_at") <= told.effective_by)
    if whole is None:
        whole = Whole(last_at=last_at(told, records, repairs))
    known = _identities(told, records, repairs, whole)
    ordered = in_order_of_effect(facts_as_one(facts.select(*FACTS), known), len(told.rules))
    return World(
        law=told,
        records=records,
        facts=ordered,
        repairs=repairs,
        identities=known,
        whole=whole,
    )


def last_at(told: Law, records: pl.DataFrame, repairs: Repairs) -> int | None:
    """The instant of the last live fact, whoever reads it; a decision about the future is none."""
    repaired = sorted({id_ for _, id_ in (*repairs.voided, *repairs.corrected)})
    about = pl.col("id").is_in(pl.Series(repaired, dtype=pl.String).implode())
    few = as_repaired(records.select(*RECORDS).filter(about & is_fact_of_case()), repairs)
    alive = [
        at
        for source, id_, at in few.select("source", "id", "effective_at").iter_rows()
        if (source, id_) not in repairs.voided
    ]
    by = 2**62 if told.effective_by is None else told.effective_by
    others = pl.col("effective_at").filter(~about, is_fact_of_case(), pl.col("effective_at") <= by)
    ends = [told.last_at, records.select(others.max()).item(), *(at for at in alive if at <= by)]
    return max((at for at in ends if at is not None), default=None)


def is_fact_of_case() -> pl.Expr:
    """Whether a record (RECORDS) is a fact that is no part of the law, of a type read or not."""
    return pl.col("type").is_in(_FACTS_OF_CASES)


_FACTS_OF_CASES: Final = [
    name for name, model in EVENTS.items() if model.is_fact and name not in RULES
]


def _identities(told: Law, records: pl.DataFrame, repairs: Repairs, whole: Whole) -> Identities:
    """Who is who, by links and by the keys of the policy in force at the last fact."""
    keys = told.policies.at(whole.last_at or 0).policy.same_customer
    groups = alike(records, repairs, keys, told.effective_by)
    return Identities(customers=representatives(told.customers, groups), payees=told.payees)
