"""What every component reads: the live facts of a log prefix, and what follows from them once.

Building a `World` answers, for all deals at a time, whose deal it is, who is credited, and what
each layer is worth from when on. Nothing in it depends on a plan.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from engine.attribution import Known, attributed, first_leads, first_signings, with_customers
from engine.attribution.sides import sides
from engine.crediting import credited
from engine.customer_keys import alike
from engine.details import details
from engine.disputes import Disputes, disputes
from engine.facts import BULK, TOUCHES, RuleFact, in_order_of_effect, rule_fact
from engine.frozen_weights import frozen
from engine.identities import Identities, links, representatives
from engine.layers import layers, splits, states, value_steps
from engine.one_name import facts_as_one, rules_as_one
from engine.people import People, people
from engine.policies import Policies, policies
from engine.repairs import Repairs, live, live_rules, repairs_among
from engine.rulebook import Rulebook, rulebook
from engine.rulings import Ruled, rulings
from schemas.events import EVENTS, Rank
from schemas.events.attribution import AttributionPolicyPublished, CustomerRegistered
from schemas.events.decisions import PlanPublished
from schemas.frames import DETAILS, FACTS, empty
from schemas.plans import AttributeKind, Plan
from schemas.policies import Policy

_RULE_TYPES = tuple(
    name
    for name, model in EVENTS.items()
    if model.rank in (Rank.RULES_AND_PEOPLE, Rank.IDENTITY, Rank.DISPUTE)
    and model is not CustomerRegistered
)
"""Types that are read one by one: few, and each with a say in many deals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The state of everything as known: frames by the names of `schemas.frames`."""

    facts: pl.DataFrame
    names: pl.DataFrame  # order to source, id, repaired_by: of facts, then of rules
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


def world(
    records: pl.DataFrame, *, effective_by: int | None = None, also: Sequence[str] = ()
) -> World:
    """The world that records (RECORDS) describe, of facts effective at or before an instant.

    `also` are bulk types that no plan or policy reads and that are to be among the facts.
    """
    repairs = repairs_among(records)
    told = live_rules(_rules_among(records), repairs)
    if effective_by is not None:
        told = [rule for rule in told if rule.effective_at <= effective_by]
    facts = live(records, repairs, sorted({*_types_read(told), *also}))
    if effective_by is not None:
        facts = facts.filter(pl.col("effective_at") <= effective_by)
    people_as_one = representatives(links(told, "payee"))
    rules = rules_as_one(told, people_as_one) if people_as_one else told
    law = _Law(rules, facts.height)
    same = law.policies.at(_last(facts, rules) or 0).policy.same_customer
    known = Identities(
        customers=representatives(
            links(told, "customer"), alike(records, repairs, same, effective_by)
        ),
        payees=people_as_one,
    )
    ordered = in_order_of_effect(facts_as_one(facts.select(*FACTS), known))
    return _world(ordered, law, known, repairs, records)


class _Law:
    """What live rules, in order of effect, say; the first of them has the order `first`."""

    def __init__(self, rules: Sequence[RuleFact], first: int) -> None:
        self.rules = rules
        self.book = rulebook(rules)
        self.people = people(rules, first)
        self.policies = policies(rules, first, self.book.zone)
        self.disputes = disputes(rules)
        self.rulings = rulings(rules, first, self.disputes)
        self.weights = frozen(rules, first)


def _world(
    facts: pl.DataFrame, law: _Law, identities: Identities, repairs: Repairs, records: pl.DataFrame
) -> World:
    """The world of facts in order of effect (FACTS with `order`) under the law."""
    leads, signings = first_leads(facts), first_signings(facts)
    more = _details(records, repairs, law, (signings, leads))
    known = _known(facts, law, (signings, leads), more)
    told, steps = attributed(known), value_steps(facts, signings)
    sided = sides(known, told.sources, law.weights)
    opened = layers(steps)
    return World(
        facts=facts,
        names=_names(facts, law.rules, repairs),
        people=law.people,
        details=more,
        repairs=repairs,
        rules=law.book,
        identities=identities,
        policies=law.policies,
        disputes=law.disputes,
        rulings=law.rulings,
        claims=told.claims,
        sources=told.sources,
        classes=told.classes,
        sides=sided,
        steps=steps,
        layers=opened,
        states=states(steps, opened),
        credits=credited(told.sources, told.classes, sided, splits(steps)),
        leads=leads,
        signings=signings,
        last_at=_last(facts, law.rules),
    )


def _known(
    facts: pl.DataFrame, law: _Law, deals: tuple[pl.DataFrame, pl.DataFrame], more: pl.DataFrame
) -> Known:
    """What the source of deals is decided from."""
    signings, leads = deals
    return Known(
        facts=facts,
        leads=leads,
        signings=with_customers(signings, leads),
        policies=law.policies,
        rulings=law.rulings,
        details=more,
    )


def _details(
    records: pl.DataFrame, repairs: Repairs, law: _Law, deals: tuple[pl.DataFrame, pl.DataFrame]
) -> pl.DataFrame:
    """The details of deals (DETAILS), empty where neither a plan nor a policy reads them."""
    told: list[Plan | Policy] = [version.plan for version in law.book.named.values()]
    told += [version.policy for version in law.policies.published]
    if not any(each.reads_details for each in told):
        return empty(DETAILS)
    attributes: dict[str, AttributeKind] = {
        name: kind for each in told for name, kind in each.attributes.items()
    }
    return details(records, repairs, *deals, attributes)


def _last(facts: pl.DataFrame, rules: Sequence[RuleFact]) -> int | None:
    """The instant of the last fact; a decision about the future is none."""
    told = [rule.effective_at for rule in rules if rule.event.is_fact]
    bulk = facts.select(pl.col("effective_at").max()).to_series().drop_nulls().to_list()
    return max([*told, *bulk], default=None)


def _types_read(rules: Sequence[RuleFact]) -> tuple[str, ...]:
    """The bulk types that plans and policies go by: touches are read only where one does."""
    touched = any(law.reads_touches for rule in rules for law in _laws(rule))
    return (*BULK, *TOUCHES) if touched else BULK


def _laws(rule: RuleFact) -> Iterator[Plan | Policy]:
    """The plan or the policy that a rule publishes, if it does."""
    match rule.event:
        case PlanPublished() as event:
            yield Plan.model_validate(event.document)
        case AttributionPolicyPublished() as event:
            yield Policy.model_validate(event.document)
        case _:
            pass


def _names(facts: pl.DataFrame, rules: Sequence[RuleFact], repairs: Repairs) -> pl.DataFrame:
    """What an order stands for: facts by their row, rules after them."""
    told = facts.select("order", "source", "id", "repaired_by")
    by = {name: repair.position for name, repair in repairs.corrected.items()}
    rows = [
        (order, rule.source, rule.id, by.get((rule.source, rule.id)))
        for order, rule in enumerate(rules, facts.height)
    ]
    return pl.concat([told, pl.DataFrame(rows, schema=told.schema, orient="row")])


def _rules_among(records: pl.DataFrame) -> list[RuleFact]:
    rows = records.filter(pl.col("type").is_in(_RULE_TYPES))
    return [rule_fact(row) for row in rows.iter_rows(named=True)]
