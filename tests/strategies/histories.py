"""Histories: small worlds with late, wrong, repeated, repaired and contradicting facts.

Biased toward collisions (few ids, few instants) and boundaries (midnights of month ends, the last
microsecond of a protection window, amounts of one cent and of 10^12).
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from math import prod
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.strategies.plans import plans
from tests.strategies.records import Record, Value, decision, published, record

SOURCES = ("/crm/a", "/crm/b")
TICK = timedelta(microseconds=1)
AMOUNTS = [
    *("100000.00", "80000.00", "0.30", "10000.00", "8000.00", "99999.99", "100.01", "33.33"),
    *("0.01", "0.10", "0.20", "150000.00", "12345.67", "100.00", "500.00", "1000000000000.00"),
]
SPLITS: list[tuple[str, ...]] = [
    *(("1",), (), ("1",), ("1/2", "1/2"), ("0.6", "0.4"), ("1/3", "1/3", "1/3")),
    *(("0.333333", "0.666667"), ("1/3", "2/3"), ("1/7", "2/7", "4/7")),
]
KINDS = ["upsell", "upsell", "reduction", "reduction", "renewal", "correction", "cancellation"]
RATES_OF_EXCHANGE = {
    "USD-CNY": ["7.1", "7.0123456", "64/9"],
    "JPY-CNY": ["0.0471", "1/21"],
    "CNY-USD": ["0.14", "1/7"],
    "JPY-USD": ["0.0066"],
    "CNY-JPY": ["21.2", "64/3"],
    "USD-JPY": ["150.5"],
}
ZONES = ["Asia/Shanghai", "Asia/Shanghai", "Asia/Shanghai", "America/New_York", "UTC"]


@cache
def moments(zone_name: str) -> tuple[str, ...]:
    """Instants of January to May 2026, most on or beside a boundary, in some offset; in order."""
    zone = ZoneInfo(zone_name)
    midnights = [datetime(2026, month, 1, tzinfo=zone) for month in range(1, 6)]
    opened = datetime(2026, 1, 5, 9, tzinfo=zone)
    lapsed = (opened.replace(tzinfo=None) + timedelta(days=90)).replace(tzinfo=zone)
    beside = [m.astimezone(UTC) - TICK for m in (*midnights, lapsed)]
    middle = [datetime(2026, month, 15, 12, tzinfo=zone) for month in range(1, 5)]
    spread = sorted([*midnights, *beside, *middle, opened, opened, lapsed])
    offsets = [zone, UTC, timezone(timedelta(hours=-5))]
    return tuple(at.astimezone(offsets[n % 3]).isoformat() for n, at in enumerate(spread))


class Scribe:
    """Draws the fields of facts about one small world."""

    def __init__(self, draw: st.DrawFn, zone: str) -> None:
        self.draw = draw
        self.moments = moments(zone)
        self.early = self.moments[: len(self.moments) // 3]
        self.records: list[Record] = []
        payees, leads, deals, customers = self.pick(
            range(2, 6), range(1, 7), range(1, 7), range(1, 4)
        )
        self.payees = ["mia", "sam", "lee", "ann", "Bo"][:payees]
        self.leads = [f"L{n}" for n in range(1, leads + 1)]
        self.deals = [f"D{n}" for n in range(1, deals + 1)]
        self.customers = ["C1", "C2", "C3"][:customers]
        chosen = self.pick(*[["CNY", "CNY", "CNY", "USD", "JPY"]] * deals)
        self.currency = dict(zip(self.deals, chosen, strict=True))

    def pick(self, *choices: Sequence[Any]) -> list[Any]:
        """One of each of some choices, in a single draw: draws are what takes the time."""
        number = self.draw(st.integers(0, prod(map(len, choices)) - 1))
        picked = []
        for choice in choices:
            number, index = divmod(number, len(choice))
            picked.append(choice[index])
        return picked

    def one_of(self, *choices: Any) -> Any:
        return self.pick(choices)[0]

    def times(self, *counts: int) -> range:
        return range(self.one_of(*counts))

    def write(self, type_: str, subject: str, at: str, **fields: Any) -> None:
        """A fact under the next key; ids repeat between sources, and "10" comes before "9"."""
        key = self.key(len(self.records))
        self.records.append(record(type_, subject, at, (key["source"], key["id"]), **fields))

    def key(self, number: int) -> Value:
        return {"source": SOURCES[number % 2], "id": str(number // 2 + 4)}

    def write_fact(self, type_: str, subject: str, when: Sequence[str]) -> None:
        at, fields = self.fields(type_, subject.partition("/")[2], when)
        self.write(type_, subject, at, **fields)

    def fields(self, type_: str, name: str, when: Sequence[str]) -> tuple[str, Value]:
        """An instant, and the fields a fact of a type may carry besides the id of its stream."""
        match type_:
            case "lead-created":
                sides = ["marketing", "marketing", "marketing", None, "sales", "partner"]
                payees = [*self.payees, *self.payees, None]
                at, customer, by, side = self.pick(when, self.customers, payees, sides)
                return at, {"customer": customer, "by": by, "side": side}
            case "deal-signed":
                leads = [*self.leads, *self.leads, "L-unknown", None, None]
                customers = [*self.customers, *self.customers, None]
                at, customer, lead = self.pick(when, customers, leads)
                fields = {"customer": customer, "lead": lead, "signed_by": self.split()}
                return at, {**fields, "value": self.money(name, self.one_of(*AMOUNTS))}
            case "contract-amended":
                return self.amendment(name, when)
            case "joint-signing-confirmed":
                at, count = self.pick(when, (2, 3))
                return at, {"payees": self.payees[:count]}
            case "payee-enrolled":
                return self.one_of(*when), {"name": name.title(), "role": "sales"}
            case _:
                at, by = self.pick(when, self.payees)
                return at, {"by": by}

    def amendment(self, deal: str, when: Sequence[str]) -> tuple[str, Value]:
        at, kind, amount, more, foreign = self.pick(
            when, KINDS, [*AMOUNTS, "0.00"], (False, True), [False] * 15 + [True]
        )
        if kind == "cancellation":
            return at, {"kind": kind}
        fields = {"kind": kind, "value": self.money(deal, amount)}
        if foreign:
            fields["value"] = {"amount": "70000.00", "currency": "EUR"}
        if kind in {"upsell", "renewal"} and more:
            fields["signed_by"] = self.split()
        if kind == "correction" and more:
            fields["corrects"] = self.some_ref(f"deal/{deal}")
        return at, fields

    def money(self, deal: str, amount: str) -> Value:
        currency = self.currency.get(deal, "CNY")
        if currency == "JPY":
            amount = str(-(-int(amount.replace(".", "")) // 100))
        return {"amount": amount, "currency": currency}

    def split(self) -> list[Value]:
        possible = [split for split in SPLITS if len(split) <= len(self.payees)]
        first, shares = self.pick(range(len(self.payees)), possible)
        names = self.payees[first:] + self.payees[:first]
        return [
            {"payee": payee, "share": share} for payee, share in zip(names, shares, strict=False)
        ]

    def some_ref(self, subject: str | None = None) -> Value:
        """The key of some fact, of one stream if there is any, or of none."""
        of_stream = [r for r in self.records if subject in {None, r["subject"]}]
        refs = [{"source": r["source"], "id": r["id"]} for r in of_stream]
        unknown = {"source": SOURCES[0], "id": "nobody-sent-this"}
        return dict(self.one_of(*refs, unknown))

    def write_payees(self) -> None:
        """Most are enrolled; who is not earns lines and is not paid."""
        for payee in self.payees:
            if self.one_of(True, True, True, False):
                self.write_fact("payee-enrolled", f"payee/{payee}", self.early)

    def write_leads(self) -> None:
        for lead in self.leads:
            for _ in self.times(1, 1, 1, 1, 1, 0, 2):
                self.write_fact("lead-created", f"lead/{lead}", (*self.early * 5, *self.moments))
            for _ in self.times(1, 0, 1, 2):
                verdicts = ["lead-qualified"] * 6 + ["lead-disqualified", "lead-recycled"]
                self.write_fact(self.one_of(*verdicts), f"lead/{lead}", self.moments)

    def write_deals(self) -> None:
        for deal in self.deals:
            signings, amendments, awards = self.pick(
                (1, 1, 1, 1, 1, 1, 0, 2), (0, 1, 1, 2, 3), (0, 0, 0, 1, 2)
            )
            for _ in range(signings):
                self.write_fact("deal-signed", f"deal/{deal}", self.moments)
            for _ in range(amendments):
                self.write_fact("contract-amended", f"deal/{deal}", self.moments)
            for _ in range(awards):
                self.write_fact("joint-signing-confirmed", f"deal/{deal}", self.moments)

    def write_repairs(self) -> None:
        """Corrections and voids, of repairs too; now and then two voids that name each other."""
        for _ in self.times(0, 0, 1, 2, 3, 4):
            if self.records and self.one_of(True, False):
                self.write_correction(self.one_of(*self.records))
            else:
                self.write_void(self.some_ref())
        if self.one_of(False, False, False, True):
            number = len(self.records)
            self.write_void(self.key(number + 1))
            self.write_void(self.key(number))

    def write_void(self, target: Value) -> None:
        stream = subject_of(self.records, target)
        self.write("fact-voided", stream, self.one_of(*self.moments), target=target, reason="no")

    def write_correction(self, target: Record) -> None:
        """Whole new data, now and then for another deal or lead, or for a repair."""
        kind, _, name = str(target["subject"]).partition("/")
        at, moves, name = self.pick(self.moments, (False, True), [*[name] * 8, "L1", "D1"])
        moved, fields = self.fields(target["type"], name, self.moments)
        present = {field: value for field, value in fields.items() if value is not None}
        self.write(
            "fact-corrected",
            target["subject"],
            at,
            target={"source": target["source"], "id": target["id"]},
            data={kind: name, **present},
            effective_at=moved if moves else None,
        )


def subject_of(records: list[Record], target: Value) -> str:
    """The stream of a repair: its target's, if that is known."""
    key = (target["source"], target["id"])
    streams = [str(r["subject"]) for r in records if (r["source"], r["id"]) == key]
    return streams[0] if streams else "lead/L1"


