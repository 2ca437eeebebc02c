"""Targets: the quota of a payee and window, what of it is measured, and so the attainment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from tests.oracle.credited import Credited, credited
from tests.oracle.deals import Layer
from tests.oracle.lines import Component
from tests.oracle.metrics import figure, reported
from tests.oracle.months import MONTHS_IN, end_of, months_between, months_later, window_of
from tests.oracle.numbers import converted, exact, minor
from tests.oracle.people import days_taken_part, month_number
from tests.oracle.plans import Version
from tests.oracle.windows import Window, month_window, part_of
from tests.oracle.world import Terms, World, credits_of


@dataclass(frozen=True, eq=False)
class Aim:
    """A payee, a window, and the version whose quotas and measures hold; as at a month's end.

    `so_far`: of the window only the months up to that month count.
    """

    world: World
    payee: str
    version: Version
    window: Window
    month: str
    so_far: bool = False

    @property
    def end(self) -> datetime:
        return end_of(self.month, self.version.zone)

    @property
    def months(self) -> list[str]:
        """The months that count towards the target."""
        return [m for m in self.window.months if not self.so_far or m <= self.month]

    def part(self, name: str, id_: str) -> Component:
        """A quota or measure of the version."""
        return next(part for part in self.version.parts(name) if part["id"] == id_)

    def counts(self, at: datetime) -> bool:
        """Whether what is dated so counts: in the window, before the end of T, under the plan."""
        if not (self.window.holds(at) and at < self.end):
            return False
        version = self.world.rules.version_for(self.payee, at)
        return version is not None and version.plan == self.version.plan

    def attainment(self, quota: str) -> Fraction:
        """measure / quota; of a quota of zero 1 if that is `reached`, else 0."""
        target, part = self.quota(quota), self.part("quotas", quota)
        if part.get("lower_is_better"):
            return self.undershot(part, target)
        if target == 0:
            return Fraction(part["zero"] == "reached")
        return self.measured(part["measure"]) / target

    def undershot(self, quota: Component, target: Fraction) -> Fraction:
        """2 - measure / target, not below zero; while nothing is reported 0."""
        if not self.figures(self.part("measures", quota["measure"])):
            return Fraction(0)
        measured = self.measured(quota["measure"])
        if target == 0:
            return Fraction(measured == 0 and quota["zero"] == "reached")
        return max(Fraction(0), 2 - measured / target)

    def quota(self, name: str) -> Fraction:
        """The sum over the months of the window of the month's target."""
        quota = self.part("quotas", name)
        return sum((self.target(quota, month) for month in self.months), Fraction(0))

    def target(self, quota: Component, month: str) -> Fraction:
        """A month's target x ramp x proration of that month."""
        own = self.own_target(quota, month)
        plain = target_of(quota) * self.weight(quota, month) if own is None else own
        return plain * self.ramp(quota, month) * self.proration(quota, month)

    def own_target(self, quota: Component, month: str) -> Fraction | None:
        """The payee's `quota-set` for the month, else its part of that for quarter or year."""
        for per in ("month", "quarter", "year"):
            first = window_of(month, per, self.version.year_starts)
            facts = [
                fact
                for fact in self.world.of("quota-set", self.payee)
                if fact.data["measure"] == quota["measure"]
                and fact.data.get("per", "month") == per
                and window_of(fact.data["period"], per, self.version.year_starts) == first
                and is_same_unit(fact.data, quota, self.version.currency)
            ]
            if facts:
                months = [months_later(first, n) for n in range(MONTHS_IN[per])]
                whole = sum(self.weight(quota, m) for m in months)
                weight = self.weight(quota, month)
                part = weight / whole if whole else Fraction(1, len(months))
                return target_of(facts[-1].data) * part
        return None

    def weight(self, quota: Component, month: str) -> Fraction:
        """The month's part of the quota's own window: by season, else equal."""
        if quota.get("season") is None:
            return Fraction(1, MONTHS_IN[quota["per"]])
        first = window_of(month, quota["per"], self.version.year_starts)
        return exact(quota["season"][months_between(first, month)])

    def ramp(self, quota: Component, month: str) -> Fraction:
        """What holds in the payee's n-th month; after the ramp 1."""
        number = month_number(self.world, self.payee, self.version, month)
        ramp = quota.get("ramp") or []
        return exact(ramp[number]) if number is not None and number < len(ramp) else Fraction(1)

    def proration(self, quota: Component, month: str) -> Fraction:
        """The part of a month that is taken part in: by days, or a whole month or nothing."""
        if quota["prorate"] == "none":
            return Fraction(1)
        window = month_window(self.world, self.version, self.window, month)
        first_day = quota.get("first_day") != "does-not-count"
        days = days_taken_part(self.world, self.payee, self.version, window, first_day=first_day)
        part = part_of(len(days), window)
        return part if quota["prorate"] == "days" else Fraction(part == 1)

    def measured(self, name: str) -> Fraction:
        """A measure of the payee in the window as at T; a negative total counts as 0."""
        measure = self.part("measures", name)
        count = {
            "value": self.value,
            "deals": self.deals,
            "qualified-leads": self.qualified_leads,
            "touches": self.touches,
            "cash": self.cash,
            "metric": self.metric,
        }[measure["of"]]
        return max(Fraction(0), count(measure))

    def value(self, measure: Component) -> Fraction:
        """The credited amounts of matching layers dated in the window."""
        return sum(
            (
                each.amount
                for each in credited(self.world, self.month)
                if each.terms.payee == self.payee
                and self.counts(each.terms.dated)
                and each.terms.version.currency == self.version.currency
                and each.exchange is not None
                and each.matches(measure)
            ),
            Fraction(0),
        )

    def deals(self, measure: Component) -> Fraction:
        """The shares of signings dated in the window that have a value as at T."""
        return sum(
            (
                each.share
                for each in credited(self.world, self.month)
                if each.terms.payee == self.payee
                and each.layer.opened.kind == "signing"
                and each.value > 0
                and self.counts(each.terms.dated)
                and each.matches(measure)
            ),
            Fraction(0),
        )

    def qualified_leads(self, _: Component) -> Fraction:
        """The payee's leads, of whichever side, first qualified in the window."""
        facts = [x.qualification for x in self.world.leads.values() if x.payee == self.payee]
        return Fraction(sum(self.counts(fact.at) for fact in facts if fact))

    def touches(self, measure: Component) -> Fraction:
        """The touches that the payee made, of the kind if it is named."""
        return Fraction(
            sum(
                self.counts(fact.at)
                for fact in self.world.of("touch-recorded")
                if fact.data.get("by") == self.payee
                and measure.get("kind") in {None, fact.data["kind"]}
            )
        )

    def cash(self, measure: Component) -> Fraction:
        """Payments less refunds in the window, in the plan's currency, x share of the signing."""
        total = Fraction(0)
        for type_, sign in (("payment-received", 1), ("refund-issued", -1)):
            for fact in self.world.of(type_):
                if self.counts(fact.at):
                    total += sign * self.paid(fact.data, fact.at) * self.share(fact.data, measure)
        return total

    def paid(self, data: Mapping[str, Any], at: datetime) -> Fraction:
        """An amount in the plan's currency at the rate of its date; without a rate nothing."""
        money, currency = data["amount"], self.version.currency
        rate = self.world.rules.exchange_for(self.version, money["currency"], at)
        return converted(minor(money), money["currency"], currency, rate) if rate else Fraction(0)

    def share(self, data: Mapping[str, Any], measure: Component) -> Fraction:
        """The payee's share of the signing's split, in the role, class and deals measured."""
        deal = self.world.deals.get(data["deal"])
        if deal is None:
            return Fraction(0)
        signing = deal.steps[0]
        layer = Layer(signing, signing.value, signing.value)
        terms = Terms(self.payee, self.version, signing.at, self.month)
        parts = [
            Credited(self.world, deal, layer, credit, terms, signing.value, signing.fact)
            for credit in credits_of(self.world, deal, signing.split)
            if self.payee in credit.shares
        ]
        return sum((part.share for part in parts if part.matches(measure)), Fraction(0))

    def figures(self, measure: Component) -> list[Fraction]:
        """The figures of the window's months up to T, of those that have one."""
        facts = reported(self.world, self.payee, measure["metric"])
        facts = [fact for fact in facts if fact.at < self.end]
        months = [month for month in self.window.months if month <= self.month]
        figures = [figure(facts, month, self.version) for month in months]
        return [each for each in figures if each is not None]

    def metric(self, measure: Component) -> Fraction:
        """The figures of the window's months up to T: their sum, their mean, or the last."""
        known = self.figures(measure)
        if not known:
            return Fraction(0)
        if measure["over"] == "last":
            return known[-1]
        total = sum(known, Fraction(0))
        return total / len(known) if measure["over"] == "mean" else total


def target_of(quota: Mapping[str, Any]) -> Fraction:
    """A target, in minor units if it is an amount."""
    if quota.get("amount") is not None:
        return Fraction(minor(quota["amount"]))
    return exact(quota["count"])


def is_same_unit(data: Mapping[str, Any], quota: Component, currency: str) -> bool:
    """Whether a target that is set is of what the quota counts: money of the plan, or a number."""
    if data.get("amount") is not None:
        return quota.get("amount") is not None and data["amount"]["currency"] == currency
    return quota.get("count") is not None
