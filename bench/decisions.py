"""What the company decided and whom it enrolled: few records, and each said by its own model."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import polars as pl

from bench.company import DAY, START, Company
from bench.happenings import Happening, happening
from bench.plan import PLAN
from bench.telling import payee, text
from schemas.calendar import MONTHS
from schemas.events import OWN_SOURCE
from schemas.events.decisions import PlanPublished, RateOfExchangePublished
from schemas.recorded import Unrecorded, instant, microseconds
from schemas.wire import unrecorded

_RATES = {"USD": "7.1", "EUR": "7.8", "JPY": "0.048"}


def decisions() -> list[Happening]:
    """The plan, and rates of exchange that change each month."""
    plan = PlanPublished(plan=PLAN["plan"], plan_version=PLAN["version"], document=PLAN)
    said = unrecorded(plan, effective_at=instant(START), source=OWN_SOURCE, id="plan-1")
    return [_decided("plan-", [said]), _decided("rate-", list(_rates()))]


def enrolled(company: Company) -> Happening:
    """Everybody who can be paid, before anything else happened."""
    name = payee(pl.col("n"))
    rows = pl.select(n=pl.int_range(company.payees, dtype=pl.Int64)).with_columns(
        at=pl.lit(START, dtype=pl.Int64)
    )
    stream = pl.format("payee/{}", name)
    return happening("payee-enrolled", ("p", pl.col("n")), rows, stream, {"payee": text(name)})


def _rates() -> Iterator[Unrecorded]:
    for month in range(2 * MONTHS):
        for base, rate in _RATES.items():
            exact = Fraction(rate) * (1000 + month * 7 % 29 - 14) / 1000
            event = RateOfExchangePublished(base=base, quote=PLAN["currency"], rate=exact)
            at, name = instant(START + month * 30 * DAY), f"rate-{base}-{month}"
            yield unrecorded(event, effective_at=at, source=OWN_SOURCE, id=name)


def _decided(prefix: str, made: list[Unrecorded]) -> Happening:
    """Decisions of one type, as they were made."""
    rows = pl.DataFrame(
        {
            "n": range(len(made)),
            "at": [microseconds(event.effective_at) for event in made],
            "stream": [event.stream for event in made],
            "id": [event.id for event in made],
            "state": [event.state.decode() for event in made],
        }
    )
    told = happening(made[0].type, (prefix, pl.col("n")), rows, pl.col("stream"), {})
    return replace(told, id=pl.col("id"), state=pl.col("state"), source=OWN_SOURCE)
