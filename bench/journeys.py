"""The events of leads: created, touched, qualified, refused, taken up again."""

import polars as pl

from bench.company import DAY, END, Company
from bench.dice import Dice
from bench.telling import payee, text, told

_CHANNELS = ("wechat", "search", "fair", "referral", "webinar", "cold-call")
_KINDS = ("visit", "call", "e-mail", "demo", "webinar", "chat")


def created(company: Company, found: pl.DataFrame) -> pl.DataFrame:
    dice = Dice(company.seed, "i")
    frame = found.with_columns(stream=pl.format("lead/L{}", "i"), at="opened")
    fields = {
        "by": text(payee(pl.col("by"))),
        "campaign": text(pl.format("campaign-{}", dice.below(60, "campaign"))),
        "channel": text(dice.one_of(_CHANNELS, "channel")),
        "customer": text(pl.format("C{}", "customer")),
        "lead": text(pl.format("L{}", "i")),
        "side": text(pl.col("side")),
    }
    return told(frame, "lead-created", ("l", pl.col("i")), fields)


def judged(company: Company, found: pl.DataFrame) -> list[pl.DataFrame]:
    """Qualifications, now and then twice, and disqualifications, some taken back."""
    qualified = _after(found, "qualified", pl.lit(value=True))
    again = Dice(company.seed, "i").chance(0.01, "again-qualified")
    twice = _after(found, "qualified", again).with_columns(pl.col("at") + 3 * DAY)
    refused = _after(found, "disqualified", pl.lit(value=True))
    taken = _after(found, "disqualified", pl.col("recycled")).with_columns(pl.col("at") + 9 * DAY)
    number = pl.col("i")
    by = text(payee(company.marketing + pl.col("i") % company.sales))
    lead = text(pl.format("L{}", "i"))
    valid = {"by": by, "criteria": pl.lit('"bant-1"'), "lead": lead}
    bad = {"by": by, "lead": lead, "reason": pl.lit('"no budget"')}
    return [
        told(qualified, "lead-qualified", ("q", number), valid),
        told(twice, "lead-qualified", ("qq", number), valid),
        told(refused, "lead-disqualified", ("n", number), bad),
        told(taken, "lead-recycled", ("r", number), {"by": by, "lead": lead}),
    ]


def touched(company: Company, found: pl.DataFrame, n: int) -> pl.DataFrame:
    """So many touches; a tenth name only the customer, another nobody of ours."""
    dice = Dice(company.seed, "t")
    touches = pl.select(t=pl.int_range(n)).with_columns(
        i=dice.below(company.leads, "of"), anonymous=dice.chance(0.1, "anonymous")
    )
    frame = touches.join(found.select("i", "opened", "customer"), on="i").with_columns(
        at=(pl.col("opened") + dice.below(60 * DAY, "when")).clip(upper_bound=END),
        lead=pl.when(pl.col("anonymous").not_()).then(pl.format("L{}", "i")),
        who=pl.format("C{}", "customer"),
        by=pl.when(dice.chance(0.9, "by")).then(dice.below(company.payees, "who")),
    )
    frame = frame.with_columns(
        stream=pl.coalesce(pl.format("lead/{}", "lead"), pl.format("customer/{}", "who"))
    )
    fields = {
        "by": text(payee(pl.col("by"))),
        "channel": text(dice.one_of(_CHANNELS, "through")),
        "customer": text(pl.when(pl.col("lead").is_null()).then("who")),
        "kind": text(dice.one_of(_KINDS, "kind")),
        "lead": text(pl.col("lead")),
        "side": text(dice.one_of(("marketing", "sales"), "for")),
    }
    return told(frame, "touch-recorded", ("t", pl.col("t")), fields)


def _after(found: pl.DataFrame, delay: str, when: pl.Expr) -> pl.DataFrame:
    return found.filter(pl.col(delay).is_not_null() & when).with_columns(
        stream=pl.format("lead/L{}", "i"), at=pl.col("opened") + pl.col(delay)
    )
