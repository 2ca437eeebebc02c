"""What holds of whose deal it is whatever the policies: order, repeats, rulings, edits, dates."""

from collections import Counter
from datetime import datetime

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.world import world
from tests.engine.attributing import Kernel, Row, micros
from tests.engine.both_ways import by_the_kernel
from tests.frames import frame_of
from tests.oracle.attribution_cases import policy, revoked, ruled
from tests.strategies import Record
from tests.strategies.quarrels import quarrels

slowly = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

KEYS = {
    "claims": ["deal", "lead"],
    "sources": ["deal"],
    "classes": ["deal", "source"],
    "credits": ["deal", "split", "source", "role", "payee"],
}
"""Frames of the world, and what a row of each is about."""


def judged(records: list[Record]) -> list[list[Row]]:
    kernel = Kernel(records)
    return [kernel.claims(), kernel.sources(), kernel.credits()]


@slowly
@given(st.data())
def test_neither_order_of_arrival_nor_repeats_change_anything(data: st.DataObject) -> None:
    history = data.draw(quarrels())
    again = data.draw(st.lists(st.sampled_from(history), max_size=3))
    arrived = data.draw(st.permutations([*history, *again]))
    assert judged(arrived) == judged(history)
    assert by_the_kernel(arrived) == by_the_kernel(history)


@slowly
@given(quarrels(paid=False))
def test_the_shares_of_every_deal_sum_to_one(history: list[Record]) -> None:
    kernel = Kernel(history)
    vectors = kernel.vectors()
    assert set(vectors) == set(kernel.world.sources["deal"])
    assert all(sum(share for _, share in vector) == 1 for vector in vectors.values())


@slowly
@given(quarrels("rulings", paid=False))
def test_nobody_is_credited_with_more_than_their_class_has(history: list[Record]) -> None:
    summed: Counter[Row] = Counter()
    classes = {}
    for deal, split, source, role, _, share, of_class in Kernel(history).credits():
        summed[deal, split, source, role] += share
        classes[deal, split, source, role] = of_class
    assert all(summed[key] == of_class for key, of_class in classes.items())


@slowly
@given(st.data())
def test_an_override_that_is_revoked_leaves_no_difference(data: st.DataObject) -> None:
    history = data.draw(quarrels("ties"))
    at, before = data.draw(st.sampled_from(["2026-03-01", "2026-04-01"])), data.draw(st.booleans())
    override = ruled("late", at, shares={"partner": "1"}, claims=[{"lead": "L1", "counts": False}])
    back = revoked("late", "2026-02-01" if before else "2026-05-01")
    assert judged([*history, override, back]) == judged(history)
    assert by_the_kernel([*history, override, back]) == by_the_kernel(history)


@slowly
@given(quarrels(paid=False))
def test_a_new_policy_does_not_touch_claims_that_keep_older_terms(history: list[Record]) -> None:
    kept = policy(8, "2026-01-01", terms_at="claim-opened")
    older = [record for record in history if not record["type"].endswith("policy-published")]
    strict = {"marketing": {"protection_days": 1, "evidence": {"minimum": 9}}}
    edit = policy(9, "2026-03-05", claims=strict, terms_at="claim-opened")
    since = micros(datetime.fromisoformat("2026-03-05T00:00:00+08:00"))

    def terms(records: list[Record]) -> pl.DataFrame:
        names = ["deal", "lead", "opened_at", "closes_at", "needed", "pieces", "terms"]
        claims = Kernel(records).world.claims.filter(pl.col("opened_at") < since)
        return claims.select(*names).sort("deal", "lead")

    assert terms([*older, kept, edit]).equals(terms([*older, kept]))


@slowly
@given(st.data())
def test_what_counts_later_than_the_question_asks_does_not_matter(data: st.DataObject) -> None:
    history = data.draw(quarrels(paid=False))
    plain = [record for record in history if not record["type"].startswith("fact-")]
    moment = datetime.fromisoformat(data.draw(st.sampled_from(plain))["time"])
    earlier = [r for r in plain if datetime.fromisoformat(r["time"]) <= moment]
    asked = world(frame_of(plain), effective_by=micros(moment))
    known = world(frame_of(earlier))
    for name, keys in KEYS.items():
        left, right = getattr(asked, name).sort(keys), getattr(known, name).sort(keys)
        assert left.equals(right), name
