"""The choices of the policy language: where companies differ, what each convention means.

A policy says which it follows; a linter shows the choices of a key that is missing or says
something else, with an example of the difference.
"""

from collections.abc import Mapping
from typing import Final

from schemas.plans.conventions import Choice

CHOICES: Final[Mapping[tuple[str, str], Choice]] = {
    ("Policy", "terms_at"): Choice(
        "terms_at",
        {
            "claim-opened": "a claim keeps the terms that held when it was opened",
            "signing": "a claim has the terms that hold when the deal is signed",
        },
        "a lead of May under 90 days, 60 days from June on, the deal signed 75 days after the "
        "lead: live when claim-opened, lapsed when signing.",
    ),
    ("Policy", "no_claim"): Choice(
        "no_claim",
        {
            "signers": "the deal is its signers' own, class self",
            "evidence": "it is theirs only with a touch of theirs before it, else the house's",
        },
        "sam signs a customer that no lead and no touch speaks of: self when signers, house when "
        "evidence.",
    ),
    ("Policy", "self_sourced"): Choice(
        "self_sourced",
        {
            "weighed": "the signers' word is a claim, with a window and evidence like any other",
            "ignored": "it is kept, and decides nothing",
        },
        "sam calls on 1 May, marketing's lead comes on 5 May, and sam signs it as self-sourced: "
        "self when weighed (the first claim), marketing when ignored.",
    ),
    ("ExistingAccount", "cancelled"): Choice(
        "cancelled",
        {
            "counts": "a deal that was cancelled made the customer an account all the same",
            "does-not-count": "a deal cancelled before this signing made no account",
        },
        "a deal of March cancelled in April, the next signed in June: account when counts, "
        "decided by its claims when does-not-count.",
    ),
    ("ByTouches", "lead"): Choice(
        "lead",
        {
            "counts": "finding a lead of the customer is a touch of its finder",
            "does-not-count": "only recorded touches are",
        },
        "mia's lead and one visit by kim, linear: half each when it counts, all to kim when not.",
    ),
    ("ByTouches", "once"): Choice(
        "once",
        {
            "each": "every touch is one",
            "actor-day": "of touches of one kind by one payee on one day the first is one",
        },
        "three e-mails by kim and one visit by lee on one day, linear: kim 3/4 each, 1/2 "
        "actor-day.",
    ),
    ("SideTerms", "protection_days"): Choice(
        "protection_days",
        {"10": "as showrooms have it", "30": "as small shops have it", "90": "the usual"},
        "a lead of 5 January, 09:00, with 90 days decides a deal signed on 5 April at 08:59, and "
        "none at 09:00.",
    ),
}
"""By the part's name in `schemas.policies` and the key."""
