"""Exceptions: facts that contradict each other or wait for one that has not arrived.

They are recorded all the same; this is the list of them, each with what it stands for. It is empty
when the books are in order.
"""

from collections.abc import Iterator

import polars as pl

from engine.exceptions_of_plans import exceptions_of_plans
from engine.exchange import exchanged
from engine.ground import layer_credits, paid_under
from engine.layers import corrections_aimed
from engine.world import World

EXCEPTIONS = {
    "code": pl.String(),
    "subject": pl.String(),
    "source": pl.String(),
    "id": pl.String(),
    "text": pl.String(),
}
"""One row an exception: its code, what it is about, the fact, and a sentence."""


def exceptions(world: World) -> pl.DataFrame:
    """Everything in a world that somebody should look at (EXCEPTIONS), sorted."""
    rows = list(exceptions_of_plans(world))
    of_plans = pl.DataFrame(rows, schema=EXCEPTIONS, orient="row")
    parts = [of_plans, *_of_facts(world), *_of_pay(world), _repairs(world)]
    return pl.concat(parts).unique().sort("code", "subject", "source", "id", "text")


def _of_facts(world: World) -> Iterator[pl.DataFrame]:
    facts = world.facts
    signed = world.signings.select("deal", "signing", "signed_at", _currency="currency")
    again = facts.filter(pl.col("type") == "deal-signed").join(
        signed.select("deal", order="signing"), on=["deal", "order"], how="anti"
    )
    yield _told(again, "signed-twice", "the deal was signed before; the first signing counts")
    leads = facts.filter(pl.col("type") == "lead-created").join(
        world.leads.select("lead", order="opened"), on=["lead", "order"], how="anti"
    )
    yield _told(leads, "created-twice", "the lead was created before; the first counts")
    about_deals = facts.filter(pl.col("deal").is_not_null(), pl.col("type") != "deal-signed")
    unknown = about_deals.join(signed, on="deal", how="anti")
    yield _told(unknown, "deal-unknown", "no signing of the deal is known yet")
    about_leads = facts.filter(
        pl.col("type").is_in(["lead-qualified", "lead-disqualified", "lead-recycled"])
    )
    orphans = about_leads.join(world.leads, on="lead", how="anti")
    yield _told(orphans, "lead-unknown", "the lead is not known yet")
    amended = facts.filter(pl.col("type") == "contract-amended").join(signed, on="deal")
    early = amended.filter(pl.col("effective_at") < pl.col("signed_at"))
    yield _told(early, "amended-before-signing", "it takes effect at the signing")
    other = amended.filter(pl.col("currency") != pl.col("_currency"))
    yield _told(other, "currency-differs", "the deal is in another currency; it has no effect")
    yield from _without_effect(world, amended)
    yield from _claims(world)


def _without_effect(world: World, amended: pl.DataFrame) -> Iterator[pl.DataFrame]:
    steps = world.steps
    plain = amended.filter(
        pl.col("kind") != "correction",
        pl.col("currency").is_null() | (pl.col("currency") == pl.col("_currency")),
    )
    after = plain.join(steps.select("order"), on="order", how="anti")
    yield _told(after, "amended-after-cancellation", "after a cancellation only a renewal counts")
    against = plain.join(steps.select("order", "value", "before"), on="order").filter(
        ((pl.col("kind") == "upsell") & (pl.col("value") < pl.col("before")))
        | ((pl.col("kind") == "reduction") & (pl.col("value") > pl.col("before")))
    )
    yield _told(against, "amended-against-its-kind", "its value counts, whatever its kind says")
    lost = corrections_aimed(steps, world.facts).filter(pl.col("target").is_null())
    corrections = world.facts.join(lost.select(order="correction"), on="order", how="semi")
    known = corrections.join(world.signings.select("deal"), on="deal", how="semi")
    yield _told(known, "corrects-nothing", "it names no value of the deal; it has no effect")


def _claims(world: World) -> Iterator[pl.DataFrame]:
    why = {
        "unknown": "the lead it names is not known yet",
        "late": "the lead it names was created after the signing",
        "lapsed": "the protection of the lead it names was over",
        "disqualified": "the lead it names was disqualified",
        "not-admitted": "the policy admits no claims of the side of the lead it names",
        "insufficient-evidence": "the lead it names has less evidence than the policy asks for",
        "ruled-out": "the lead it names was ruled not to count",
    }
    named = world.claims.filter(pl.col("named"), pl.col("status") != "live")
    for status, text in why.items():
        deals = named.filter(pl.col("status") == status).select(order="signing")
        signings = world.facts.join(deals, on="order", how="semi")
        yield _told(signings, f"claim-{status}", f"{text}; it is no claim")


def _of_pay(world: World) -> Iterator[pl.DataFrame]:
    credited = paid_under(layer_credits(world), world, "opened_at")
    layers = credited.select("payee", "plan", "currency", "opened_at", order="layer")
    qualified = paid_under(world.qualifications, world, "at").filter(pl.col("payee").is_not_null())
    points = qualified.select("payee", "plan", order="fact")
    everyone = pl.concat([layers.select("payee", "plan", "order"), points])
    planless = everyone.filter(pl.col("plan").is_null()).join(world.facts, on="order")
    yield _about_payee(planless, "no-plan", "is under no plan at that date, and earns no line")
    strangers = everyone.filter(pl.col("payee").is_in(sorted(world.rules.enrolled)).not_())
    met = strangers.join(world.facts.drop("payee"), on="order").unique("payee")
    yield _about_payee(met, "not-enrolled", "is not enrolled, and cannot be paid out until then")
    yield _without_rate(layers, world)


def _without_rate(layers: pl.DataFrame, world: World) -> pl.DataFrame:
    priced = exchanged(layers.drop_nulls("plan"), world.rules)
    missing = priced.filter(pl.col("fx_num").is_null()).select("order").unique()
    facts = world.facts.join(missing, on="order", how="semi")
    return _told(facts, "no-rate-of-exchange", "no rate of exchange is known for its date")


def _repairs(world: World) -> pl.DataFrame:
    why = {
        "unknown-target": "the fact it names is not known yet",
        "cycle": "repairs name each other in a circle; none has an effect",
        "bad-correction": "it would make the fact about something else; it has no effect",
    }
    rows = [
        (f"repair-{idle.reason}", "", *idle.repair, why[idle.reason]) for idle in world.repairs.idle
    ]
    return pl.DataFrame(rows, schema=EXCEPTIONS, orient="row")


def _told(facts: pl.DataFrame, code: str, text: str) -> pl.DataFrame:
    """Facts as exceptions of one code."""
    return facts.select(
        pl.lit(code).alias("code"),
        pl.col("stream").alias("subject"),
        "source",
        "id",
        pl.lit(text).alias("text"),
    )


def _about_payee(rows: pl.DataFrame, code: str, text: str) -> pl.DataFrame:
    return rows.select(
        pl.lit(code).alias("code"),
        ("payee/" + pl.col("payee")).alias("subject"),
        "source",
        "id",
        (pl.col("payee") + " " + text).alias("text"),
    )
