"""A row of READ as an event: an object with the fields that the plan looks at."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple


class Row(NamedTuple):
    """What a row of READ says of what the plan looks at."""

    type: str
    effective_at: int
    rank: int
    stream: str
    source: str
    id: str
    state: str
    lead: str | None
    deal: str | None
    customer: str | None
    payee: str | None
    side: str | None
    kind: str | None
    amount: int | None
    currency: str | None
    signed_by: list[dict[str, Any]] | None
    payees: list[str] | None
    corrects_source: str | None
    corrects_id: str | None


class Value(NamedTuple):
    minor: int
    currency: str


class Signer(NamedTuple):
    payee: str
    share: Fraction


class Named(NamedTuple):
    source: str
    id: str


@dataclass(slots=True)
class Event:
    """An event with the names that the models of the product have."""

    type: str
    lead: str | None
    deal: str | None
    customer: str | None
    by: str | None
    side: str | None
    kind: str | None
    value: Value | None
    signed_by: list[Signer] | None
    payees: list[str] | None
    corrects: Named | None


_shares: dict[tuple[int, int], Fraction] = {}


def event_of(row: Row) -> Event:
    """The event that a row of READ tells."""
    corrects = None
    if row.corrects_source is not None and row.corrects_id is not None:
        corrects = Named(row.corrects_source, row.corrects_id)
    return Event(
        type=row.type,
        lead=row.lead,
        deal=row.deal,
        customer=row.customer,
        by=row.payee,
        side=row.side,
        kind=row.kind,
        value=_value(row),
        signed_by=None if row.signed_by is None else [_signer(each) for each in row.signed_by],
        payees=row.payees,
        corrects=corrects,
    )


def _value(row: Row) -> Value | None:
    if row.amount is None or row.currency is None:
        return None
    return Value(row.amount, row.currency)


def _signer(told: dict[str, Any]) -> Signer:
    """A signer; of the few shares there are, each is made once."""
    share = (told["num"], told["den"])
    if share not in _shares:
        _shares[share] = Fraction(*share)
    return Signer(told["payee"], _shares[share])
