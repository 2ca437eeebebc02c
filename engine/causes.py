"""Why a line moved: the facts recorded since the previous close on which its key depends.

They are looked for in widening circles: what the line is directly about; what else its payee, or on
a ladder of managers those below, are credited for; in the end everything that moves pay. The first
circle in which anything is new names the causes, and only facts that had effect by the end of the
line's period, if there are any.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from engine.concerns import Concerns
from engine.identities import Identities
from engine.lookup import Lookup
from engine.reading import said
from engine.reads import ALL, types_read
from engine.repairs import Name
from engine.world import World
from engine.zones import period_end
from schemas.frames import KEY
from schemas.statements import NAMES

_EVER_BEFORE = pl.lit(-(2**62), dtype=pl.Int64)
_REACHING = (
    *("fact-corrected", "fact-voided", "plan-published", "plan-assigned"),
    *("payee-enrolled", "payee-assigned", "payee-left", "quota-set", "metric-reported"),
    *("identity-linked", "identity-unlinked", "customer-registered"),
    *("attribution-policy-published", "weights-approved", "weights-activated"),
    *("credit-overridden", "dispute-settled", "override-revoked"),
)
"""What changes what was effective before it: repairs, rules, rulings, facts about people."""
_IDENTITY = ("identity-linked", "identity-unlinked")
_EVER_AFTER = 2**62


@dataclass(frozen=True)
class _News:
    """What is new, by stream: the type of each fact, its name, and from when on it has effect."""

    by_stream: Mapping[str, frozenset[tuple[str, Name, int]]]

    def of(self, streams: Iterable[str], types: frozenset[str], before: int) -> frozenset[Name]:
        """The new facts of some types in any of some streams with effect before an instant."""
        return frozenset(
            name
            for stream in streams
            for type_, name, effective_at in self.by_stream.get(stream, ())
            if effective_at < before and type_ in types
        )


def with_causes(
    lines: pl.DataFrame, stated: pl.DataFrame, lookup: Lookup, since: Callable[[], pl.DataFrame]
) -> pl.DataFrame:
    """Lines (PAYABLE) with their `cause`, for those that differ from what was told before.

    `since` gives the records (RECORDS) after the previous close, which `lookup` knows; it is asked
    if any line differs. A line that is simply earned in the period at hand has no cause beyond its
    `because`.
    """
    flags = _differing(lines, stated)
    if not flags.any():
        return lines
    told = _told(since())
    world = lookup.about({*told["_subject"], *_ladders(lines.filter(flags), told)})
    news, of = _news(told, world), Concerns(world)
    rows = lines.iter_rows(named=True)
    found = [
        _as_structs(_cause(row, world, news, of)) if flag else []
        for row, flag in zip(rows, flags, strict=True)
    ]
    return lines.with_columns(cause=pl.Series(found, dtype=NAMES))


def _differing(lines: pl.DataFrame, stated: pl.DataFrame) -> pl.Series:
    """Whether each of some lines (PAYABLE) differs from what was told of its key or its period."""
    told = stated.select(KEY).unique().with_columns(_told=pl.lit(value=True))
    marked = lines.join(told, on=KEY, how="left", nulls_equal=True, maintain_order="left")
    before = pl.col("period") < pl.col("stated_in")
    return marked.select(_differs=pl.col("_told").is_not_null() | before).to_series()


def _cause(row: Mapping[str, object], world: World, news: _News, of: Concerns) -> frozenset[Name]:
    """What is new in the first circle that has anything."""
    version = world.rules.named.get(str(row["plan"]))
    policies = [each.policy for each in world.policies.published]
    types = types_read(version, str(row["component"]), policies)
    circles = list(of.circles(row))
    for before in (_end(row, world), _EVER_AFTER):
        for streams in circles:
            if found := news.of(streams, types, before):
                return found
    return news.of(news.by_stream, types, _EVER_AFTER) or news.of(news.by_stream, ALL, _EVER_AFTER)


def _end(row: Mapping[str, object], world: World) -> int:
    """The end of the period a line was earned in: what has effect later did not move it."""
    version = world.rules.named.get(str(row["plan"]))
    zone = version.plan.zone if version is not None else world.rules.zone
    period = row["period"]
    assert isinstance(period, int)
    return period_end(period, zone)


def _told(since: pl.DataFrame) -> pl.DataFrame:
    """What is new and moves pay: `_subject, type, source, id, effective_at`.

    A ruling is about its deal, a link about both its ids.
    """
    moving = since.filter(pl.col("type").is_in(list(ALL)))
    moving = moving.with_columns(_kind=said(moving, {"kind": pl.String()})["kind"])
    return pl.concat([moving, _about_others(moving)]).select(
        _subject(),
        "type",
        "source",
        "id",
        pl.when(_reaches_back()).then(_EVER_BEFORE).otherwise("effective_at").alias("effective_at"),
    )


def _ladders(lines: pl.DataFrame, told: pl.DataFrame) -> Iterable[str]:
    """The deals of lines of no role, if anything is new of people: somebody's manager may be."""
    if not told["_subject"].str.starts_with("payee/").any():
        return ()
    of_nobody = lines.filter(pl.col("role").is_null()).select("deal").drop_nulls()
    return of_nobody.select("deal/" + pl.col("deal")).to_series().unique()


def _news(told: pl.DataFrame, world: World) -> _News:
    """What is new, under the streams that lines are concerned with.

    Ids are those that stand for others.
    """
    by_stream: dict[str, set[tuple[str, Name, int]]] = defaultdict(set)
    streams = pl.col("_subject").replace(_streams_as_one(world.identities))
    rows = told.with_columns(streams).iter_rows()
    for stream, type_, source, id_, effective_at in rows:
        by_stream[stream].add((type_, (source, id_), effective_at))
    return _News({stream: frozenset(found) for stream, found in by_stream.items()})


def _about_others(moving: pl.DataFrame) -> pl.DataFrame:
    """Links once more, in the stream of the other id."""
    links = moving.filter(pl.col("type").is_in(_IDENTITY))
    kind = pl.col("stream").str.split("/").list.first()
    other = pl.col("state").str.json_path_match("$.other")
    return links.with_columns(stream=kind + "/" + other)


def _subject() -> pl.Expr:
    """What a record is about: its stream, but of a ruling its deal."""
    deal = "deal/" + pl.col("state").str.json_path_match("$.deal")
    ruled = pl.when(pl.col("type") == "dispute-settled").then(deal)
    return pl.coalesce(ruled, "stream").alias("_subject")


def _streams_as_one(known: Identities) -> dict[str, str]:
    kinds = {"customer": known.customers, "payee": known.payees}
    return {
        f"{kind}/{one}": f"{kind}/{first}"
        for kind, ids in kinds.items()
        for one, first in ids.items()
    }


def _reaches_back() -> pl.Expr:
    """Facts that change what was effective before them: also corrections of a value."""
    return pl.col("type").is_in(_REACHING) | (pl.col("_kind") == "correction").fill_null(
        value=False
    )


def _as_structs(names: Iterable[Name]) -> list[dict[str, str]]:
    ordered = sorted(names, key=lambda name: (name[0].encode(), name[1].encode()))
    return [{"source": source, "id": id_} for source, id_ in ordered]
