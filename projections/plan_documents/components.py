"""Components that pay for deals and occasions, each as a short section that a payee understands."""

from collections.abc import Iterator
from datetime import timedelta

from projections.plan_documents.blocks import Block, Table
from projections.plan_documents.tables import axis, falling, has_gaps, matrix, tiers
from projections.plan_documents.telling import Telling
from projections.plan_documents.words import percent
from schemas.plans import (
    Award,
    Commission,
    Flat,
    MatrixCommission,
    Overlay,
    Override,
    Points,
    Spiff,
    Tiered,
)


def commission(part: Commission, told: Telling) -> Iterator[Block]:
    """A rate on the value of deals."""
    rate = told.words("commission", rate=percent(part.rate), **told.deals(part))
    yield told.sentences(rate, *told.where(part.where), *told.cap(part.cap))


def tiered(part: Tiered, told: Telling) -> Iterator[Block]:
    """A rate by how much was credited in a window."""
    words, table = told.words, part.table
    yield told.sentences(
        words("tiered", **told.deals(part)),
        *told.where(part.where),
        words(f"tiered-window-{part.window}"),
        words(f"tiered-by-{table.by}", quota=part.quota),
    )
    yield told.sentences(words(f"tiered-{table.mode}"), *falling(table, told))
    yield tiers(table, told)
    yield from _capped(told.cap(part.cap), told)


def _capped(sentences: list[str], told: Telling) -> Iterator[Block]:
    if sentences:
        yield told.sentences(*sentences)


def matrix_commission(part: MatrixCommission, told: Telling) -> Iterator[Block]:
    """A rate that is looked up."""
    words, table = told.words, part.table
    sides = {"rows": axis(table.rows, told), "columns": axis(table.columns, told)}
    quota = [] if part.quota is None else [words("matrix-quota", quota=part.quota)]
    gaps = [words("matrix-words")] if has_gaps(table) else []
    yield told.sentences(
        words("matrix", **told.deals(part), **sides), *told.where(part.where), *quota, *gaps
    )
    yield matrix(table, told)
    yield from _capped(told.cap(part.cap), told)


def override(part: Override, told: Telling) -> Iterator[Block]:
    """A rate for the managers above."""
    words = told.words
    below = [] if part.below is None else [words("override-below", rate=percent(part.below))]
    role = words(f"role-below-{part.credits}")
    yield told.sentences(
        words("override", **{**told.deals(part), "role": role}),
        *told.where(part.where),
        words(f"override-{part.basis}"),
        *below,
    )
    yield Table(
        caption=words("levels-caption"),
        columns=told.columns("levels"),
        rows=[[str(level.above), percent(level.rate)] for level in part.levels],
    )
    yield from _capped(told.cap(part.cap), told)


def overlay(part: Overlay, told: Telling) -> Iterator[Block]:
    """A pool for those who helped with a deal."""
    words = told.words
    deals = words(f"deals-{part.source or 'any'}")
    declared = [] if part.part is None else [words("overlay-part", part=part.part)]
    yield told.sentences(
        words("overlay", rate=percent(part.rate), deals=deals),
        *told.where(part.where),
        *declared,
        *told.cap(part.pool, "overlay-pool"),
        *told.cap(part.cap),
    )


def points(part: Points, told: Telling) -> Iterator[Block]:
    """Points for a valid lead."""
    side = told.words(f"finder-{part.credits}")
    value = told.words.money(part.value)
    yield told.sentences(told.words("points", side=side, points=f"{part.points:,}", value=value))


def award(part: Award, told: Telling) -> Iterator[Block]:
    """An amount for a deal on which people worked together."""
    words = told.words
    yield told.sentences(
        words(f"award-{part.on}-{part.shared}", amount=words.money(part.amount)),
        words("award-once"),
        *told.cap(part.cap),
    )


def flat(part: Flat, told: Telling) -> Iterator[Block]:
    """An amount for each event of a kind."""
    words = told.words
    values = {"amount": words.money(part.amount), "of": part.of or words("flat-any-touch")}
    if part.credits != "doer":
        values |= told.deals(part) | {"side": words(f"finder-{part.credits}")}
    once = [words(f"flat-once-{part.once}")] if part.on == "touch-recorded" else []
    limit = part.limit
    limited = [] if limit is None else [_limit(limit.per, limit.count, told)]
    yield told.sentences(
        words(f"flat-{part.on}", **values),
        *told.where(part.where),
        *once,
        *limited,
        *told.cap(part.cap),
    )


def _limit(per: str, count: int, told: Telling) -> str:
    return told.words("limit", count=f"{count:,}", per=told.per(per))


def spiff(part: Spiff, told: Telling) -> Iterator[Block]:
    """Extra pay for deals signed between two days."""
    words = told.words
    days = {
        "starts": words.day(part.starts),
        "last": words.day(part.ends - timedelta(days=1)),
    }
    if part.rate is not None:
        pays = words("spiff-rate", rate=percent(part.rate), **days, **told.deals(part))
    else:
        assert part.amount is not None
        pays = words("spiff-amount", amount=words.money(part.amount), **days, **told.deals(part))
    first = [] if part.first is None else [words("spiff-first", first=f"{part.first:,}")]
    most = [] if part.most is None else [words("spiff-most", amount=words.money(part.most))]
    yield told.sentences(pays, *told.where(part.where), *first, *most)
