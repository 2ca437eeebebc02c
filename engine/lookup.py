"""What statements look up beside earned lines: the law, and the facts of a few cases.

Most of a log has no say in why a line moved or in what is held back. So those who ask name what
they want to know about, and whoever answers decides how much of the log that takes.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Protocol

from engine.world import World


class Lookup(Protocol):
    """A log up to a position, of which no more is looked at than is asked about."""

    @property
    def law(self) -> World:
        """A world of all rules and people, which may know no facts."""
        ...

    def about(self, names: Collection[str]) -> World:
        """A world of all rules, and of all that can touch what is named (`deal/D1`, `lead/L1`)."""
        ...

    def apart(self, names: Collection[str]) -> Iterator[tuple[Collection[str], World]]:
        """Such worlds of some of the names at a time, each with the names it is about."""
        ...


@dataclass(frozen=True, slots=True)
class Everywhere:
    """The one world of all there is."""

    law: World

    def about(self, names: Collection[str]) -> World:  # noqa: ARG002 - it knows of everything
        """That world."""
        return self.law

    def apart(self, names: Collection[str]) -> Iterator[tuple[Collection[str], World]]:
        """That world, with all the names."""
        yield names, self.law
