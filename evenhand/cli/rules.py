"""Rules that are no plans: rates of exchange; and how decisions that are typed are read."""

from collections.abc import Mapping
from typing import Annotated, TypeVar

import typer
from pydantic import ValidationError

from commands.handle import rule
from commands.plans import PublishRate
from evenhand.archived import Archived
from evenhand.asking import zone
from evenhand.cli.options import By, Log
from evenhand.cli.output import say
from evenhand.times import instant_of
from evenhand.wiring import now, open_log, person
from schemas.events import Event
from schemas.events.decisions import RateOfExchangePublished

Decided = TypeVar("Decided", bound=Event)

rate = typer.Typer(no_args_is_help=True, help="Rates of exchange.")


def decided(model: type[Decided], fields: Mapping[str, object]) -> Decided:
    """A decision of what was typed; what it cannot hold is a wrong use of the command."""
    try:
        return model.model_validate(fields)
    except ValidationError as invalid:
        reasons = (
            f"{'.'.join(map(str, error['loc'])) or model.type}: {error['msg']}"
            for error in invalid.errors()
        )
        raise typer.BadParameter("; ".join(reasons)) from None


@rate.command("publish")
def publish_rate(
    base: str,
    quote: str,
    worth: Annotated[str, typer.Argument(metavar="RATE", help='As in "7.1" or "64/9".')],
    starts: Annotated[str, typer.Option("--from", help="A date or an instant.")],
    log: Log = None,
    by: By = None,
) -> None:
    """Say what one unit of BASE is worth in QUOTE from a time on."""
    with open_log(log) as opened:
        at = instant_of(starts, zone(opened))
        fields: dict[str, object] = {"base": base, "quote": quote, "rate": worth, "by": person(by)}
        event = decided(RateOfExchangePublished, fields)
        id_ = f"rate-{base}-{quote}-{at:%Y%m%dT%H%M%S}-{now():%Y%m%dT%H%M%S%f}"
        rule(Archived(opened), PublishRate(rate=event), effective_at=at, id_=id_, by=person(by))
    say(f"1 {base} is worth {worth} {quote} from {starts} on")
