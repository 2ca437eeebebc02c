"""A deal's layers, whose deal it is, and who is credited: objects and dicts, one at a time."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from bench.peers.projection import Deal, Fact, Lead, Name

DAY: Final = 86_400_000_000
PROTECTION: Final = 90 * DAY
_CHINA: Final = 8 * DAY // 24
Split = dict[str, Fraction]


@dataclass(slots=True)
class Layer:
    opened: Fact
    at: int
    value: int
    split: Split
    corrected: tuple[Name, ...]
    because: list[Name] = field(default_factory=list)
    history: dict[int, tuple[int, tuple[Name, ...]]] = field(default_factory=dict)
    """Period to the value at its end, and the facts beyond the opening that led there."""


@dataclass(slots=True)
class Claim:
    """Whose deal it is: the lead that decides, the class, who found it."""

    lead: Lead | None
    source: str
    finder: str | None


_periods: dict[int, int] = {}


def period_of(at: int) -> int:
    """Months since year 0 of an instant in China, looked up by its day."""
    day = (at + _CHINA) // DAY
    if day not in _periods:
        shifted = day + 719_468
        era, rest = divmod(shifted, 146_097)
        year = (rest - rest // 1_460 + rest // 36_524 - rest // 146_096) // 365
        month = (5 * (rest - (365 * year + year // 4 - year // 100)) + 2) // 153
        _periods[day] = (era * 400 + year) * 12 + month + 2
    return _periods[day]


def claim(signing: Fact, leads: dict[str, Lead], of_customer: dict[str, list[Lead]]) -> Claim:
    """The lead it names while its claim is live, else the customer's first live one."""
    named = leads.get(signing.event.lead) if signing.event.lead else None
    customer = signing.event.customer
    if named is not None and not named.created:
        named = None
    if named is not None and customer is None:
        customer = named.created[0].event.customer
    candidates = [named] if named is not None else []
    candidates += [lead for lead in of_customer.get(customer, ()) if lead is not named]
    for lead in candidates:
        if _is_live(lead, signing):
            found = lead.created[0].event
            side = found.side or "marketing"
            finder = found.by if side == "marketing" else None
            return Claim(lead, "self" if side == "sales" else side, finder)
    return Claim(None, "self" if signing.event.signed_by else "house", None)


def _is_live(lead: Lead, signing: Fact) -> bool:
    opened = lead.created[0]
    if opened.order > signing.order or signing.at >= opened.at + PROTECTION:
        return False
    said = [fact for fact in lead.verdicts if fact.order < signing.order]
    return not said or said[-1].event.type != "lead-disqualified"


def credits_of(of: Claim, split: Split) -> list[tuple[str, str, Fraction, Split]]:
    """Role, class, the class's share of the deal, and the payees' shares of the deal."""
    if of.source != "marketing":
        return [("sales", of.source, Fraction(1), split)]
    met = split.get(of.finder, Fraction(0)) if of.finder is not None else Fraction(0)
    rest = 1 - met
    others = {payee: share for payee, share in split.items() if payee != of.finder}
    credited = [("sales", "marketing", rest, others)] if others else []
    if of.finder is not None and met:
        credited.append(("sales", "self", met, {of.finder: met}))
    if of.finder is not None and rest:
        credited.append(("marketing", "marketing", rest, {of.finder: rest}))
    return credited


def layers_of(deal: Deal) -> list[Layer]:
    """Every layer the deal ever had, with its value at the end of each period it changed in."""
    signing = deal.signings[0]
    currency = signing.event.value.currency
    usable = [
        fact
        for fact in deal.amendments
        if fact.event.value is None or fact.event.value.currency == currency
    ]
    corrections = _corrections(signing, usable)
    every: list[Layer] = []
    term: list[Layer] = []
    over = False
    for fact in (signing, *usable):
        kind = "signing" if fact is signing else fact.event.kind
        if kind == "correction":
            continue
        if kind in ("signing", "renewal"):
            term, over = [], False
        if over:
            continue
        over = kind == "cancellation"
        every += _applied(fact, kind, term, signing, corrections.get(fact.names[0]))
    return every


def _corrections(signing: Fact, usable: list[Fact]) -> dict[Name, Fact]:
    values = {signing.names[0]}
    latest = signing.names[0]
    decided: dict[Name, Fact] = {}
    for fact in usable:
        if fact.event.kind == "correction":
            named = fact.event.corrects
            decided[(named.source, named.id) if named else latest] = fact
        elif fact.event.kind != "cancellation":
            latest = fact.names[0]
            values.add(latest)
    return {name: fact for name, fact in decided.items() if name in values}


def _applied(
    fact: Fact, kind: str, term: list[Layer], signing: Fact, correction: Fact | None
) -> list[Layer]:
    """The running value becomes the step's; layers that change write it into their history."""
    at = max(fact.at, signing.at)
    period = period_of(at)
    corrected = list(correction.names) if correction is not None else []
    valued = fact if correction is None else correction
    value = 0 if kind == "cancellation" else valued.event.value.minor
    running = sum(layer.value for layer in term)
    opens = kind in ("signing", "renewal") or value > running
    taken = max(0, running - value)
    for layer in reversed(term):
        part = min(layer.value, taken)
        if part:
            taken -= part
            layer.value -= part
            layer.because += [*fact.names, *corrected]
            layer.history[period] = (layer.value, tuple(layer.because))
    if not opens:
        return []
    own = kind in ("upsell", "renewal") and fact.event.signed_by is not None
    signers = (fact if own else signing).event.signed_by
    split = {signer.payee: signer.share for signer in signers}
    layer = Layer(fact, at, value - running, split, tuple(corrected), corrected)
    layer.history[period] = (layer.value, layer.corrected)
    term.append(layer)
    return [layer]
