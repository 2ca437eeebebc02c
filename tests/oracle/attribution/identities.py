"""Who is who: customers and payees that are one, and the name by which all of them go."""

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from tests.oracle.attribution.policies import Policies
from tests.oracle.facts import DECISIONS, Fact
from tests.oracle.numbers import exact

Data = Mapping[str, Any]
Pair = frozenset[str]
Telling = Mapping[str, str]
"""What one fact, or a customer's registrations together, say of it: key to comparable text."""
PAYEE_FIELDS = ("payee", "by", "manager")
RECEIVERS = {"referral-made", "lead-assigned"}  # whose `to` is a payee, and no end


@dataclass(frozen=True)
class Identities:
    """The representative of each customer and each payee that is one with others."""

    customers: Mapping[str, str]
    payees: Mapping[str, str]

    def customer(self, name: str) -> str:
        return self.customers.get(name, name)

    def payee(self, name: str) -> str:
        return self.payees.get(name, name)


def identities_of(facts: Sequence[Fact], policies: Policies) -> Identities:
    """The closure over what is linked; of customers also over keys that agree."""
    customers, apart = linked(facts, "customer")
    known = keys_of(facts)
    names = sorted(known)
    alike = [
        frozenset((one, other))
        for number, one in enumerate(names)
        for other in names[number + 1 :]
        if is_same(known[one], known[other], same_customer(facts, policies))
    ]
    payees, _ = linked(facts, "payee")
    return Identities(
        representatives(customers, [pair for pair in alike if pair not in apart]),
        representatives(payees, []),
    )


def linked(facts: Sequence[Fact], kind: str) -> tuple[list[Fact], set[Pair]]:
    """The links in force, and the pairs that are said to be two; the last about a pair holds."""
    last: dict[Pair, Fact] = {}
    for fact in facts:
        if fact.type in {"identity-linked", "identity-unlinked"} and kind in fact.data:
            last[frozenset((fact.data[kind], fact.data["other"]))] = fact
    links = [fact for fact in last.values() if fact.type == "identity-linked"]
    return links, {pair for pair, fact in last.items() if fact.type == "identity-unlinked"}


def representatives(links: Sequence[Fact], alike: Sequence[Pair]) -> dict[str, str]:
    """Each id to the least of those that are no `other` of a link, else to the least of all.

    What stands in for a customer whom nobody named does so only where no customer can.
    """
    pairs = [pair_of(link) for link in links]
    others = {str(link.data["other"]) for link in links if len(pair_of(link)) > 1}
    found: dict[str, str] = {}
    for group in groups([*pairs, *alike]):
        named = {each for each in group if not each.startswith(("lead:", "deal:"))} or group
        chosen = min(named - others or named, key=str.encode)
        found |= dict.fromkeys(group, chosen)
    return found


def pair_of(link: Fact) -> Pair:
    one = link.data.get("customer") or link.data.get("payee")
    return frozenset((str(one), str(link.data["other"])))


def groups(pairs: Iterable[Pair]) -> list[set[str]]:
    """Ids that are joined, directly or through others."""
    found: list[set[str]] = []
    for pair in pairs:
        touching = [group for group in found if group & pair]
        found = [group for group in found if not group & pair]
        found.append(set(pair).union(*touching))
    return found


def same_customer(facts: Sequence[Fact], policies: Policies) -> list[list[str]]:
    """The keys by which customers are the same, of the version in force at the last fact."""
    last = max((fact.at for fact in facts if fact.type not in DECISIONS), default=None)
    listed = policies.at(last).document.get("same_customer", []) if last else []
    return [[each] if isinstance(each, str) else list(each) for each in listed]


def is_same(
    one: Collection[Telling], other: Collection[Telling], listed: Sequence[Sequence[str]]
) -> bool:
    """Whether some entry of the list agrees, in all of its keys, between two tellings."""
    return any(
        all(this.get(key) and this.get(key) == that.get(key) for key in entry)
        for entry in listed
        for this in one
        for that in other
    )


