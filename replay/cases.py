"""Cases: which facts can touch each other in deciding whose deal it is (docs/decisions/0010).

Customers, leads and deals that a fact, a correction, a link or declared keys name together are of
one case, and so are those that reach each other that way. Joining too much costs time; joining too
little would cost money.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from engine.customer_keys import alike
from engine.law import Law
from engine.reading import said
from engine.repairs import REPAIRS, Repairs, repairs_among
from schemas.events.attribution import CustomerRegistered
from schemas.frames import READ, checked
from schemas.policies import DEFAULT

NAMES: Final = {"name": pl.String(), "case": pl.Int64()}
"""Customers, leads and deals, as `customer/C1`, `lead/L1`, `deal/D1`, with their case."""

_KINDS: Final = ("deal", "lead", "customer")
_PAIR: Final = {"one": pl.String(), "other": pl.String()}


def cases(edges: pl.DataFrame) -> pl.DataFrame:
    """The cases (NAMES) of names joined by edges (`one, other`; another may be its own).

    Cases are numbered from 0 in order of their least name, so that the same names have the same
    cases however the edges arrive.
    """
    names = pl.concat([edges["one"], edges["other"]]).unique().sort()
    numbers = np.arange(len(names), dtype=np.int32)
    pairs = edges.select(pl.col(side).replace_strict(names, numbers) for side in _PAIR)
    return pl.DataFrame({"name": names, "case": cases_of_numbers(pairs, len(names))})


def cases_of_numbers(pairs: pl.DataFrame, size: int) -> pl.Series:
    """The case of each number below `size`, when pairs of them (`one, other`) are joined.

    Cases are numbered from 0 in order of their least number.
    """
    one, other = (pairs[side].to_numpy().astype(np.int32) for side in _PAIR)
    graph = coo_array((np.ones(len(one), dtype=np.int8), (one, other)), shape=(size, size))
    _, labels = connected_components(graph, directed=False)
    found = pl.Series("case", labels, dtype=pl.Int64)
    firsts = found.unique(maintain_order=True)
    order = np.empty(len(firsts), dtype=np.int64)
    order[firsts.to_numpy()] = np.arange(len(firsts))
    return pl.Series("case", order[labels])


Key = Callable[[pl.Expr], pl.Expr]
"""What a name goes by, null where there is none."""


def as_text(name: pl.Expr) -> pl.Expr:
    """The name itself."""
    return name


def edges(records: pl.DataFrame) -> pl.DataFrame:
    """What records (READ) name together, a row a pair, each once: `one, other`."""
    return pairs_of(named_together(records).unique(), links(records)).unique()


def named_together(records: pl.DataFrame, key: Key = as_text) -> pl.DataFrame:
    """What records (READ) name, by their keys: `deal, lead, customer`, mostly a row a record."""
    told = [*_in_facts(checked(records, READ)), *_in_rules(records)]
    return pl.concat(each.select(key(pl.col(kind)).alias(kind) for kind in _KINDS) for each in told)


def pairs_of(together: pl.DataFrame, linked: pl.DataFrame) -> pl.DataFrame:
    """Edges (`one, other`; a name's own too) of what is named together, and what is linked."""
    one = pl.coalesce(_KINDS)
    pairs = (together.select(one=one, other=kind).drop_nulls() for kind in _KINDS)
    return pl.concat([*pairs, linked])


def declares_keys(told: Law) -> bool:
    """Whether a policy joins customers by keys, so that cases far apart may be of one customer."""
    return any(version.policy.same_customer for version in told.policies.versions)


def edges_by_keys(records: pl.DataFrame, told: Law) -> pl.DataFrame:
    """What keys that any policy declares join, among all records (READ): `one, other`.

    Keys are compared as facts say them and as corrections do, since either may be what was known.
    """
    policies = [DEFAULT, *(version.policy for version in told.policies.published)]
    declared = [policy.same_customer for policy in policies if policy.same_customer]
    rows = [
        (_standing(group[0]), _standing(other))
        for keys in declared
        for repairs in (Repairs(), repairs_among(records, [*told.repairs]))
        for group in alike(records, repairs, keys)
        for other in group
    ]
    return pl.DataFrame(rows, schema=_PAIR, orient="row").unique()


def name_of() -> pl.Expr:
    """The name by which a record (READ) finds its case, null of one that has none."""
    registered = pl.col("type") == CustomerRegistered.type
    return pl.coalesce(
        *(_named(kind) for kind in _KINDS), pl.when(registered).then(pl.col("stream"))
    )


def placed(records: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """The facts among records (READ) with their `case`, by the cases of names (NAMES)."""
    facts = records.filter(is_rule().not_()).with_columns(name=name_of())
    return facts.join(names, on="name").select(*READ, "case")


def is_rule() -> pl.Expr:
    """Whether a record (READ) is of the law, and so known to all cases."""
    return pl.col("rank").is_null() & (pl.col("type") != CustomerRegistered.type)


def _named(kind: str) -> pl.Expr:
    return pl.lit(f"{kind}/") + pl.col(kind)


def _in_facts(records: pl.DataFrame) -> Iterator[pl.DataFrame]:
    facts = records.filter(pl.col("rank").is_not_null())
    yield facts.select(_named(kind).alias(kind) for kind in _KINDS)
    registered = records.filter(pl.col("type") == CustomerRegistered.type)
    nothing = pl.lit(None, dtype=pl.String)
    yield registered.select(nothing.alias("deal"), nothing.alias("lead"), customer="stream")


def _in_rules(records: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """What corrections name, and what unread records do."""
    unread = records.filter(pl.col("rank").is_null(), pl.col("state").is_not_null())
    data = pl.Struct(dict.fromkeys(_KINDS, pl.String()))
    corrected = unread.filter(pl.col("type").is_in(REPAIRS))
    inside = said(corrected, {"data": data})["data"].struct.unnest()
    yield inside.select(_named(kind).alias(kind) for kind in _KINDS)
    told = said(unread, dict.fromkeys(_KINDS, pl.String()))
    yield told.select(_named(kind).alias(kind) for kind in _KINDS)


def links(records: pl.DataFrame, key: Key = as_text) -> pl.DataFrame:
    """What was ever linked or unlinked: `one, other`, by their keys."""
    linking = records.filter(pl.col("type").is_in(["identity-linked", "identity-unlinked"]))
    told = said(linking, {"customer": pl.String(), "other": pl.String()}).drop_nulls()
    one, other = ("customer/" + pl.col(name) for name in ("customer", "other"))
    return told.select(one=key(one), other=key(other))


def _standing(customer: str) -> str:
    """The name of an id that may stand for a lead or a deal without a customer."""
    kind, _, name = customer.partition(":")
    return f"{kind}/{name}" if kind in ("lead", "deal") and name else f"customer/{customer}"


@dataclass(frozen=True, slots=True)
class Joined:
    """What later records do to known cases.

    `names` (NAMES) are those the records have; `into` maps a known case to the one it became part
    of.
    """

    names: pl.DataFrame
    into: Mapping[int, int]


def joined(known: pl.DataFrame, pairs: pl.DataFrame, first_new: int) -> Joined:
    """The cases of names that later records join (`one, other`), among `known` (NAMES).

    New cases are numbered from `first_new` on; joined ones go by the least number among them.
    """
    named = cases(pairs)
    standing = known.select("name", _known=pl.format("case/{}", "case"))
    places = named.join(standing, on="name", how="left")
    both = pl.concat(
        [
            places.select(one=pl.format("new/{}", "case"), other=pl.col("name")),
            places.drop_nulls("_known").select(one=pl.format("new/{}", "case"), other="_known"),
        ]
    )
    groups = cases(both).rename({"case": "group"})
    old = groups.filter(pl.col("name").str.starts_with("case/")).select(
        "group", was=pl.col("name").str.strip_prefix("case/").cast(pl.Int64)
    )
    firsts = old.group_by("group").agg(first=pl.col("was").min())
    numbers = (
        groups.select("group").unique().sort("group").join(firsts, on="group", how="left")
    ).with_columns(case=pl.coalesce("first", first_new + pl.col("first").is_null().cum_sum() - 1))
    moved = old.join(numbers, on="group").filter(pl.col("was") != pl.col("case"))
    found = named.select("name").join(groups, on="name").join(numbers, on="group")
    return Joined(found.select(*NAMES), dict(moved.select("was", "case").iter_rows()))
