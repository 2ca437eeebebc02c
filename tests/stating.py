"""Statements of a log in memory, as tests ask for them."""

from typing import Any

from commands.handle import kept_by
from engine.log import Archive
from replay.periods import Closed
from replay.stating import at, everything, replayed
from schemas.calendar import PayoutPeriod
from schemas.statements import Issue


def as_it_stands(
    log: Archive, period: PayoutPeriod, position: int | None = None, **more: Any
) -> Issue:
    """What a period pays as known at a position, everything without one."""
    return at(everything(log.columns(through=position), **more), period, kept_by(log)).issue


def computed_again(log: Archive, closed: Closed) -> Issue:
    """The issue of a close, computed again from the log up to the position that it used."""
    prefix = everything(log.columns(through=closed.position))
    return replayed(prefix, closed, kept_by(log)).issue
