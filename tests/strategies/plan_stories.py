"""Stories: facts that make the options of a plan matter, few enough to be read."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.strategies.plan_parts import Pick, cny
from tests.strategies.records import Record, Value, decision, fact

PAYEES = ["sam", "mia", "lee", "zoe"]
AMOUNTS = ["1000.00", "600.00", "100.01", "0.10", "1500.00", "500.00", "333.33"]
SPLITS = [["1"], ["1"], ["1/2", "1/2"], ["1/3", "2/3"], ["1/3", "1/3", "1/3"], []]
KINDS = ["reduction", "reduction", "cancellation", "upsell", "renewal", "correction", "upsell"]
FIGURES = ["100", "99.5", "1/3", "-5", "1000", "1.5"]


def moments(zone_name: str) -> list[str]:
    """Instants of January to May 2026: the middle of months, and on or beside their ends."""
    zone = ZoneInfo(zone_name)
    middle = [datetime(2026, month, 20, 12, tzinfo=zone) for month in (1, 2, 3)]
    starts = [datetime(2026, month, 1, tzinfo=zone) for month in (2, 3, 4, 5)]
    beside = [at.astimezone(UTC) - timedelta(microseconds=1) for at in starts[:3]]
    odd = [datetime(2026, 1, 31, 23, tzinfo=zone), datetime(2026, 2, 16, tzinfo=zone)]
    return [at.isoformat() for at in (*middle, *starts, *beside, *odd)]


class Story:
    """Writes facts about a few payees, leads and deals; on request every deal shrinks."""

    def __init__(self, pick: Pick, zone: str, *, shrinks: bool = False) -> None:
        self.pick = pick
        self.shrinks = shrinks
        self.moments = moments(zone)
        local = ZoneInfo(zone)
        days = ((1, 1), (1, 17), (2, 10), (3, 1))
        self.starts = [datetime(2026, *day, tzinfo=local).isoformat() for day in days]
        payees, leads, deals, self.currency = pick(
            (2, 3, 4), (0, 1, 2, 2, 3), (1, 2, 3, 4, 5), ["CNY", "CNY", "CNY", "USD"]
        )
        self.payees = PAYEES[:payees]
        self.leads = [f"L{n}" for n in range(1, leads + 1)]
        self.deals = [f"D{n}" for n in range(1, deals + 1)]
        self.records: list[Record] = []

    def written(self) -> list[Record]:
        self.people()
        self.journeys()
        for deal in self.deals:
            self.contract(deal)
        for _ in self.times(0, 0, 1, 2):
            self.repair(*self.pick(self.records))
        return self.records

    def write(self, type_: str, subject: str, at: str, **fields: Any) -> None:
        self.records.append(fact(type_, subject, at, f"f{len(self.records)}", **fields))

    def times(self, *counts: int) -> range:
        return range(self.pick(sorted(counts))[0])

    def assignments(self, plans: Sequence[str]) -> list[Record]:
        """With one plan few are assigned to it; with two nearly all are."""
        found = []
        for number, payee in enumerate(self.payees * 2):
            given = [False, False, False, True] if len(plans) == 1 else [True, True, False]
            has, plan, since, until = self.pick(
                given, plans, self.starts, [None, self.moments[3], self.moments[1]]
            )
            if has and (until is None or until > since):
                fields = {"plan": plan, "from": since, "to": until}
                name = f"assign-{number}"
                found.append(decision("plan-assigned", f"payee/{payee}", since, name, **fields))
        return found

    def people(self) -> None:
        """Enrolments, positions, leavers who may return, targets and figures."""
        for payee in self.payees:
            subject = f"payee/{payee}"
            enrolled, since, manager = self.pick(
                (True, True, True, False), [*self.starts[:1] * 3, *self.starts], self.payees
            )
            if enrolled:
                self.write("payee-enrolled", subject, since, manager=manager)
            for _ in self.times(1, 0, 2):
                self.position(subject)
            if self.pick((False, False, False, True))[0]:
                left, back = self.pick(self.moments, (False, True))
                self.write("payee-left", subject, left)
                if back:
                    self.write("payee-enrolled", subject, self.pick(self.moments)[0])
            self.figures(subject)

    def position(self, subject: str) -> None:
        since, until, manager = self.pick(
            self.starts, [None, self.moments[3], self.moments[4]], [*self.payees, None]
        )
        span = {"from": since, "to": until}
        self.write("payee-assigned", subject, since, manager=manager, **span)

    def figures(self, subject: str) -> None:
        for _ in self.times(0, 1, 2, 3):
            at, month, value = self.pick(self.moments, [None, "2026-01", "2026-02"], FIGURES)
            self.write("metric-reported", subject, at, metric="training", period=month, value=value)
        for _ in self.times(0, 0, 1, 2):
            at, month, per, measure = self.pick(
                self.moments, ["2026-01", "2026-02", "2026-05"], ["month", "quarter", "year"],
                ["value", "metric", "deals"],
            )  # fmt: skip
            target: Value = {"count": 2} if measure != "value" else {"amount": cny("600.00")}
            self.write("quota-set", subject, at, measure=measure, period=month, per=per, **target)

    def journeys(self) -> None:
        for lead in self.leads:
            at, customer, by, side = self.pick(
                self.starts, ["C1", "C2"], [*self.payees, None], ["marketing", None, "sales"]
            )
            self.write("lead-created", f"lead/{lead}", at, customer=customer, by=by, side=side)
            for _ in self.times(1, 1, 0, 2):
                when, verdict = self.pick(
                    self.moments, ["lead-qualified"] * 4 + ["lead-disqualified"]
                )
                self.write(verdict, f"lead/{lead}", when)
        for _ in self.times(1, 2, 4):
            about, at, by, kind = self.pick(
                [*(f"lead/{lead}" for lead in self.leads), "customer/C1"], self.moments,
                self.payees, ["meeting", "call"],
            )  # fmt: skip
            self.write("touch-recorded", about, at, by=by, kind=kind)

    def contract(self, deal: str) -> None:
        """A signing, what becomes of it, its money, and those who worked on it together."""
        subject = f"deal/{deal}"
        dates = self.moments[:2] if self.shrinks else self.moments
        at, customer, lead = self.pick(dates, ["C1", "C2", None], [*self.leads, None, None])
        signed = {"customer": customer, "lead": lead, "signed_by": self.split()}
        self.write("deal-signed", subject, at, **signed, value=self.money(), **self.details())
        if self.shrinks:
            self.decrease(subject)
        for _ in self.times(1, 0, 1, 2, 3):
            self.amendment(subject)
        for _ in self.times(0, 0, 1, 2):
            kind, when = self.pick(["payment-received"] * 3 + ["refund-issued"], self.moments)
            self.write(kind, subject, when, amount=self.money())
        if self.pick((False, False, True))[0]:
            self.write(
                "milestone-reached", subject, self.pick(self.moments)[0], milestone="go-live"
            )
        self.together(deal, customer)

    def together(self, deal: str, customer: str | None) -> None:
        subject = f"deal/{deal}"
        for _ in self.times(1, 0, 2, 3):
            when, payee, part = self.pick(self.moments, self.payees, ["presales", None])
            self.write("participation-declared", subject, when, payee=payee, part=part)
        if self.pick((False, True))[0]:
            [when] = self.pick(self.moments)
            self.write("joint-signing-confirmed", subject, when, payees=self.payees[:2])
        for _ in self.times(1, 0, 2):
            abouts = [subject, *(f"lead/{lead}" for lead in self.leads)]
            abouts += [f"customer/{customer}"] if customer else []
            about, when, by, to = self.pick(abouts, self.moments, self.payees, self.payees)
            self.write("referral-made", about, when, by=by, to=to)

    def amendment(self, subject: str) -> None:
        kind, when, zero, own = self.pick(KINDS, self.moments, [False] * 4 + [True], (False, True))
        fields: Value = {"kind": kind}
        if kind != "cancellation":
            fields["value"] = self.money()
            if zero:
                fields["value"] = {**fields["value"], "amount": "0"}
        if kind in {"upsell", "renewal"} and own:
            fields["signed_by"] = self.split()
        self.write("contract-amended", subject, when, **fields)

    def decrease(self, subject: str) -> None:
        """A smaller contract in spring, when something of it was served."""
        when, kind = self.pick(self.moments[5:7], ["cancellation", "reduction"])
        value = {} if kind == "cancellation" else {"value": {**self.money(), "amount": "0.05"}}
        self.write("contract-amended", subject, when, kind=kind, **value)

    def details(self) -> Value:
        products, term, kind, region, margin = self.pick(
            [None, ["Cloud"], ["Care", "Cloud"], ["Care"]], [2, 12, None, 24],
            [None, "school", "shop"], [None, "north", "south"], [None, "20%", "0.1", "high"],
        )  # fmt: skip
        attributes = {"region": region, "margin": margin}
        given = {name: value for name, value in attributes.items() if value is not None}
        details = {"products": products, "term_months": term, "customer_type": kind}
        return {**details, "attributes": given or None}

    def money(self) -> Value:
        return {"amount": self.pick(AMOUNTS)[0], "currency": self.currency}

    def split(self) -> list[Value]:
        possible = [split for split in SPLITS if len(split) <= len(self.payees)]
        first, shares = self.pick(range(len(self.payees)), possible)
        names = self.payees[first:] + self.payees[:first]
        return [
            {"payee": payee, "share": share} for payee, share in zip(names, shares, strict=False)
        ]

    def repair(self, target: Record) -> None:
        """A void, or a correction to what another fact of its type says."""
        kind, _, name = str(target["subject"]).partition("/")
        alike = [
            record["data"]
            for record in self.records
            if record["type"] == target["type"] and record["subject"].startswith(f"{kind}/")
        ]
        voids, told, moved = self.pick([False, True], alike, [None, *self.moments])
        known = {"target": {"source": target["source"], "id": target["id"]}}
        if voids or "target" in told:
            self.write("fact-voided", target["subject"], self.moments[6], **known, reason="no")
        else:
            fields = {**known, "data": {**told, kind: name}, "effective_at": moved}
            self.write("fact-corrected", target["subject"], self.moments[6], **fields)
