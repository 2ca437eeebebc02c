"""The frames of the kernel: column, dtype, unit, meaning. Checked where a frame enters a function.

An `order` is the place of a fact in the order of effect of the log prefix at hand: an Int64 that is
the fact's name inside the kernel, and never leaves it. Instants are microseconds UTC, amounts minor
units, periods months since year 0 (see `schemas.calendar`), all Int64.
"""

from typing import Final

import polars as pl

from schemas.events import EVENTS

Schema = dict[str, pl.DataType]

TYPE: Final = pl.Enum(sorted(EVENTS))
"""The event types, as a column holds them."""

SIGNERS: Final = pl.List(pl.Struct({"payee": pl.String(), "num": pl.Int64(), "den": pl.Int64()}))
"""A split: payees with their exact shares num/den."""

RECORDS: Final[Schema] = {
    "position": pl.Int64(),
    "stream": pl.String(),
    "type": pl.String(),
    "schema_version": pl.Int64(),
    "effective_at": pl.Int64(),
    "source": pl.String(),
    "id": pl.String(),
    "state": pl.String(),
}
"""Records as the log hands them out for replay: one row a record, the content as canonical JSON."""

FACTS: Final[Schema] = {
    "position": pl.Int64(),
    "type": TYPE,
    "effective_at": pl.Int64(),
    "rank": pl.Int8(),
    "stream": pl.String(),
    "source": pl.String(),
    "id": pl.String(),
    "lead": pl.String(),
    "deal": pl.String(),
    "customer": pl.String(),
    "payee": pl.String(),  # who found the lead, did the touch, referred, took part
    "side": pl.String(),
    "channel": pl.String(),  # of a lead or a touch
    "kind": pl.String(),  # of an amendment or a touch; a milestone; the part somebody took
    "amount": pl.Int64(),  # minor units of `currency`
    "currency": pl.String(),
    "signed_by": SIGNERS,
    "payees": pl.List(pl.String()),  # of a joint signing; both sides of a referral
    "corrects_source": pl.String(),
    "corrects_id": pl.String(),
    "repaired_by": pl.Int64(),  # position of the correction that decided, if any
}
"""Facts from which money follows, typed: one row a fact. With `order` (Int64) once put in order."""

READ: Final[Schema] = {
    **RECORDS,
    **{name: dtype for name, dtype in FACTS.items() if name not in (*RECORDS, "repaired_by")},
    "campaign": pl.String(),
    "judge": pl.String(),  # who found a lead valid, or not
    "products": pl.List(pl.String()),  # what conditions look at, of a signing
    "customer_type": pl.String(),
    "term_months": pl.Int64(),
    "self_sourced": pl.Boolean(),
    "team": pl.String(),
    "deal_channel": pl.String(),
}
"""Records of which the bulk facts were read once: as segments hold them, a row a record.

Where `rank` is null a record is as in RECORDS. Elsewhere it has the columns of FACTS, in its
present shape, and `state` is JSON of the `attributes` and `keys` alone, null without any.
"""

CLAIMS: Final[Schema] = {
    "deal": pl.String(),
    "signing": pl.Int64(),
    "signed_at": pl.Int64(),
    "lead": pl.String(),  # null: the signers' own word
    "opened": pl.Int64(),  # order of the lead, or of the touch by which signers claim
    "opened_at": pl.Int64(),
    "side": pl.String(),
    "payee": pl.String(),
    "named": pl.Boolean(),  # whether the deal names the lead
    "closes_at": pl.Int64(),  # protected until then, half-open
    "pieces": pl.Int64(),  # of evidence
    "needed": pl.Int64(),
    "evidence": pl.List(pl.Int64()),  # orders of touches
    "status": pl.String(),
    "decides": pl.Boolean(),
    "terms": pl.String(),  # the policy version whose terms it has
}
"""Every claim on each deal: one row a deal and lead, with why it is none (docs/decisions/0008)."""

SOURCES: Final[Schema] = {
    "deal": pl.String(),
    "signing": pl.Int64(),  # order of the signing that counts
    "signed_at": pl.Int64(),
    "claim": pl.Int64(),  # order of the first claim that decides; null: none did
    "claimed_lead": pl.String(),
    "source": pl.String(),  # the class with the greatest share
    "finder": pl.String(),  # payee of the marketing side, null: nobody
    "rule": pl.String(),  # the rule that decides, by its name
    "policy": pl.String(),  # the version of the policy whose rules hold
    "grounds": pl.List(pl.Int64()),  # orders of the facts that decide, beside the signing
}
"""The source of each deal: one row a deal that has a signing."""

CLASSES: Final[Schema] = {
    "deal": pl.String(),
    "source": pl.String(),
    "num": pl.Int64(),
    "den": pl.Int64(),  # one for all classes of a deal
}
"""The exact share of each class in a deal: one row a deal and class; they sum to 1."""

SIDES: Final[Schema] = {
    "deal": pl.String(),
    "role": pl.String(),
    "payee": pl.String(),
    "num": pl.Int64(),
    "den": pl.Int64(),  # one for all payees of a deal and role; their parts sum to it
    "because": pl.List(pl.Int64()),  # orders of the touches by which, empty for others
}
"""Who is credited on a side of deals otherwise than who found or signed them: a row a payee."""

