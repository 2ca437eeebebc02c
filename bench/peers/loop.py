"""The plan as a plain Python loop over objects, exact, for the seeds' plan alone."""

import gc
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

import polars as pl

from bench.company import START
from bench.peers.awards import award_lines
from bench.peers.contracts import Claim, Layer, claim, credits_of, layers_of, period_of
from bench.peers.lines import Line, write
from bench.peers.objects import Row
from bench.peers.projection import FACTS, RATES, REPAIRS, Fact, Lead, Projection

PAID = {
    ("marketing", "marketing"): ("marketing-commission", "4%", Fraction(4, 100)),
    ("sales", "marketing"): ("sales-commission", "2%", Fraction(2, 100)),
    ("sales", "self"): ("self-sourced", "5%", Fraction(5, 100)),
}
_YEN = Fraction(100)


def replay(segments: Path, out: Path) -> None:
    """Every period's lines of a log (READ as Parquet), written as Parquet.

    Without the garbage collector, which would walk all that lives again and again for nothing.
    """
    gc.disable()
    read = (*FACTS, *REPAIRS, RATES)
    log = pl.scan_parquet(segments / "*.parquet").filter(pl.col("type").is_in(read))
    records = log.select(Row._fields).collect()
    repairs = pl.col("type").is_in(REPAIRS)
    projection = Projection([Row(*row) for row in records.filter(repairs).iter_rows()])
    for row in records.filter(~repairs).iter_rows():
        projection.apply(Row(*row))
    projection.arrange()
    write(Plan(projection).lines(), out / "lines.parquet")


class Plan:
    """What the plan pays for a projection."""

    def __init__(self, projection: Projection) -> None:
        self.projection = projection
        self.leads = {name: lead for name, lead in projection.leads.items() if lead.created}
        self.deals = {name: deal for name, deal in projection.deals.items() if deal.signings}
        of_customer: dict[str, list[Lead]] = defaultdict(list)
        for lead in sorted(self.leads.values(), key=lambda lead: lead.created[0].order):
            of_customer[lead.created[0].event.customer].append(lead)
        self.claims = {
            name: claim(deal.signings[0], self.leads, of_customer)
            for name, deal in self.deals.items()
        }
        self.layers = {name: layers_of(deal) for name, deal in self.deals.items()}
        self.shut = self._shut()

    def lines(self) -> Iterator[Line]:
        for name, deal in self.deals.items():
            for layer in self.layers[name]:
                yield from self._commission(name, deal.signings[0], layer)
        for name, lead in self.leads.items():
            yield from _points(name, lead)
        yield from award_lines(self.deals, self.layers)

    def _commission(self, deal: str, signing: Fact, layer: Layer) -> Iterator[Line]:
        of, currency = self.claims[deal], signing.event.value.currency
        exchange = self._exchange(currency, layer.at)
        if exchange is None or layer.at < START:
            return
        first = period_of(layer.at)
        always = {*signing.names, *layer.opened.names, *self.layers[deal][0].corrected}
        if of.lead is not None:
            always.update(of.lead.created[0].names)
        for role, source, share, payees in credits_of(of, layer.split):
            if (role, source) not in PAID:
                continue
            component, text, rate = PAID[role, source]
            base, before = 0, dict.fromkeys(payees, 0)
            for period, (value, because) in sorted(layer.history.items()):
                parts = divided(rounded(rate * exchange * value * share), payees, share)
                for payee, part in parts.items():
                    is_shut = role == "marketing" and (payee, first) in self.shut
                    due = 0 if is_shut else part
                    if due != before[payee]:
                        yield Line(
                            payee=payee,
                            period=period,
                            subject=f"deal/{deal}",
                            deal=deal,
                            lead=_lead_of(of),
                            fact=layer.opened.names[0],
                            component=component,
                            source=source,
                            role=role,
                            rate=text,
                            share=payees[payee],
                            base=value - base,
                            base_currency=currency,
                            amount=due - before[payee],
                            because=tuple(sorted(always.union(because))),
                        )
                    before[payee] = due
                base = value

    def _exchange(self, currency: str, at: int) -> Fraction | None:
        if currency == "CNY":
            return Fraction(1)
        rates = self.projection.rates.get(currency, ())
        place = bisect_right(rates, at, key=lambda rate: rate[0])
        units = _YEN if currency == "JPY" else Fraction(1)
        return rates[place - 1][1] * units if place else None

    def _shut(self) -> set[tuple[str, int]]:
        """The payees and months whose conversion did not reach 30 %."""
        qualified: dict[tuple[str, int], int] = defaultdict(int)
        for lead in self.leads.values():
            fact = first_qualification(lead)
            if fact is not None and (payee := _found_for_marketing(lead)) is not None:
                qualified[payee, period_of(fact.at)] += 1
        first: dict[int, tuple[str, int]] = {}
        for name, deal in self.deals.items():
            at = deal.signings[0].at
            signs = self._signs(name, deal.signings[0])
            gone = any(f.event.kind == "cancellation" and f.at <= at for f in deal.amendments)
            payee = None if signs is None or gone else _found_for_marketing(signs)
            if payee is not None and (id(signs) not in first or at < first[id(signs)][1]):
                first[id(signs)] = (payee, at)
        signed: dict[tuple[str, int], int] = defaultdict(int)
        for payee, at in first.values():
            signed[payee, period_of(at)] += 1
        return {key for key, count in qualified.items() if signed[key] * 10 < count * 3}

    def _signs(self, deal: str, signing: Fact) -> Lead | None:
        """The lead that a deal names, else the one that decided it."""
        named = signing.event.lead
        return self.claims[deal].lead if named is None else self.leads.get(named)


def first_qualification(lead: Lead) -> Fact | None:
    return next((fact for fact in lead.verdicts if fact.event.type == "lead-qualified"), None)


def rounded(amount: Fraction) -> int:
    """Half to even; Python's own rounding of fractions."""
    return round(amount)


def divided(whole: int, shares: dict[str, Fraction], total: Fraction) -> dict[str, int]:
    """Parts by largest remainder; ties to the larger share, then by name."""
    if len(shares) == 1:
        return dict.fromkeys(shares, whole)
    quotas = {payee: whole * share / total for payee, share in shares.items()}
    parts = {payee: floor(quota) for payee, quota in quotas.items()}
    queue = sorted(shares, key=lambda payee: (parts[payee] - quotas[payee], -shares[payee], payee))
    for payee in queue[: whole - sum(parts.values())]:
        parts[payee] += 1
    return parts


def _points(name: str, lead: Lead) -> Iterator[Line]:
    fact, payee = first_qualification(lead), _found_for_marketing(lead)
    if fact is not None and payee is not None and fact.at >= START:
        yield Line(
            payee=payee,
            period=period_of(fact.at),
            subject=f"lead/{name}",
            lead=name,
            fact=fact.names[0],
            component="valid-lead-points",
            role="marketing",
            amount=5_000,
            because=tuple(sorted((*lead.created[0].names, *fact.names))),
        )


def _found_for_marketing(lead: Lead) -> str | None:
    event: Any = lead.created[0].event
    by: str | None = event.by
    return by if (event.side or "marketing") == "marketing" else None


def _lead_of(of: Claim) -> str | None:
    return None if of.lead is None else str(of.lead.created[0].event.lead)
