"""Choices that spread evenly and are the same in every run, where examples must not be alike.

Hypothesis likes to vary an example that it has: good for finding faults, not for counting.
"""

from collections.abc import Sequence
from hashlib import sha256
from itertools import count
from typing import Any

from tests.strategies.plan_parts import Pick


def even_choices() -> Pick:
    """A `pick`, by the digest of how many choices were made before."""
    made = count()

    def pick(*choices: Sequence[Any]) -> list[Any]:
        return [among[_number(next(made)) % len(among)] for among in choices]

    return pick


def _number(nth: int) -> int:
    return int.from_bytes(sha256(str(nth).encode()).digest())
