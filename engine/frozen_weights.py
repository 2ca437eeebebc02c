"""Weights in force: learned from the log, approved by people, and data from then on."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.facts import RuleFact
from schemas.events.attribution import Weights, WeightsActivated, WeightsApproved, WeightsTrained
from schemas.recorded import microseconds


@dataclass(frozen=True, slots=True)
class Frozen:
    """Weights that hold for deals signed from `starts` on; `order` is that of their activation."""

    starts: int
    weights: Weights
    digest: str
    order: int


def frozen(rules: Iterable[RuleFact]) -> Mapping[str, Sequence[Frozen]]:
    """Names of weights to those that were activated, by their start; only what was approved counts.

    Of two with the same start the later in order of effect comes last, and holds.
    """
    trained: dict[tuple[str, str], Weights] = {}
    approved: set[tuple[str, str]] = set()
    activated: dict[str, list[tuple[int, str, int]]] = defaultdict(list)
    for order, rule in enumerate(rules):
        match rule.event:
            case WeightsTrained() as event:
                trained.setdefault((event.name, event.digest), event.weights)
            case WeightsApproved() as event:
                approved.add((event.name, event.digest))
            case WeightsActivated() as event:
                starts = microseconds(event.starts)
                activated[event.name].append((starts, event.digest, order))
            case _:
                pass
    return {
        name: [
            Frozen(starts, trained[name, digest], digest, order)
            for starts, digest, order in sorted(found, key=lambda each: (each[0], each[2]))
            if (name, digest) in approved and (name, digest) in trained
        ]
        for name, found in activated.items()
    }
