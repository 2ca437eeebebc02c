"""What happens in a generated company: leads and deals, a row each, before they are told as events.

Instants are microseconds UTC, people are numbers until they are named.
"""

from dataclasses import dataclass

import polars as pl

from bench.dice import Dice, zipf

START = 1_735_660_800_000_000  # 2025-01-01T00:00+08:00
DAY = 86_400_000_000
LEADS_OPEN = 640 * DAY  # of 24 months; the rest is for what follows
END = START + 730 * DAY - 1

DIGITS = {"CNY": 2, "USD": 2, "EUR": 2, "JPY": 0, "HKD": 2}
CURRENCIES = ([*DIGITS], (880, 60, 30, 26, 4))
"""Currencies and how often; nobody publishes a rate for the last: its deals are exceptions."""

SPLITS = {
    "alone": ("1",),
    "halves": ("1/2", "1/2"),
    "thirds": ("1/3", "1/3", "1/3"),
    "uneven": ("3/5", "2/5"),
    "odd": ("3/7", "2/7", "2/7"),
}
_SPLIT_WEIGHTS = (85, 8, 4, 2, 1)
OWN_DEALS = 700 * DAY
"""Within which signers sell without a lead."""
NEAR = 64
"""Touches are of one of so many leads around their number."""


@dataclass(frozen=True, slots=True)
class Company:
    """How large, and whose: marketing are the first of the payees."""

    seed: int
    leads: int
    payees: int

    @property
    def marketing(self) -> int:
        return self.payees * 2 // 5

    @property
    def sales(self) -> int:
        return self.payees - self.marketing

    @property
    def spread(self) -> int:
        """Between the earliest instants of a lead and of the next."""
        return LEADS_OPEN // self.leads


@dataclass(frozen=True, slots=True)
class Cohort:
    """The leads of some months by their numbers, half-open, and what belongs to them."""

    company: Company
    first: int
    end: int

    def of(self, many: int) -> pl.DataFrame:
        """The numbers `n`, of `many` things spread over all leads, that fall on this cohort."""
        leads = self.company.leads
        first, end = (-(-many * bound // leads) for bound in (self.first, self.end))
        return pl.select(n=pl.int_range(first, end, dtype=pl.Int64))

    @property
    def later(self) -> int:
        """No fact of a later cohort happens before this instant."""
        return START + max(0, self.end - NEAR) * self.company.spread - 2 * DAY


def opened(company: Company) -> pl.Expr:
    """When lead `i` was created."""
    return START + pl.col("i") * company.spread + Dice(company.seed, "i").below(20 * DAY, "opened")


def customer(company: Company) -> pl.Expr:
    """Whom lead `i` is about: now and then somebody who was one before."""
    dice = Dice(company.seed, "i")
    known = pl.when(dice.chance(0.12, "again")).then(1 + dice.below(400, "which")).otherwise(0)
    return (pl.col("i") - known).clip(lower_bound=0)


def leads(cohort: Cohort) -> pl.DataFrame:
    """Leads: `i, opened, customer, by, side, qualified, disqualified, recycled, signed, slow`."""
    company = cohort.company
    dice = Dice(company.seed, "i")
    side = dice.weighted((78, 12, 7, 3), "side")
    finder = (
        pl.when(side == 2)
        .then(company.marketing + dice.weighted(zipf(company.sales), "found"))
        .otherwise(dice.weighted(zipf(company.marketing), "found"))
    )
    qualified = dice.chance(0.5, "qualified")
    wins = pl.when(qualified).then(dice.chance(0.48, "won")).otherwise(dice.chance(0.05, "won"))
    return (
        cohort.of(company.leads)
        .rename({"n": "i"})
        .with_columns(
            opened=opened(company),
            customer=customer(company),
            by=pl.when(dice.chance(0.97, "known")).then(finder),
            side=pl.lit(pl.Series(["marketing", None, "sales", "partner"])).gather(side),
            qualified=pl.when(qualified).then(dice.below(20 * DAY, "qualifies")),
            disqualified=pl.when(dice.chance(0.02, "bad")).then(dice.below(25 * DAY, "refused")),
            recycled=dice.chance(0.25, "recycled"),
            signed=pl.when(wins).then(DAY + dice.below(70 * DAY, "closes")),
            slow=dice.chance(0.04, "slow"),
        )
    )


def deals(cohort: Cohort, found: pl.DataFrame) -> pl.DataFrame:
    """Deals: `d, signed_at, lead, customer, finder, split, one, two, three, minor, currency`.

    A lead that is won has the number of its deal; deals without one are numbered after all leads.
    """
    company = cohort.company
    dice = Dice(company.seed, "d")
    both = pl.concat([_won(found), _own(cohort)], how="diagonal")
    minor = (100_000 + dice.below(900_000, "size")) * 2 ** dice.below(7, "double")
    return (
        both.with_columns(
            _signers(company, dice),
            split=pl.lit(pl.Series([*SPLITS])).gather(dice.weighted(_SPLIT_WEIGHTS, "split")),
            minor=minor + dice.below(100, "cents"),
            currency=pl.lit(pl.Series(CURRENCIES[0])).gather(
                dice.weighted(CURRENCIES[1], "currency")
            ),
            names_lead=dice.chance(0.92, "names"),
        )
        .filter(pl.col("signed_at") < END)
        .with_columns(lead=pl.when("names_lead").then("lead"))
    )


def _won(found: pl.DataFrame) -> pl.DataFrame:
    return found.filter(pl.col("signed").is_not_null()).select(
        "customer",
        d="i",
        lead="i",
        finder="by",
        signed_at=pl.col("opened") + pl.col("signed") + pl.when("slow").then(60 * DAY).otherwise(0),
    )


def _own(cohort: Cohort) -> pl.DataFrame:
    """Deals without a lead, of customers of their own."""
    company = cohort.company
    many = company.leads // 40
    dice = Dice(company.seed, "d")
    numbered = cohort.of(many).with_columns(d=company.leads + pl.col("n"))
    return numbered.select(
        "d",
        customer="d",
        signed_at=START + pl.col("n") * (OWN_DEALS // many) + dice.below(20 * DAY, "own"),
    )


def _signers(company: Company, dice: Dice) -> list[pl.Expr]:
    """Three different payees in order of name; now and then the finder is one of them."""
    n = company.sales
    first = dice.weighted(zipf(n), "signs")
    second = (first + 1 + dice.below(n - 2, "helps")) % n
    between = (second - first - 1) % n
    third = (first + 1 + (between + 1 + dice.below(n - 2, "third")) % (n - 1)) % n
    met = dice.chance(0.03, "met") & (pl.col("finder") < company.marketing)
    one = pl.when(met.fill_null(value=False)).then("finder").otherwise(first + company.marketing)
    others = (second + company.marketing, third + company.marketing)
    return [one.alias("one"), others[0].alias("two"), others[1].alias("three")]
