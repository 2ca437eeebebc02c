"""Attribution policies that differ in every place that counts; each choice starts at the simplest.

`pick` draws one of each of some choices, and `theme` puts other choices in the place of some, so
that what a theme is about happens often.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.strategies.plan_parts import Pick, present
from tests.strategies.records import Record, decision

PolicyDocument = dict[str, Any]
Theme = Mapping[str, Sequence[Any]]

SIDES = ("marketing", "sales", "partner")
RULES: list[list[Any]] = [
    ["named-lead", "first-claim", "no-claim"],
    ["tie", "first-claim", "no-claim"],
    ["named-lead", "existing-account", "tie", "first-claim", "no-claim"],
    ["existing-account", "last-claim", "no-claim"],
    ["own", "named-lead", "tie", "last-claim"],
    ["tie", "named-lead", "own", "no-claim"],
]
OWN_RULES = [
    ('customer type is "key"', {"account": "1/4", "self": "3/4"}),
    ('region is "north" and business is first', {"house": "1"}),
    ('not (customer type is "key")', {"marketing": "2/3", "partner": "1/3"}),
    ("amount is at least 1000.00", {"self": "1/3", "house": "2/3"}),
    ("business is repeat", {"marketing": "1/2", "self": "1/2"}),
]
TIES: list[Any] = ["equal", {"marketing": "1/3", "self": "2/3"}, {"partner": "1/7", "self": "6/7"}]
SAME: list[Any] = [[], ["domain"], [["name", "domain"]], ["name", "domain"]]
MODELS: list[Any] = [
    {"model": "linear"},
    {"model": "first-touch"},
    {"model": "last-touch"},
    {"model": "linear-distinct"},
    {"model": "position", "first": "2/5", "last": "2/5"},
    {"model": "milestones", "weights": {"FT": "1/5", "LC": "1/5", "OC": "1/5"}, "rest": "2/5"},
    {"model": "time-decay", "table": [[0, 4], [2, 2], [7, 1], [20, 0]]},
    {"model": "learned", "weights": "fair", "distinct": True},
    {"model": "learned", "weights": "fair", "distinct": False},
    {"model": "last-non-excluded", "excluded": ["mia"]},
]


def policy(pick: Pick, theme: Theme, version: int, starts: str, zone: str) -> PolicyDocument:
    """One version."""
    [name, terms_at, rules, own, no_claim, weighed, same] = pick(
        ["p", "p", "q"],
        ["signing", "claim-opened"],
        theme.get("rules", RULES),
        OWN_RULES,
        ["signers", "evidence"],
        theme.get("self_sourced", ["ignored", "weighed"]),
        SAME,
    )
    rule = {"id": "own", "where": own[0], "shares": own[1]}
    return present(
        policy=name,
        version=version,
        effective_from=starts,
        time_zone=zone,
        terms_at=terms_at,
        claims=claims(pick, theme),
        rules=[rule if each == "own" else each for each in rules],
        existing_account=existing_account(pick),
        tie=tie(pick),
        no_claim=no_claim,
        self_sourced=weighed,
        same_customer=same,
        attributes={"region": "text"},
        credit=sides_credited(pick, theme) or None,
    )


def claims(pick: Pick, theme: Theme) -> dict[str, Any]:
    """The terms of each side; now and then a side makes no claims."""
    admitted = dict(
        zip(SIDES, pick(*[theme.get("admitted", [True, True, True, False])] * 3), strict=True)
    )
    return {side: side_terms(pick, theme) for side in SIDES if admitted[side]}


def side_terms(pick: Pick, theme: Theme) -> dict[str, Any]:
    days, kinds, after, most = pick(
        theme.get("protection_days", [14, 7, 1, 30]),
        theme.get("extended_by", [None, ["meeting"], ["meeting", "call"]]),
        [None, 5, 14],
        [None, 3, 21],
    )
    terms = {"protection_days": days, "evidence": evidence(pick, theme)}
    if kinds:
        terms |= {"extended_by": kinds, "extension_days": after}
        terms["max_days"] = most and days + most
    return present(**terms)


def evidence(pick: Pick, theme: Theme) -> dict[str, Any] | None:
    given, minimum, kinds, since, until = pick(
        theme.get("evidence", [False, True]),
        [1, 0, 2],
        [None, ["call", "form"], ["meeting"]],
        [None, -2, 0],
        [None, 1, 7],
    )
    return present(minimum=minimum, kinds=kinds, from_days=since, to_days=until) if given else None


def existing_account(pick: Pick) -> dict[str, Any]:
    days, cancelled = pick([365, 7, 2], ["counts", "does-not-count"])
    return {"days": days, "cancelled": cancelled}


def tie(pick: Pick) -> dict[str, Any]:
    hours, shares = pick([24, 48, 1], TIES)
    return {"hours": hours, "shares": shares}


def sides_credited(pick: Pick, theme: Theme) -> dict[str, Any]:
    sides = {"marketing": "finder", "sales": "signers"}
    return present(**{side: credit(pick, theme, simple) for side, simple in sides.items()})


def credit(pick: Pick, theme: Theme, simple: str) -> dict[str, Any] | None:
    """By the finder or the signers, or by the touches of that side."""
    by, model, kinds, days, lead, once = pick(
        theme.get("credit", [None, simple, "touches"]),
        MODELS,
        [None, ["call", "form"]],
        [14, 2, 30],
        ["counts", "does-not-count"],
        ["each", "actor-day"],
    )
    if by != "touches":
        return by and {"by": by}
    return present(by=by, model=model, kinds=kinds, lookback_days=days, lead=lead, once=once)


def policy_published(document: PolicyDocument, id_: str, at: str) -> Record:
    """The publication of a policy version."""
    name = document["policy"]
    fields = {"policy": name, "policy_version": document["version"], "document": document}
    return decision("attribution-policy-published", f"policy/{name}", at, id_, **fields)
