"""Stories of whose deal it is: few customers, payees, leads and deals, and many quarrels.

Instants are few and lie on or beside the ends of what policies protect, so that they meet.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.strategies.plan_parts import Pick
from tests.strategies.policies import Theme, policy, policy_published
from tests.strategies.records import CRM, Record, Value, decision, fact
from tests.strategies.working_together import SIGNED_BY, awards, ends_of_quarters, referral

ZONES = ["Asia/Shanghai", "America/New_York"]
PAYEES = ["mia", "sam", "lee", "Ann"]
CUSTOMERS = ["C1", "C2", "C3"]
CALLS = ["call", "meeting", "form"]
SIDES = ["marketing", "sales", None, "partner"]
SPLITS = [["1"], ["1/2", "1/2"], ["1/3", "2/3"], []]
KEYS: list[Value | None] = [None, {"domain": "acme"}, {"domain": " ＡCME"}, {"domain": "bolt"}]
VECTORS = [
    {"marketing": "1"},
    {"marketing": "1/2", "self": "1/2"},
    {"partner": "1/3", "account": "1/3", "house": "1/3"},
]
DIGESTS = ["aa" * 32, "bb" * 32]
WEIGHTS = [{"*": {"call": 1000, "web": 3000}, "key": {"lead-created": 500}}, {"*": {"call": 0}}]


def moments(zone: ZoneInfo) -> list[str]:
    """Mornings of March 2026 in order, some beside the end of a day; clocks change in between."""
    first = datetime(2026, 3, 1, 10, tzinfo=zone)
    days = [first + timedelta(days=days) for days in (0, 1, 2, 7, 8, 14, 15, 28)]
    beside = [first + timedelta(days=day, microseconds=-1) for day in (1, 7, 14)]
    others = [first + timedelta(hours=hours) for hours in (2, 9 * 24 - 10, -35)]
    return [at.isoformat() for at in sorted([*days, *beside, *others])]


class Quarrel:
    """Writes facts and decisions, one choice after another."""

    def __init__(self, pick: Pick, theme: Theme) -> None:
        self.pick = pick
        self.theme = theme
        [self.zone] = pick(ZONES)
        self.moments = moments(ZoneInfo(self.zone))
        self.early = [*self.moments[1:5] * 4, *self.moments]
        self.later = [*self.moments[6:10] * 3, *self.moments]
        self.records: list[Record] = []
        self.rules = [*self.policies(), *self.weights()]
        leads, deals = pick(self.among("leads", 2, 1, 3, 0, 4), self.among("deals", 1, 2, 3))
        self.leads = [f"L{n}" for n in range(1, leads + 1)]
        self.deals = [f"D{n}" for n in range(1, deals + 1)]

    def among(self, name: str, *usual: Any) -> Sequence[Any]:
        """The choices of the theme, else the usual ones."""
        return self.theme.get(name, usual)

    def written(self) -> list[Record]:
        for lead in self.leads:
            self.lead(lead)
        for _ in self.times(*self.among("touches", 2, 0, 4, 6)):
            self.touch()
        for deal in self.deals:
            self.deal(deal)
        for _ in self.times(*self.among("referrals", 0, 0, 1, 2)):
            self.referral()
        for _ in self.times(0, 0, 1, 2):
            self.identity()
        for _ in self.times(0, 0, 1, 2):
            self.registration()
        for _ in self.times(*self.among("rulings", 0, 0, 0, 1)):
            self.ruling()
        for _ in self.times(0, 0, 1, 2):
            self.repair(*self.pick([each for each in self.records if each["source"] == CRM]))
        return self.records + self.rules

    def write(self, type_: str, subject: str, at: str, **fields: Any) -> None:
        self.records.append(fact(type_, subject, at, f"f{len(self.records)}", **fields))

    def decide(self, type_: str, subject: str, at: str, **fields: Any) -> Record:
        by = {"by": "hana", "approved_by": "omar"}
        made = decision(type_, subject, at, f"d{len(self.records)}", **fields, **by)
        self.records.append(made)
        return made

    def times(self, *counts: int) -> range:
        return range(self.pick(counts)[0])

    def lead(self, lead: str) -> None:
        at, customer, by, side, keys = self.pick(
            self.early,
            self.among("customers", "C1", "C1", "C2", None),
            [*PAYEES, None],
            SIDES,
            KEYS,
        )
        fields = {"customer": customer, "by": by, "side": side, "keys": keys}
        self.write("lead-created", f"lead/{lead}", at, **fields)
        for _ in self.times(*self.among("verdicts", 0, 0, 1, 2)):
            verdict, when = self.pick(
                ["lead-qualified", "lead-disqualified", "lead-recycled"], self.moments
            )
            self.write(verdict, f"lead/{lead}", when)

    def touch(self) -> None:
        abouts = [
            "customer/C1",
            "customer/C1",
            "customer/C2",
            *(f"lead/{lead}" for lead in self.leads),
        ]
        about, at, kind, side, by, channel, customer = self.pick(
            self.among("about", *abouts),
            self.early,
            CALLS,
            SIDES,
            [*PAYEES, None],
            [None, "web"],
            [None, None, "C1"],
        )
        fields = {"kind": kind, "side": side, "by": by, "channel": channel}
        if about.startswith("lead/"):
            fields["customer"] = customer
        self.write("touch-recorded", about, at, **fields)

    def deal(self, deal: str) -> None:
        at, customer, lead, own, kind, region, keys = self.pick(
            self.later,
            self.among("customers", "C1", "C1", "C2", None),
            self.among("named", None, None, *self.leads * 2, "L9"),
            self.among("own_word", None, True),
            [None, "key"],
            [None, {"region": "north"}],
            KEYS,
        )
        self.write(
            "deal-signed",
            f"deal/{deal}",
            at,
            customer=customer,
            lead=lead,
            self_sourced=own,
            customer_type=kind,
            attributes=region,
            keys=keys,
            signed_by=self.split(),
            value=self.money(),
        )
        for _ in self.times(0, 0, 1, 2):
            self.amendment(f"deal/{deal}")
        for _ in self.times(*self.among("joint", 0, 1)):
            when, payees = self.pick(self.moments, SIGNED_BY)
            self.write("joint-signing-confirmed", f"deal/{deal}", when, payees=payees)

    def referral(self) -> None:
        things = [
            *(f"deal/{deal}" for deal in self.deals),
            *(f"lead/{lead}" for lead in self.leads),
        ]
        moments = [*self.early, *ends_of_quarters(ZoneInfo(self.zone))]
        about, at, fields = referral(self.pick, ["customer/C1", *things], moments)
        self.write("referral-made", about, at, **fields)

    def amendment(self, subject: str) -> None:
        kind, when, own = self.pick(["cancellation", "upsell", "renewal"], self.moments, [0, 1])
        fields: Value = {} if kind == "cancellation" else {"value": self.money()}
        if fields and own:
            fields["signed_by"] = self.split()
        self.write("contract-amended", subject, when, kind=kind, **fields)

    def money(self) -> Value:
        return {"amount": self.pick(["1000.00", "2000.00", "333.33"])[0], "currency": "CNY"}

    def split(self) -> list[Value]:
        first, shares = self.pick(range(len(PAYEES)), SPLITS)
        names = PAYEES[first:] + PAYEES[:first]
        return [{"payee": who, "share": share} for who, share in zip(names, shares, strict=False)]

    def identity(self) -> None:
        type_, kind, at = self.pick(
            ["identity-linked", "identity-linked", "identity-unlinked"],
            ["customer", "payee"],
            self.moments,
        )
        one, other = self.pick(*[CUSTOMERS if kind == "customer" else PAYEES] * 2)
        if one != other:
            self.write(type_, f"{kind}/{one}", at, other=other)

    def registration(self) -> None:
        customer, at, name, keys = self.pick(CUSTOMERS, self.moments, [None, "Acme", "ACME "], KEYS)
        self.write("customer-registered", f"customer/{customer}", at, name=name, keys=keys)

    def ruling(self) -> None:
        """An override or a settled dispute, now and then taken back."""
        deal, at, disputed, raised, back = self.pick(
            self.deals, self.moments, [False, True], [True, False], [False, True]
        )
        if disputed:
            made = self.settlement(deal, at, raised=raised)
        else:
            made = self.decide("credit-overridden", f"deal/{deal}", at, ruling=self.ruled())
        if back:
            [when] = self.pick(self.moments)
            named = {"source": made["source"], "id": made["id"]}
            self.decide("override-revoked", f"deal/{deal}", when, override=named)

    def settlement(self, deal: str, at: str, *, raised: bool) -> Record:
        """Of a dispute that was raised at the same time, or after it, or never; some appeal it."""
        name = f"Q{len(self.records)}"
        subject, about = f"dispute/{name}", {"dispute": name, "deal": deal}
        if raised:
            [when] = self.pick([at, *self.moments])
            fields = {**about, "payee": "sam", "reason_code": "wrong-source"}
            self.decide("dispute-raised", subject, when, **fields)
        upheld = {"outcome": "upheld", "ruling": self.ruled()}
        made = self.decide("dispute-settled", subject, at, **about, **upheld)
        appealed, again, when, then = self.pick(
            [False, True], [True, False], self.moments, self.moments
        )
        if appealed:
            self.decide("dispute-appealed", subject, when, dispute=name)
            more = (
                {"outcome": "upheld", "ruling": self.ruled()} if again else {"outcome": "rejected"}
            )
            self.decide("dispute-settled", subject, then, **about, **more)
        return made

    def ruled(self) -> Value:
        vector, marketing, sales, lead, counts = self.pick(
            [*VECTORS, None], [None, True], [None, True], [*self.leads, None], [False, True]
        )
        ruling: Value = {"shares": vector} if vector else {}
        if marketing:
            ruling["marketing"] = self.some_split()
        if sales:
            ruling["sales"] = self.some_split()
        if lead:
            ruling["claims"] = [{"lead": lead, "counts": counts}]
        return ruling or {"shares": VECTORS[0]}

    def some_split(self) -> list[Value]:
        return self.split() or [{"payee": "lee", "share": "1"}]

    def repair(self, target: Record) -> None:
        """A void, or a correction to what another fact of its type says."""
        kind, _, name = str(target["subject"]).partition("/")
        alike = [
            each["data"]
            for each in self.records
            if each["type"] == target["type"] and each["subject"].startswith(f"{kind}/")
        ]
        voids, told, moved = self.pick([True, False], alike, [None, *self.moments])
        named = {"target": {"source": target["source"], "id": target["id"]}}
        if voids or "target" in told:
            self.write("fact-voided", target["subject"], self.moments[3], **named)
        else:
            data = {**told, kind: name}
            known = {**named, "data": data, "effective_at": moved}
            self.write("fact-corrected", target["subject"], self.moments[3], **known)

    def weights(self) -> list[Record]:
        """Trained twice, approved or not, active from some instant."""
        found = []
        for number, _ in enumerate(self.times(0, 0, 1, 2)):
            at, approved, weights = self.pick(self.moments, [True, False], WEIGHTS)
            told = {"name": "fair", "digest": DIGESTS[number]}
            cohort = {"position": 0, "matured_by": at, "training": {}, "cohort": "cc" * 32}
            cohort |= {"journeys": 0, "conversions": 0, "weights": weights}
            made = [("trained", cohort), ("activated", {"from": at})]
            made += [("approved", {})] if approved else []
            found += [
                decision(f"weights-{what}", "weights/fair", at, f"{what}-{number}", **told, **more)
                for what, more in made
            ]
        return found

    def policies(self) -> list[Record]:
        """Up to three versions, some from the middle of the month."""
        found = []
        for number in self.times(1, 2, 1, 2, 3, 0):
            starts, zone = self.pick(
                ["2026-01-01", "2026-03-02", "2026-03-10"], [self.zone, *ZONES]
            )
            document = policy(self.pick, self.theme, number + 1, starts, zone)
            document |= awards(self.pick, self.theme)
            at = datetime.fromisoformat(starts).replace(tzinfo=ZoneInfo(zone)).isoformat()
            found.append(policy_published(document, f"policy-{number}", at))
        return found
