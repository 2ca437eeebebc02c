"""What every component reads: the live facts of a log prefix, and what follows from them once.

Building a `World` answers, for all deals at a time, whose deal it is, who is credited, and what
each layer is worth from when on. Nothing in it depends on a plan.
"""

from dataclasses import dataclass, replace

import polars as pl

from engine.crediting import credited
from engine.details import details
from engine.facts import BULK, TOUCHES, RuleFact, in_order_of_effect, rule_fact
from engine.layers import layers, splits, states, value_steps
from engine.people import People, people
from engine.repairs import Repairs, live, live_rules, repairs_among
from engine.rulebook import Rulebook, rulebook
from engine.source_of_deal import claims, first_leads, first_signings, sources
from schemas.events import EVENTS, Rank
from schemas.events.decisions import PlanPublished
from schemas.frames import DETAILS, FACTS, empty
from schemas.plans import AttributeKind, Plan

_RULE_TYPES = tuple(name for name, model in EVENTS.items() if model.rank is Rank.RULES_AND_PEOPLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The state of everything as known: frames by the names of `schemas.frames`."""

    facts: pl.DataFrame
    names: pl.DataFrame  # order to source, id, repaired_by: of facts, then of rules
    people: People
    details: pl.DataFrame  # DETAILS, empty where no plan reads them
    repairs: Repairs
    rules: Rulebook
    claims: pl.DataFrame
    sources: pl.DataFrame
    steps: pl.DataFrame
    layers: pl.DataFrame
    states: pl.DataFrame
    credits: pl.DataFrame
    leads: pl.DataFrame
    signings: pl.DataFrame
    last_at: int | None  # of any fact, also of those about people; None without facts


def world(records: pl.DataFrame, *, effective_by: int | None = None) -> World:
    """The world that records (RECORDS) describe, of facts effective at or before an instant."""
    repairs = repairs_among(records)
    rules = live_rules(_rules_among(records), repairs)
    facts = live(records, repairs, _types_read(rules))
    if effective_by is not None:
        facts = facts.filter(pl.col("effective_at") <= effective_by)
        rules = [rule for rule in rules if rule.effective_at <= effective_by]
    told = world_of(facts, rules, repairs)
    plans = [version.plan for version in told.rules.named.values()]
    if not any(plan.reads_details for plan in plans):
        return told
    attributes: dict[str, AttributeKind] = {
        name: kind for plan in plans for name, kind in plan.attributes.items()
    }
    more = details(records, repairs, told.signings, told.leads, attributes)
    return replace(told, details=more)


def world_of(facts: pl.DataFrame, rules: list[RuleFact], repairs: Repairs) -> World:
    """The world of live facts (FACTS) and live rules in order of effect."""
    ordered = in_order_of_effect(facts.select(*FACTS))
    book = rulebook(rules)
    leads, signings = first_leads(ordered), first_signings(ordered)
    judged = claims(ordered, leads, signings, book.zone)
    of_deals = sources(signings, judged)
    steps = value_steps(ordered, signings)
    opened = layers(steps)
    return World(
        facts=ordered,
        names=_names(ordered, rules, repairs),
        people=people(rules, ordered.height),
        details=empty(DETAILS),
        repairs=repairs,
        rules=book,
        claims=judged,
        sources=of_deals,
        steps=steps,
        layers=opened,
        states=states(steps, opened),
        credits=credited(of_deals, splits(steps)),
        leads=leads,
        signings=signings,
        last_at=_last(ordered, rules),
    )


def _last(facts: pl.DataFrame, rules: list[RuleFact]) -> int | None:
    """The instant of the last fact; a decision about the future is none."""
    told = [rule.effective_at for rule in rules if rule.event.is_fact]
    bulk = facts["effective_at"].tail(1).to_list()
    return max([*told, *bulk], default=None)


def _types_read(rules: list[RuleFact]) -> tuple[str, ...]:
    """The bulk types that plans pay for: touches are read only where one does."""
    documents = (rule.event.document for rule in rules if isinstance(rule.event, PlanPublished))
    touched = any(Plan.model_validate(document).reads_touches for document in documents)
    return (*BULK, *TOUCHES) if touched else BULK


def _names(facts: pl.DataFrame, rules: list[RuleFact], repairs: Repairs) -> pl.DataFrame:
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
