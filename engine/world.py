"""What every component reads: the live facts of a log prefix, and what follows from them once.

Building a `World` answers, for all deals at a time, whose deal it is, who is credited, and what
each layer is worth from when on. Nothing in it depends on a plan. A part of a log whose facts touch
no others may have a world of its own, under the law of the whole (docs/decisions/0010).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from engine.attribution import Known, attributed, first_leads, first_signings, with_customers
from engine.attribution.sides import sides
from engine.crediting import credited
from engine.customer_keys import alike
from engine.details import details
from engine.disputes import Disputes
from engine.facts import in_order_of_effect
from engine.identities import Identities, representatives
from engine.law import Law, law
from engine.layers import layers, splits, states, value_steps
from engine.one_name import facts_as_one
from engine.people import People
from engine.policies import Policies
from engine.repairs import Repairs, live, repairs_among
from engine.rulebook import Rulebook
from engine.rulings import Ruled
from schemas.frames import DETAILS, FACTS, empty


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The state of everything as known: frames by the names of `schemas.frames`."""

    facts: pl.DataFrame
    names: pl.DataFrame  # order to source, id, repaired_by: of rules, then of facts
    people: People
    details: pl.DataFrame  # DETAILS, empty where neither plan nor policy reads them
    repairs: Repairs
    rules: Rulebook
    identities: Identities
    policies: Policies
    disputes: Disputes
    rulings: Mapping[str, Ruled]  # deal to the one in force
    claims: pl.DataFrame
    sources: pl.DataFrame
    classes: pl.DataFrame
    sides: pl.DataFrame  # of deals that rulings or touches credit
    steps: pl.DataFrame
    layers: pl.DataFrame
    states: pl.DataFrame
    credits: pl.DataFrame
    leads: pl.DataFrame
    signings: pl.DataFrame
    last_at: int | None  # of any fact, also of those about people; None without facts
    conversions: pl.DataFrame | None = None  # of the whole, where this is a part of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """What a part of a log cannot know of the whole.

    `last_at` is the instant of the last fact, `conversions` the leads that count for gates (those
    of `engine.conversions.conversions`), None while they are not known yet.
    """

    last_at: int | None
    conversions: pl.DataFrame | None = None


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
    repairs = repairs_among(records, told.repairs)
    facts = live(records, repairs, sorted({*told.types_read, *also}))
    if told.effective_by is not None:
        facts = facts.filter(pl.col("effective_at") <= told.effective_by)
    if whole is None:
        whole = Whole(last_at=last_at(told, facts))
    known = _identities(told, records, repairs, whole)
    ordered = in_order_of_effect(facts_as_one(facts.select(*FACTS), known), len(told.rules))
    return _world(ordered, told, (known, repairs, records), whole)


def last_at(told: Law, facts: pl.DataFrame) -> int | None:
    """The instant of the last fact; a decision about the future is none."""
    bulk = facts.select(pl.col("effective_at").max()).to_series().drop_nulls().to_list()
    own = [] if told.last_at is None else [told.last_at]
    return max([*own, *bulk], default=None)


def _identities(told: Law, records: pl.DataFrame, repairs: Repairs, whole: Whole) -> Identities:
    """Who is who, by links and by the keys of the policy in force at the last fact."""
    keys = told.policies.at(whole.last_at or 0).policy.same_customer
    groups = alike(records, repairs, keys, told.effective_by)
    return Identities(customers=representatives(told.customers, groups), payees=told.payees)


def _world(
    facts: pl.DataFrame,
    told: Law,
    known: tuple[Identities, Repairs, pl.DataFrame],
    whole: Whole,
) -> World:
    """The world of facts in order of effect (FACTS with `order`) under the law."""
    identities, repairs, records = known
    leads, signings = first_leads(facts), first_signings(facts)
    more = empty(DETAILS)
    if told.reads_details:
        more = details(records, repairs, signings, leads, told.attributes)
    grounds = Known(
        facts=facts,
        leads=leads,
        signings=with_customers(signings, leads),
        policies=told.policies,
        rulings=told.rulings,
        details=more,
    )
    decided, steps = attributed(grounds), value_steps(facts, signings)
    sided = sides(grounds, decided.sources, told.weights)
    opened = layers(steps)
    return World(
        facts=facts,
        names=_names(facts, told, repairs),
        people=told.people,
        details=more,
        repairs=repairs,
        rules=told.book,
        identities=identities,
        policies=told.policies,
        disputes=told.disputes,
        rulings=told.rulings,
        claims=decided.claims,
        sources=decided.sources,
        classes=decided.classes,
        sides=sided,
        steps=steps,
        layers=opened,
        states=states(steps, opened),
        credits=credited(decided.sources, decided.classes, sided, splits(steps)),
        leads=leads,
        signings=signings,
        last_at=whole.last_at,
        conversions=whole.conversions,
    )


def _names(facts: pl.DataFrame, told: Law, repairs: Repairs) -> pl.DataFrame:
    """What an order stands for: rules by their place, facts after them."""
    named = facts.select("order", "source", "id", "repaired_by")
    by = {name: repair.position for name, repair in repairs.corrected.items()}
    rows = [
        (order, rule.source, rule.id, by.get((rule.source, rule.id)))
        for order, rule in enumerate(told.rules)
    ]
    return pl.concat([pl.DataFrame(rows, schema=named.schema, orient="row"), named])
