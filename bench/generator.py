"""A company's log of two years, the same for the same seed and size, at any size.

About 62 % touches, 20 % leads, 10 % qualifications, 6 % signings, 0.4 % amendments and 0.7 % joint
signings; a few do most of the work; most facts arrive within minutes, some after days or weeks.
"""

from fractions import Fraction
from pathlib import Path

import polars as pl

from bench.company import DAY, START, Company, deals, leads
from bench.contracts import SOURCE, amended, joined, repaired, signed
from bench.dice import Dice
from bench.journeys import created, judged, touched
from bench.plan import PLAN
from bench.telling import TOLD, payee, text, told
from schemas.calendar import MONTHS
from schemas.events import OWN_SOURCE
from schemas.events.decisions import PlanPublished, RateOfExchangePublished
from schemas.frames import RECORDS
from schemas.recorded import instant, microseconds
from schemas.wire import unrecorded

SMALLEST = 500
_RATES = {"USD": "7.1", "EUR": "7.8", "JPY": "0.048"}


def records(events: int, seed: int = 7) -> pl.DataFrame:
    """A log (RECORDS) of so many records."""
    if events < SMALLEST:
        raise ValueError(f"a log of less than {SMALLEST} events has no company in it")
    payees = max(12, min(int(2200 * (events / 1e6) ** 0.4), events // 50))
    company = Company(seed=seed, leads=events // 5, payees=payees)
    found = leads(company)
    known = deals(company, found)
    facts = [created(company, found), *judged(company, found), *signed(company, known)]
    facts += [amended(company, known), joined(company, known)]
    facts.append(_enrolled(company))
    facts += repaired(company, known, pl.concat(facts, rechunk=True))
    rules = _decisions()
    touches = events - sum(frame.height for frame in facts) - rules.height
    facts.append(touched(company, found, touches))
    told = pl.concat(facts).with_columns(source=pl.lit(SOURCE))
    return _arrived(pl.concat([rules, told.select(rules.columns)]), seed)


def write(events: int, path: Path, seed: int = 7) -> None:
    """A log as Parquet, as segments of it would be kept."""
    records(events, seed).write_parquet(path, compression_level=3, row_group_size=131_072)


def _arrived(facts: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Facts in the order in which the log learned them: 9 % after days, 1 % after weeks."""
    dice = Dice(seed, "row")
    delay = dice.weighted((90, 9, 1), "late")
    within = pl.lit(pl.Series([DAY // 144, 2 * DAY, 20 * DAY])).gather(delay)
    ours = pl.col("source") == OWN_SOURCE
    arrives = pl.col("effective_at") + pl.when(ours).then(0).otherwise(
        dice.below(2**40, "how-late") % within
    )
    return (
        facts.with_row_index("row")
        .with_columns(arrives=arrives)
        .sort("arrives", "row")
        .with_row_index("position", offset=1)
        .select(pl.col(name).cast(dtype) for name, dtype in RECORDS.items())
    )


def _enrolled(company: Company) -> pl.DataFrame:
    frame = pl.select(p=pl.int_range(company.payees)).with_columns(
        stream=pl.format("payee/{}", payee(pl.col("p"))), at=pl.lit(START, dtype=pl.Int64)
    )
    return told(frame, "payee-enrolled", ("p", pl.col("p")), {"payee": text(payee(pl.col("p")))})


def _decisions() -> pl.DataFrame:
    """The plan, and rates of exchange that change each month."""
    plan = PlanPublished(plan=PLAN["plan"], plan_version=PLAN["version"], document=PLAN)
    made = [unrecorded(plan, effective_at=instant(START), source=OWN_SOURCE, id="plan-1")]
    for month in range(2 * MONTHS):
        for base, rate in _RATES.items():
            exact = Fraction(rate) * (1000 + month * 7 % 29 - 14) / 1000
            event = RateOfExchangePublished(base=base, quote=PLAN["currency"], rate=exact)
            at, name = instant(START + month * 30 * DAY), f"rate-{base}-{month}"
            made.append(unrecorded(event, effective_at=at, source=OWN_SOURCE, id=name))
    rows = {name: [getattr(event, name) for event in made] for name in ("stream", "type", "id")}
    times = [microseconds(event.effective_at) for event in made]
    return pl.DataFrame(
        {
            **rows,
            "schema_version": [event.schema_version for event in made],
            "effective_at": times,
            "state": [event.state.decode() for event in made],
            "source": [event.source for event in made],
        },
        schema={**TOLD, "source": pl.String()},
    )