def keys_of(facts: Sequence[Fact]) -> dict[str, list[Telling]]:
    """Customer to its tellings: its registrations together, each of its leads, of its deals."""
    registered: dict[str, dict[str, str]] = {}
    found: dict[str, list[Telling]] = {}
    for fact in facts:
        if fact.type == "customer-registered":
            name = {"name": fact.data["name"]} if fact.data.get("name") else {}
            own = registered.setdefault(fact.data["customer"], {})
            own |= name | (fact.data.get("keys") or {})
    for customer, keys in registered.items():
        add(found, customer, keys)
    leads = firsts(facts, "lead-created", "lead")
    for lead, fact in leads.items():
        add(found, customer_of_lead(lead, fact), fact.data.get("keys") or {})
    for fact in firsts(facts, "deal-signed", "deal").values():
        add(found, customer_of_deal(fact, leads), fact.data.get("keys") or {})
    return found


def add(found: dict[str, list[Telling]], customer: str, keys: Mapping[str, str]) -> None:
    telling = {key: comparable(value) for key, value in keys.items()}
    found.setdefault(customer, []).append(telling)


def comparable(text: str) -> str:
    """After NFKC, case folding, and collapsing of white space."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def firsts(facts: Sequence[Fact], type_: str, name: str) -> dict[str, Fact]:
    """The first fact of a type about each thing, in order of effect."""
    found: dict[str, Fact] = {}
    for fact in facts:
        if fact.type == type_:
            found.setdefault(fact.data[name], fact)
    return found


def customer_of_lead(lead: str, created: Fact) -> str:
    """A lead without a customer is its own."""
    return str(created.data.get("customer") or f"lead:{lead}")


def customer_of_deal(signing: Fact, leads: Mapping[str, Fact]) -> str:
    """Its own, else its lead's; a deal that has neither is its own customer."""
    lead = signing.data.get("lead") or ""
    of_lead = customer_of_lead(lead, leads[lead]) if lead in leads else None
    return str(signing.data.get("customer") or of_lead or f"deal:{signing.data['deal']}")


def renamed(facts: Sequence[Fact], who: Identities) -> list[Fact]:
    """The facts with every customer and payee under the name of its representative."""
    leads = firsts(facts, "lead-created", "lead")
    return [replace(fact, data=renamed_data(fact, who, leads)) for fact in facts]


def renamed_data(fact: Fact, who: Identities, leads: Mapping[str, Fact]) -> Data:
    data = dict(fact.data)
    if fact.type == "lead-created":
        data["customer"] = customer_of_lead(data["lead"], fact)
    if fact.type == "deal-signed":
        own = customer_of_deal(fact, leads)
        nobody = own.startswith("lead:") and own not in who.customers
        data["customer"] = f"deal:{data['deal']}" if nobody else own
    if data.get("customer"):
        data["customer"] = who.customer(data["customer"])
    for field in (*PAYEE_FIELDS, *(["to"] if fact.type in RECEIVERS else [])):
        if data.get(field):
            data[field] = who.payee(data[field])
    if data.get("payees"):
        data["payees"] = sorted({who.payee(payee) for payee in data["payees"]})
    if data.get("signed_by"):
        data["signed_by"] = renamed_split(data["signed_by"], who)
    if data.get("ruling"):
        splits = {side: data["ruling"].get(side) for side in ("marketing", "sales")}
        ruled = {side: renamed_split(split, who) for side, split in splits.items() if split}
        data["ruling"] = {**data["ruling"], **ruled}
    return data


def renamed_split(split: Sequence[Data], who: Identities) -> list[Data]:
    """The shares of two ids of one person are added."""
    shares: dict[str, Fraction] = {}
    for row in split:
        payee = who.payee(row["payee"])
        shares[payee] = shares.get(payee, Fraction(0)) + exact(row["share"])
    return [{"payee": payee, "share": str(share)} for payee, share in shares.items()]
