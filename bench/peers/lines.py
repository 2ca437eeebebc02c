"""The lines that an answer consists of, as written to Parquet by every contender."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]

from bench.peers.projection import Name
from bench.plan import PLAN

_NAME = pl.Struct({"source": pl.String(), "id": pl.String()})
WRITTEN: dict[str, pl.DataType] = {
    "payee": pl.String(),
    "period": pl.Int64(),
    "subject": pl.String(),
    "deal": pl.String(),
    "lead": pl.String(),
    "fact_source": pl.String(),
    "fact_id": pl.String(),
    "component": pl.String(),
    "source": pl.String(),
    "plan": pl.String(),
    "currency": pl.String(),
    "role": pl.String(),
    "rate": pl.String(),
    "share_num": pl.Int64(),
    "share_den": pl.Int64(),
    "base": pl.Int64(),
    "base_currency": pl.String(),
    "amount": pl.Int64(),
    "because": pl.List(_NAME),
}
_PLAIN = (
    "payee",
    "period",
    "subject",
    "deal",
    "lead",
    "component",
    "source",
    "role",
    "rate",
    "base",
    "base_currency",
    "amount",
)
_VERSION = f"{PLAN['plan']}@{PLAN['version']}"


@dataclass(slots=True, kw_only=True)
class Line:
    payee: str
    period: int
    subject: str
    fact: Name
    component: str
    amount: int
    because: tuple[Name, ...]
    deal: str | None = None
    lead: str | None = None
    source: str | None = None
    role: str | None = None
    rate: str | None = None
    share: Fraction | None = None
    base: int | None = None
    base_currency: str | None = None


def write(lines: Iterable[Line], path: Path) -> None:
    told = list(lines)
    columns = {name: [getattr(line, name) for line in told] for name in _PLAIN}
    shares = [line.share for line in told]
    frame = pl.DataFrame(columns).with_columns(
        fact_source=pl.Series([line.fact[0] for line in told]),
        fact_id=pl.Series([line.fact[1] for line in told]),
        share_num=pl.Series([share and share.numerator for share in shares]),
        share_den=pl.Series([share and share.denominator for share in shares]),
        plan=pl.lit(_VERSION),
        currency=pl.lit(PLAN["currency"]),
        because=_listed([line.because for line in told]),
    )
    frame.select(pl.col(name).cast(dtype) for name, dtype in WRITTEN.items()).write_parquet(path)


def _listed(reasons: Sequence[Sequence[Name]]) -> pl.Series:
    """Lists of names as a column, by way of Arrow: a list of dicts would take seconds."""
    offsets = list(accumulate(map(len, reasons), initial=0))
    names = [name for because in reasons for name in because]
    sources, ids = [name[0] for name in names], [name[1] for name in names]
    struct = pa.StructArray.from_arrays([pa.array(sources), pa.array(ids)], ["source", "id"])
    return pl.Series(pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), struct))
