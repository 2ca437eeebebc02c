"""What is said of one deal is the same whether its case alone was read or everything."""

from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine.reading import read
from engine.world import World, world
from evenhand.cases import made
from evenhand.cases.looking import Looking
from evenhand.cases.store import Bucketed
from evenhand.runs.stores import Folder
from projections.attribution import attributions
from replay import as_of
from tests.frames import frame_of
from tests.strategies import Record
from tests.strategies.attribution_themes import THEMES
from tests.strategies.quarrels import quarrels

slowly = settings(
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def said_of(deal: str, told: World) -> list[object]:
    """The state of a deal, and whose it is with every claim and piece of evidence."""
    state = as_of.deals(told).filter(deal=deal).rows()
    return [*state, *(each.document() for each in attributions(told, [deal]))]


@pytest.mark.parametrize("theme", list(THEMES))
@slowly
@given(data=st.data())
def test_of_a_deal_at_any_position(theme: str, data: st.DataObject) -> None:
    history: list[Record] = data.draw(quarrels(theme))
    records = frame_of(history)
    told = read(records)
    sealed = data.draw(st.integers(1, records.height))
    position = int(records["position"][data.draw(st.integers(0, records.height - 1))])
    everything = world(records.filter(pl.col("position") <= position))
    with TemporaryDirectory() as folder:
        store = made(lambda: [told[:sealed]], Folder(Path(folder)), "store", buckets=3)
        looking = Looking(Bucketed(store, told[sealed:], records.height))
        for deal in everything.signings["deal"]:
            alone = looking.world([f"deal/{deal}"], position=position)
            assert said_of(deal, alone) == said_of(deal, everything)


def test_a_deal_nobody_has_heard_of_has_no_case() -> None:
    with TemporaryDirectory() as folder:
        nothing = read(frame_of([]))
        store = made(lambda: [nothing], Folder(Path(folder)), "store")
        looking = Looking(Bucketed(store, nothing, 0))
        assert as_of.deals(looking.world(["deal/D1"], position=0)).is_empty()
