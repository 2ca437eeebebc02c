"""A commission's line: the rate, of what its layer is worth."""

from collections.abc import Iterator
from dataclasses import replace

from engine.explanations.asked import Asked, Worth
from engine.explanations.pricing import Terms, priced
from engine.explanations.values import credits_of
from schemas.plans import Commission


def pieces(asked: Asked, period: int) -> Iterator[tuple[Asked, Worth]]:
    """The commission as at the end of a period: of a layer, or of each that a decrease shrank."""
    part = asked.part
    assert isinstance(part, Commission)
    terms = Terms(part.id, part.rate, alone=False)
    for credit in credits_of(asked):
        yield replace(asked, opener=credit.row.get("opener")), priced(asked, credit, terms, period)
