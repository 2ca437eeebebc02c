"""What would have to be otherwise for a deal to be of another class, as reasons."""

from collections.abc import Iterator

from engine.attribution import Known, with_customers
from engine.attribution.counterfactuals import counterfactuals
from engine.reasons import Reason
from engine.world import World
from schemas.expressions import Language


def known_of(world: World) -> Known:
    """What the source of deals was decided from."""
    return Known(
        facts=world.facts,
        leads=world.leads,
        signings=with_customers(world.signings, world.leads),
        policies=world.policies,
        rulings=world.rulings,
        details=world.details,
    )


def otherwise(deal: str, world: World, language: Language = "en") -> Iterator[Reason]:
    """For each class that a deal is not of alone the least change that would make it so."""
    for change in counterfactuals(known_of(world), deal):
        names = (world.names.row(order, named=True) for order in change.facts)
        facts = tuple((name["source"], name["id"]) for name in names)
        yield Reason(change.sentence(language), facts)
