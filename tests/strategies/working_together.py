"""Joint signings and referrals of a story, and what its policies ask of them.

Few people refer few things to each other, so that referrals meet: of a customer with a claim, by
who signs, and back again, on and beside the ends of quarters.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.strategies.plan_parts import Pick
from tests.strategies.policies import Theme
from tests.strategies.records import Value

BOTH_SIDES: Value = {"joint_signing": "both-sides"}
BARRED = ["claimed-customer", "referrer-signs", "cycle"]
STRICT: list[Value] = [
    {**BOTH_SIDES, "referral": rules} for rules in (BARRED, BARRED[:2], BARRED[2:], BARRED[1:])
]
AWARDS: list[Value | None] = [None, BOTH_SIDES, {"referral": BARRED}, *STRICT]
SIGNED_BY = [["mia", "sam"], ["sam", "lee"], ["mia", "lee"], ["mia", "sam", "lee"], ["lee", "Ann"]]
PEOPLE = ["mia sam", "sam mia", "lee mia", "mia lee", "sam lee", "Ann mia", "mia Ann", "lee lee"]


def awards(pick: Pick, theme: Theme) -> dict[str, Any]:
    """What a policy asks for, if anything."""
    [asked] = pick(theme.get("awards", AWARDS))
    return {"awards": asked} if asked else {}


def referral(pick: Pick, abouts: Sequence[str], moments: Sequence[str]) -> tuple[str, str, Value]:
    """What it is about, when, and who refers to whom; one in four names a customer besides."""
    about, at, people, customer = pick(
        abouts, moments, PEOPLE[:2] * 3 + PEOPLE, [None, None, None, "C1"]
    )
    by, to = people.split()
    besides = {} if about.startswith("customer/") else {"customer": customer}
    return about, at, {"by": by, "to": to, **besides}


def ends_of_quarters(zone: ZoneInfo) -> list[str]:
    """The last and first instants of quarters on either side of the story."""
    firsts = [datetime(2026, month, 1, tzinfo=zone) for month in (1, 4)]
    lasts = [first - timedelta(microseconds=1) for first in firsts]
    return [at.isoformat() for at in (*lasts, *firsts)]