def write_rules(scribe: Scribe, zone: str) -> list[Record]:
    """One or two plans with their versions, assignments and rates of exchange."""
    names = scribe.one_of("p", "p", "pq")
    return [
        *(record for name in names for record in versions(scribe, name, zone)),
        *assignments(scribe, names),
        *rates(scribe, zone),
    ]


def versions(scribe: Scribe, name: str, zone: str) -> list[Record]:
    """The versions of a plan; a later one may be of the same date or of an earlier one."""
    where = scribe.one_of(zone, zone, zone, *ZONES)
    currency = scribe.one_of("CNY", "CNY", "CNY", "USD", "JPY")
    starts = [scribe.one_of("01", "02", "03", "04") for _ in scribe.times(0, 0, 1, 2)]
    return [
        published(
            scribe.draw(
                plans(
                    name=name,
                    version=version,
                    effective_from=f"2026-{month}-{scribe.one_of('01', '01', '01', '16')}",
                    zone=where,
                    currency=currency,
                )
            )
        )
        for version, month in enumerate(["01", *starts], start=1)
    ]


def assignments(scribe: Scribe, names: str) -> list[Record]:
    """With one plan few are assigned to it; with two nearly all are."""
    assigned = []
    given = [True, False, False, False] if len(names) == 1 else [True, True, False]
    begins = ["2025-01-01T00:00:00+08:00", "2026-02-01T00:00:00+08:00"]
    untils = [None, None, "2026-03-01T00:00:00+08:00"]
    for number, payee in enumerate(scribe.payees * 2):
        has, plan, begin, until = scribe.pick(given, names, begins, untils)
        if has:
            fields = {"plan": plan, "from": begin, "to": until}
            id_ = f"assign-{number}"
            assigned.append(decision("plan-assigned", f"payee/{payee}", begin, id_, **fields))
    return assigned


def rates(scribe: Scribe, zone: str) -> list[Record]:
    """Rates of exchange: some pairs are missing, some are published late, some again."""
    listed: list[Record] = []
    whens = [*["2026-01-01T00:00:00+08:00"] * 60, *moments(zone)]
    for pair, values in RATES_OF_EXCHANGE.items():
        base, quote = pair.split("-")
        times = (1, 1, 1, 1, 2, 3, 0) if base in scribe.currency.values() else (0,)
        for _ in scribe.times(*times):
            at, rate = scribe.pick(whens, values)
            fields = {"base": base, "quote": quote, "rate": rate}
            type_, id_ = "rate-of-exchange-published", f"rate-{len(listed)}"
            listed.append(decision(type_, f"rate/{pair}", at, id_, **fields))
    return listed


@st.composite
def histories(draw: st.DrawFn, *, repairs: bool = True) -> list[Record]:
    """Records with distinct keys: first the decisions about rules, then the facts."""
    zone = draw(st.sampled_from(ZONES))
    scribe = Scribe(draw, zone)
    scribe.write_payees()
    scribe.write_leads()
    scribe.write_deals()
    if repairs:
        scribe.write_repairs()
    return write_rules(scribe, zone) + scribe.records
