"""The journey of a deal: the touches of one side before its signing, and what each is credited."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any, Final

from pydantic import TypeAdapter

from schemas.crediting import ChannelWeights, Learned, LinearDistinct, PerJourney
from schemas.policies.credit import TouchModel
from tests.oracle.attribution.known import Known
from tests.oracle.attribution.weights import weight_of, weights_at
from tests.oracle.crediting_models import Journey, Touch, shares
from tests.oracle.deals import Deal
from tests.oracle.facts import Fact
from tests.oracle.months import day_of, days_later

MODEL: Final[TypeAdapter[PerJourney | Learned]] = TypeAdapter(TouchModel)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Settings = Mapping[str, Any]


def shares_of_touches(
    known: Known, deal: Deal, side: str, settings: Settings
) -> list[tuple[Fact, Fraction]]:
    """Each touch that counts, in order of effect, with its share of the side."""
    touches = journey_of(known, deal, side, settings)
    if not touches:
        return []
    model = MODEL.validate_python(settings["model"])
    channels = [str(fact.data["by"]) for fact in touches]
    if isinstance(model, Learned):
        channels = [channel_of(fact) for fact in touches]
        model = frozen(known, deal, model, channels)
    marks = marks_of(known, deal, touches)
    steps = [
        Touch(channel, micros(fact.at), tuple(marked))
        for channel, fact, marked in zip(channels, touches, marks, strict=True)
    ]
    journey = Journey(deal.id, tuple(steps), micros(deal.signing.at))
    return list(zip(touches, shares(journey, model), strict=True))


def journey_of(known: Known, deal: Deal, side: str, settings: Settings) -> list[Fact]:
    """The touches of the customer on one side, and with `lead: counts` its leads, of somebody."""
    zone = known.policy(deal).zone
    since = days_later(deal.signing.at, -settings["lookback_days"], zone)
    found = [fact for fact in known.touches if is_counted(known, deal, fact, side, settings)]
    if settings["lead"] == "counts":
        leads = [x for x in known.leads_of(deal.customer) if x.side == side and x.payee]
        found += [lead.created for lead in leads]
    found = [fact for fact in found if since <= fact.at and fact.order < deal.signing.order]
    found.sort(key=lambda fact: fact.order)
    if settings["once"] == "each":
        return found
    first: dict[tuple[Any, ...], Fact] = {}
    for fact in found:
        first.setdefault((fact.data["by"], day_of(fact.at, zone), kind_of(fact)), fact)
    return list(first.values())


def is_counted(known: Known, deal: Deal, touch: Fact, side: str, settings: Settings) -> bool:
    """By somebody, of the customer and a kind that counts; without a side only if that is named."""
    kinds = settings.get("kinds")
    is_of_kind = kinds is None or touch.data["kind"] in kinds
    own = touch.data.get("side")
    is_of_side = own == side or (own is None and kinds is not None)
    of_customer = customer_of(known, touch) == deal.customer
    return bool(touch.data.get("by")) and of_customer and is_of_kind and is_of_side


def customer_of(known: Known, touch: Fact) -> str | None:
    """Its own, else its lead's."""
    lead = known.leads.get(touch.data.get("lead") or "")
    return touch.data.get("customer") or (lead.customer if lead else None)


def kind_of(fact: Fact) -> str:
    return str(fact.data["kind"]) if fact.type == "touch-recorded" else fact.type


def channel_of(fact: Fact) -> str:
    """For frozen weights: its channel, else its kind."""
    return str(fact.data.get("channel") or kind_of(fact))


def frozen(known: Known, deal: Deal, model: Learned, channels: Sequence[str]) -> PerJourney:
    """The weights in force at the signing; all 0, or none in force: linear over the channels."""
    weights = weights_at(known.facts, model.weights, deal.signing.at)
    group = deal.signing.data.get("customer_type")
    each = {channel: weight_of(weights, group, channel) for channel in channels}
    if not any(each.values()):
        return LinearDistinct(model="linear-distinct")
    return ChannelWeights(model="channel-weights", weights=each, distinct=model.distinct)


def marks_of(known: Known, deal: Deal, touches: Sequence[Fact]) -> list[list[str]]:
    """LC: the first lead. OC: the first at or after the first qualification. CW: the last."""
    said = [x.qualification for x in known.leads_of(deal.customer) if x.qualification]
    qualified = min((fact.at for fact in said), default=None)
    marks: list[list[str]] = [[] for _ in touches]
    leads = [nth for nth, fact in enumerate(touches) if fact.type == "lead-created"]
    after = [nth for nth, fact in enumerate(touches) if qualified and fact.at >= qualified]
    for mark, places in (("LC", leads), ("OC", after), ("CW", [len(touches) - 1])):
        if places:
            marks[places[0]].append(mark)
    return marks


def micros(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)
