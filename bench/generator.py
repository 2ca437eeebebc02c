"""A company's log of two years, the same for the same seed and size, at any size.

About 62 % touches, 20 % leads, 10 % qualifications, 6 % signings, 0.4 % amendments and 0.7 % joint
signings; a few do most of the work; most facts arrive within minutes, some after days or weeks.

Leads are taken cohort by cohort. What has happened waits as numbers until nothing that a later
cohort brings can arrive before it; then it is told, as RECORDS or as READ. No draw depends on what
was drawn before it, so neither the size of cohorts nor the telling changes a log.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl

from bench.company import LEADS_OPEN, START, Cohort, Company, deals, leads
from bench.contracts import amended, joined, repaired, signed
from bench.decisions import decisions, enrolled
from bench.happenings import Happening, as_read, as_records, together
from bench.journeys import created, judged, touched
from schemas.frames import READ, RECORDS, Schema, empty

SMALLEST = 500
COHORT = 100_000
"""Leads that are made at a time: about half a million facts."""
SEGMENT = 1_000_000
_Tell = Callable[[Happening], pl.DataFrame]


def records(events: int, seed: int = 7) -> pl.DataFrame:
    """A log of so many records, as RECORDS."""
    return pl.concat(parts(events, seed))


def parts(events: int, seed: int = 7) -> Iterator[pl.DataFrame]:
    """The same, in parts of any height, in order of position: for logs beyond all memory."""
    return _told(events, seed, as_records, RECORDS)


def columns(events: int, seed: int = 7, cohort: int = COHORT) -> pl.DataFrame:
    """The same log as READ: what `engine.reading.read` makes of the records."""
    return pl.concat(_told(events, seed, as_read, READ, cohort))


def write(events: int, path: Path, seed: int = 7) -> None:
    """A log (RECORDS) as one Parquet file."""
    _write(records(events, seed), path)


def write_segments(events: int, folder: Path, seed: int = 7, size: int = SEGMENT) -> None:
    """A log (READ) as Parquet, so many records a file, by position, in bounded memory."""
    rest, first = empty(READ), 1
    for told in _told(events, seed, as_read, READ):
        rest = pl.concat([rest, told])
        while rest.height >= size:
            first = _segment(rest.head(size), folder, first)
            rest = rest.slice(size)
    if not rest.is_empty():
        _segment(rest, folder, first)


def _segment(told: pl.DataFrame, folder: Path, first: int) -> int:
    """Write one segment; the first position of the next."""
    end = first + told.height
    _write(told, folder / f"{first:012}-{end - 1:012}.parquet")
    return end


def _write(told: pl.DataFrame, path: Path) -> None:
    told.write_parquet(path, compression_level=3, row_group_size=131_072)


def _told(
    events: int, seed: int, tell: _Tell, schema: Schema, cohort: int = COHORT
) -> Iterator[pl.DataFrame]:
    """A log in parts, in order of arrival, each with its positions."""
    if events < SMALLEST:
        raise ValueError(f"a log of less than {SMALLEST} events has no company in it")
    payees = max(12, min(int(2200 * (events / 1e6) ** 0.4), events // 50))
    company = Company(seed=seed, leads=events // 5, payees=payees)
    position = 1
    for happened in filter(None, _in_order_of_arrival(company, events, cohort)):
        arrived = pl.concat([tell(each) for each in happened], how="diagonal").sort(
            "arrives", "key"
        )
        told = arrived.with_columns(
            position=pl.int_range(position, position + pl.len(), dtype=pl.Int64)
        )
        missing = [
            pl.lit(None, dtype=schema[name]).alias(name) for name in schema if name not in told
        ]
        yield told.with_columns(missing).select(*schema)
        position += told.height


def _in_order_of_arrival(company: Company, events: int, size: int) -> Iterator[list[Happening]]:
    """What happened, each time all that arrives before an instant; in no order within."""
    firsts = range(0, company.leads, size)
    cohorts = [Cohort(company, first, min(first + size, company.leads)) for first in firsts]
    first = [*decisions(), enrolled(company)]
    rest = sum(each.rows.height for cohort in cohorts for each in _happened(cohort))
    touches = events - rest - sum(each.rows.height for each in first)
    waiting = _Waiting()
    waiting.add([each.late(company.seed) for each in first])
    for cohort in cohorts:
        every = [*_happened(cohort), touched(cohort, touches)]
        waiting.add([each.late(company.seed) for each in every])
        yield waiting.due(cohort.later)
    step, until = LEADS_OPEN // len(cohorts), START + LEADS_OPEN
    while waiting.kinds:
        until += step
        yield waiting.due(until)


def _happened(cohort: Cohort) -> list[Happening]:
    """What happens in a cohort, without its touches."""
    company, found = cohort.company, leads(cohort)
    known = deals(cohort, found)
    facts = [created(company, found), *judged(company, found), *signed(company, known)]
    facts += [amended(company, known), joined(company, known)]
    return [*facts, *repaired(company, known, facts)]


class _Waiting:
    """What has happened and is not told yet, by the prefix of its ids."""

    def __init__(self) -> None:
        self.kinds: dict[str, Happening] = {}

    def add(self, happened: list[Happening]) -> None:
        for each in happened:
            some = self.kinds.get(each.prefix)
            self.kinds[each.prefix] = each if some is None else together([some, each])

    def due(self, until: int) -> list[Happening]:
        """What has arrived before an instant; the rest goes on waiting."""
        now = pl.col("arrives") < until
        kinds = list(self.kinds.values())
        rest = [replace(each, rows=each.rows.filter(~now)) for each in kinds]
        self.kinds = {each.prefix: each for each in rest if not each.rows.is_empty()}
        arrived = [replace(each, rows=each.rows.filter(now)) for each in kinds]
        return [each for each in arrived if not each.rows.is_empty()]