CREDITS: Final[Schema] = {
    "deal": pl.String(),
    "split": pl.Int64(),  # order of the fact whose signers these are
    "source": pl.String(),
    "role": pl.String(),
    "payee": pl.String(),
    "weight": pl.Int64(),  # of `whole`: the payee's share of the deal
    "class_weight": pl.Int64(),  # of `whole`: the class's share of the deal
    "whole": pl.Int64(),
}
"""Who is credited: one row a deal, split, class, role and payee."""

CREDITED: Final[Schema] = {
    **CREDITS,
    "layer": pl.Int64(),
    "opened_at": pl.Int64(),
    "currency": pl.String(),
    "dated": pl.Int64(),  # the payout period of the layer's date
    "plan": pl.String(),  # the version the payee is paid under at that date
}
"""Credits of layers, with the plan that pays them: one row a layer, class, role and payee."""

DETAILS: Final[Schema] = {
    "deal": pl.String(),
    "first": pl.Boolean(),  # the customer's first deal
    "self_sourced": pl.Boolean(),  # as the signers say
    "products": pl.List(pl.String()),
    "customer_type": pl.String(),
    "term_months": pl.Int64(),
    "channel": pl.String(),
    "campaign": pl.String(),
    "team": pl.String(),
}
"""What conditions look at, of the signing: one row a deal; with `attr_<name>` as text."""

LAYERS: Final[Schema] = {
    "deal": pl.String(),
    "layer": pl.Int64(),  # order of the fact that opened it
    "opened_at": pl.Int64(),
    "split": pl.Int64(),
    "currency": pl.String(),
}
"""The layers of contracts: one row a layer."""

STATES: Final[Schema] = {
    "deal": pl.String(),
    "layer": pl.Int64(),
    "at": pl.Int64(),  # from this instant on
    "value": pl.Int64(),  # minor units of the layer's currency
    "because": pl.List(pl.Int64()),  # orders of the amendments that led to this value
}
"""What a layer is worth from when on: one row a change, the first at its opening."""

EARNED: Final[Schema] = {
    "payee": pl.String(),
    "period": pl.Int64(),
    "subject": pl.String(),  # deal/<id>, lead/<id>, or window/<name> for pay by attainment
    "deal": pl.String(),
    "lead": pl.String(),  # that was qualified, or that decided the deal
    "fact": pl.Int64(),
    "component": pl.String(),
    "source": pl.String(),
    "plan": pl.String(),
    "currency": pl.String(),
    "role": pl.String(),
    "rate": pl.String(),
    "share_num": pl.Int64(),
    "share_den": pl.Int64(),
    "base": pl.Int64(),
    "base_currency": pl.String(),
    "amount": pl.Int64(),
    "because": pl.List(pl.Int64()),
}
"""Entitlements, and their differences, the earned lines. `fact` and `because` are orders."""

ENTITLED: Final[Schema] = {
    **EARNED,
    "dated": pl.Int64(),  # the payout period of the date whose terms hold, for windows
    "rule": pl.String(),  # the component whose gates, cap, instalments hold; null: its own
    "opener": pl.Int64(),  # the layer that leaving and instalments go by; null: its own fact
}
"""Entitlements as components hand them on: one row a key and period in which it changed."""

JOURNEYS: Final[Schema] = {
    "journey": pl.String(),
    "converted": pl.Boolean(),
    "count": pl.Int64(),  # how many journeys ran exactly so, 1 or more
    "value": pl.Int64(),  # of one such journey, minor units of `currency`; null: none
    "currency": pl.String(),
    "ended_at": pl.Int64(),  # of the conversion; null: not known
}
"""Journeys to a conversion, or to none: one row a journey, or a row for all that ran alike."""

TOUCHES: Final[Schema] = {
    "journey": pl.String(),
    "place": pl.Int64(),  # 0, 1, .. in the order in which they happened
    "channel": pl.String(),  # what is credited: a channel, a campaign, a payee
    "at": pl.Int64(),  # null: not known
    "milestone": pl.List(pl.String()),  # marks on this touch: LC, OC, CW
}
"""The touches of journeys: one row a touch."""

CREDIT: Final[Schema] = {
    "journey": pl.String(),
    "place": pl.Int64(),
    "channel": pl.String(),
    "num": pl.Int64(),  # of `den`: the exact share of one such journey
    "den": pl.Int64(),
}
"""Credit of touches of converted journeys: one row a touch; a journey's shares sum to 1."""

KEY: Final = (
    "payee",
    "period",
    "subject",
    "fact_source",
    "fact_id",
    "component",
    "source",
    "plan",
    "currency",
)
"""The key of a line outside the kernel; by it earned is set against stated."""


def checked(frame: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    """The frame, when it has at least the columns of a schema with their dtypes.

    Raises `TypeError`, which is a bug of ours: frames are made by us, never by a user.
    """
    present = frame.schema
    for name, dtype in schema.items():
        if present.get(name) != dtype:
            raise TypeError(f"column {name} is {present.get(name)}, and should be {dtype}")
    return frame


def empty(schema: Schema) -> pl.DataFrame:
    """A frame without rows."""
    return pl.DataFrame(schema=schema)
