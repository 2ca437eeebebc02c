"""The events of leads: created, touched, qualified, refused, taken up again."""

import polars as pl

from bench.company import DAY, END, NEAR, Cohort, Company, customer, opened
from bench.dice import Dice
from bench.happenings import Happening, happening
from bench.telling import payee, text

_CHANNELS = ("wechat", "search", "fair", "referral", "webinar", "cold-call")
_KINDS = ("visit", "call", "e-mail", "demo", "webinar", "chat")
_STREAM = pl.format("lead/L{}", "i")
_LEAD = text(pl.format("L{}", "i"), "lead")


def created(company: Company, found: pl.DataFrame) -> Happening:
    dice = Dice(company.seed, "i")
    fields = {
        "by": text(payee(pl.col("by")), "payee"),
        "campaign": text(pl.format("campaign-{}", dice.below(60, "campaign")), "campaign"),
        "channel": text(dice.one_of(_CHANNELS, "channel"), "channel"),
        "customer": text(pl.format("C{}", "customer"), "customer"),
        "lead": _LEAD,
        "side": text(pl.col("side"), "side"),
    }
    rows = found.select("i", "by", "customer", "side", at="opened")
    return happening("lead-created", ("l", pl.col("i")), rows, _STREAM, fields)


def judged(company: Company, found: pl.DataFrame) -> list[Happening]:
    """Qualifications, now and then twice, and disqualifications, some taken back."""
    qualified = _after(found, "qualified", 0)
    again = Dice(company.seed, "i").chance(0.01, "again-qualified")
    twice = _after(found.filter(again), "qualified", 3 * DAY)
    refused = _after(found, "disqualified", 0)
    taken = _after(found.filter("recycled"), "disqualified", 9 * DAY)
    number = pl.col("i")
    by = text(payee(company.marketing + pl.col("i") % company.sales), "judge")
    valid = {"by": by, "criteria": text(pl.lit("bant-1")), "lead": _LEAD}
    bad = {"by": by, "lead": _LEAD, "reason": text(pl.lit("no budget"))}
    return [
        happening("lead-qualified", ("q", number), qualified, _STREAM, valid),
        happening("lead-qualified", ("qq", number), twice, _STREAM, valid),
        happening("lead-disqualified", ("n", number), refused, _STREAM, bad),
        happening("lead-recycled", ("r", number), taken, _STREAM, {"by": by, "lead": _LEAD}),
    ]


def touched(cohort: Cohort, many: int) -> Happening:
    """The cohort's part of so many touches; a tenth name only the customer, another no payee.

    Each is of a lead near its number, so that a lead has none to a dozen of them.
    """
    company = cohort.company
    dice = Dice(company.seed, "t")
    place = pl.col("t") * company.leads // max(1, many)
    rows = (
        cohort.of(many)
        .rename({"n": "t"})
        .with_columns(i=(place - dice.below(min(NEAR, company.leads), "of")).abs())
        .select(
            *("t", "i"),
            at=(opened(company) + dice.below(60 * DAY, "when")).clip(upper_bound=END),
        )
    )
    anonymous = dice.chance(0.1, "anonymous")
    lead, who = pl.format("L{}", "i"), pl.format("C{}", customer(company))
    fields = {
        "by": text(payee(dice.below(company.payees, "who")), "payee").where(dice.chance(0.9, "by")),
        "channel": text(dice.one_of(_CHANNELS, "through"), "channel"),
        "customer": text(who, "customer").where(anonymous),
        "kind": text(dice.one_of(_KINDS, "kind"), "kind"),
        "lead": text(lead, "lead").where(~anonymous),
        "side": text(dice.one_of(("marketing", "sales"), "for"), "side"),
    }
    stream = pl.when(anonymous).then(pl.format("customer/{}", who)).otherwise(_STREAM)
    return happening("touch-recorded", ("t", pl.col("t")), rows, stream, fields)


def _after(found: pl.DataFrame, delay: str, more: int) -> pl.DataFrame:
    """Leads for which something followed, that long after they were created."""
    some = found.filter(pl.col(delay).is_not_null())
    return some.select("i", at=pl.col("opened") + pl.col(delay) + more)
