"""Facts of the worked examples of attribution, and what the oracle makes of them, in few words."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from tests.oracle.attribution.sources import Source
from tests.oracle.cases import at
from tests.oracle.world import World, credits_of, world_of
from tests.strategies import Record, decision, fact

ALL_RULES = ["named-lead", "existing-account", "tie", "first-claim", "no-claim"]


def policy(version: int = 1, on: str = "2026-01-01", **parts: Any) -> Record:
    """A policy: all sides claim for 90 days, and the rules of the default one, unless said."""
    document = {
        "policy": "house-rules",
        "version": version,
        "effective_from": on,
        "time_zone": "Asia/Shanghai",
        "terms_at": "signing",
        "claims": {side: {"protection_days": 90} for side in ("marketing", "sales", "partner")},
        "rules": ["named-lead", "first-claim", "no-claim"],
        **parts,
    }
    fields = {"policy": "house-rules", "policy_version": version, "document": document}
    name = f"policy-{version}"
    type_ = "attribution-policy-published"
    return decision(type_, "policy/house-rules", at(on), name, **fields)


def terms(**more: Any) -> dict[str, Any]:
    """Terms of one side."""
    return {"protection_days": 90, **more}


def lead(name: str = "L1", on: str = "2026-01-05", **more: Any) -> Record:
    """A lead of customer C1 that mia found for marketing, unless said."""
    fields = {"customer": "C1", "by": "mia", "side": "marketing", **more}
    return fact("lead-created", f"lead/{name}", at(on), f"created-{name}", **fields)


def deal(name: str = "D1", on: str = "2026-01-20", by: str = "sam", **more: Any) -> Record:
    """A deal of customer C1 over 1,000.00 that names no lead, signed in equal parts."""
    payees = by.split()
    split = [{"payee": payee, "share": f"1/{len(payees)}"} for payee in payees]
    value = {"amount": "1000.00", "currency": "CNY"}
    fields = {"customer": "C1", "signed_by": split, "value": value, **more}
    return fact("deal-signed", f"deal/{name}", at(on), f"signed-{name}", **fields)


def touch(about: str, on: str, kind: str = "call", **more: Any) -> Record:
    """A touch by sam for sales, unless said."""
    fields = {"kind": kind, "by": "sam", "side": "sales", **more}
    return fact("touch-recorded", about, at(on), key("touch", about, on, kind), **fields)


def said(verdict: str, on: str, name: str = "L1") -> Record:
    return fact(f"lead-{verdict}", f"lead/{name}", at(on), key(verdict, name, on))


def linked(one: str, other: str, kind: str = "customer", on: str = "2026-01-01") -> Record:
    return fact("identity-linked", f"{kind}/{one}", at(on), key("link", one, other), other=other)


def unlinked(one: str, other: str, kind: str = "customer", on: str = "2026-01-02") -> Record:
    return fact(
        "identity-unlinked", f"{kind}/{one}", at(on), key("unlink", one, other), other=other
    )


def voided(target: Record, on: str = "2026-06-01") -> Record:
    named = {"source": target["source"], "id": target["id"]}
    return fact("fact-voided", target["subject"], at(on), f"no-{target['id']}", target=named)


def registered(customer: str, on: str = "2026-01-01", **more: Any) -> Record:
    name = key("registered", customer, on)
    return fact("customer-registered", f"customer/{customer}", at(on), name, **more)


def ruled(name: str, on: str = "2026-02-01", of: str = "D1", **ruling: Any) -> Record:
    fields = {"ruling": ruling, "reason": "heard both", "by": "hana", "approved_by": "omar"}
    return decision("credit-overridden", f"deal/{of}", at(on), name, **fields)


def revoked(name: str, on: str = "2026-02-05", of: str = "D1") -> Record:
    fields = {"override": {"source": "evenhand", "id": name}, "by": "hana", "approved_by": "omar"}
    return decision("override-revoked", f"deal/{of}", at(on), f"revoke-{name}", **fields)


def dispute(happens: str, on: str, **more: Any) -> Record:
    """Something that happens to the dispute about D1."""
    fields = {"dispute": "Q1", "by": "sam", **more}
    return decision(f"dispute-{happens}", "dispute/Q1", at(on), key(happens, on), **fields)


def split(**shares: str) -> list[dict[str, str]]:
    return [{"payee": payee, "share": share} for payee, share in shares.items()]


def source(*log: Record, of: str = "D1") -> Source:
    """The source of a deal."""
    return world_of(log).sources[of]


def statuses(*log: Record, of: str = "D1") -> dict[str | None, str]:
    """Lead (None: the signers' own word) to the status of its claim."""
    return {claim.lead_id: claim.status for claim in source(*log, of=of).claims}


def classes(*log: Record, of: str = "D1") -> dict[str, Fraction]:
    return dict(source(*log, of=of).vector)


def rule(*log: Record, of: str = "D1") -> str:
    return source(*log, of=of).rule


def credit(*log: Record, of: str = "D1") -> dict[tuple[str, str, str], Fraction]:
    """(class, role, payee) to the share of the whole deal."""
    world = world_of(log)
    return credit_in(world, of)


def credit_in(world: World, of: str) -> dict[tuple[str, str, str], Fraction]:
    its = world.deals[of]
    return {
        (each.source, each.role, payee): share
        for each in credits_of(world, its, its.signers)
        for payee, share in each.shares.items()
    }


def key(*words: str) -> str:
    """An id of words, in characters that ids may have."""
    return "-".join(words).replace("/", "-").replace("+", "_")


def parts(**shares: str) -> Mapping[str, Fraction]:
    return {name: Fraction(share) for name, share in shares.items()}
