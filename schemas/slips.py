"""What does not hold together in a document of rules, a plan or a policy, and where."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pydantic_core import PydanticCustomError

Place = tuple[str | int, ...]
"""A place in the document: keys and numbers, as ("components", 2, "rate")."""

Found = Iterator[tuple[Place, PydanticCustomError]]


Note = tuple[Place, str]
"""A place in the document, and what is worth a second look there."""


class Slip(NamedTuple):
    """Something that does not hold together, and where."""

    place: Place
    error: PydanticCustomError


def refuse(slips: Iterable[Slip], context: dict[str, list[Slip]] | None) -> None:
    """Raise the error of the first slip; all go into the `slips` of the context, if it has any."""
    if context is not None and "slips" in context:
        context["slips"].extend(slips)
        return
    for slip in slips:
        raise slip.error


def named_twice(named: Iterable[tuple[Place, str]]) -> Found:
    """The second of two parts with one name, by the places and names of the parts."""
    counted: Counter[str] = Counter()
    for place, name in named:
        counted[name] += 1
        if counted[name] == 2:  # noqa: PLR2004 - the second is one too many
            yield (
                (*place, "id"),
                PydanticCustomError(
                    "name-twice", "two parts are called {name}; each id stands once", {"name": name}
                ),
            )
