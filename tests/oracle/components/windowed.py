"""Pay for windows: which windows of which payee a component pays for, and their lines."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from tests.oracle.facts import Fact
from tests.oracle.lines import Component, Entitled, Line, bare_line, references
from tests.oracle.metrics import coefficient, own_amount
from tests.oracle.months import month_of
from tests.oracle.numbers import minor, rounded
from tests.oracle.people import days_taken_part, ground
from tests.oracle.plans import Version
from tests.oracle.targets import Aim
from tests.oracle.windows import Window, part_of, windows_of
from tests.oracle.world import Terms, World


@dataclass(frozen=True, eq=False)
class Due:
    """A component of the version in force at the last instant of a payee's window."""

    world: World
    component: Component
    terms: Terms
    window: Window
    ground: Fact

    @property
    def aim(self) -> Aim:
        """What is aimed at: of the window, or of its months so far."""
        so_far = self.component.get("against") == "months-so-far"
        terms = self.terms
        return Aim(self.world, terms.payee, terms.version, self.window, terms.month, so_far)

    def part(self, *, first_day: bool = True) -> Fraction:
        """Days under the plan / days of the window if it is prorated, else 1."""
        if self.component.get("prorate", "none") != "days":
            return Fraction(1)
        return part_of(len(self.days(first_day=first_day)), self.window)

    def days(self, *, first_day: bool = True) -> set[date]:
        """The days of the window on which the payee takes part."""
        payee, version = self.terms.payee, self.terms.version
        return days_taken_part(self.world, payee, version, self.window, first_day=first_day)

    @property
    def is_early(self) -> bool:
        """Whether the month is before those in which the version and the days have begun."""
        version, first = self.terms.version, min(self.days())
        begun = f"{first.year:04}-{first.month:02}"
        return self.terms.month < max(begun, month_of(version.starts, version.zone))

    def target(self, *, first_day: bool = True) -> Fraction:
        """The target amount x part; against the months so far, by those taken part in."""
        target = self.amount("target") * self.part(first_day=first_day)
        if self.component.get("against") != "months-so-far":
            return target
        months = {f"{day.year:04}-{day.month:02}" for day in self.days()}
        return target * Fraction(sum(m <= self.terms.month for m in months), len(months))

    def amount(self, key: str) -> Fraction:
        """The amount of the plan, or the payee's own in the last month of the window."""
        terms, month = self.terms, self.window.months[-1]
        metric = self.component.get("own")
        own = own_amount(self.world, terms.payee, terms.version, month, metric)
        return Fraction(minor(self.component[key])) if own is None else own

    def plain_line(self, amount: int) -> Line:
        """A line of a window: its fact and its because are the payee's ground."""
        line = bare_line(self.terms, self.component, self.ground, amount)
        return replace(line, about=self.window.name, because=references(self.ground))

    def line(self, exactly: Fraction) -> Entitled:
        """The line of an exact amount, times the coefficient, rounded."""
        scaled = coefficient(self.world, self.terms, self.component["id"])
        mode = self.terms.version.rounding
        amount = rounded(exactly * (1 if scaled is None else scaled), mode)
        return Entitled(
            line=self.plain_line(amount),
            terms=self.terms,
            rule=self.component,
            order=(self.terms.dated, self.ground.order, b"", 0),
            earned_at=None,
        )


def due(world: World, month: str, kind: str) -> Iterator[Due]:
    """The windows that components of a kind pay for as at the end of a month.

    `at-end`, and guarantees: from the last month of the window on; else from its first. Only a
    ceiling is for somebody who took part on no day.
    """
    for version in world.rules.published:
        for component in version.components:
            if component["kind"] == kind:
                for window in windows_of(world, version, component["window"], month):
                    yield from of_window(world, version, component, window, month)


def of_window(
    world: World, version: Version, component: Component, window: Window, month: str
) -> Iterator[Due]:
    """The payees whose window it is."""
    to_date = component.get("paid") == "to-date"
    early = to_date or component["kind"] == "ceiling"
    if not early and window.months[-1] > month:
        return
    for payee in payees(world):
        reason = ground(world, payee, window)
        if reason and world.rules.version_for(payee, window.last_instant) is version:
            terms = Terms(payee, version, window.last_instant, month)
            each = Due(world, component, terms, window, reason)
            if component["kind"] == "ceiling" or (each.days() and not (to_date and each.is_early)):
                yield each


def payees(world: World) -> list[str]:
    """Everybody who was enrolled or assigned a plan."""
    facts = [*world.of("payee-enrolled"), *world.rules.assignments]
    return sorted({fact.data["payee"] for fact in facts})


def earned_in(each: Due, entitled: list[Entitled]) -> int:
    """S: the entitlements of `applies_to` as at T whose date lies in the window."""
    version = each.terms.version
    return sum(
        other.amount
        for other in entitled
        if other.line.component in each.component["applies_to"]
        and other.line.payee == each.terms.payee
        and (other.terms.version.plan, other.line.currency) == (version.plan, version.currency)
        and each.window.holds(other.terms.dated)
    )
