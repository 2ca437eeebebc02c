"""What a line depends on: the streams of facts that may move it, in widening circles.

A stream is what facts are about: `deal/D1`, `lead/L1`, `customer/C1`, `payee/mia`, `plan/p`,
`rate/USD-EUR`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from engine.world import World

Row = Mapping[str, object]


@dataclass(frozen=True)
class Concerns:
    """Which deals, leads and people the payees of a world are concerned with."""

    world: World

    def circles(self, row: Row) -> Iterator[Iterable[str]]:
        """The streams that may move a line: of itself, of its payee, of those below them."""
        payee = str(row["payee"])
        own = [f"payee/{payee}", *self._own(row), *self._ladder(row)]
        around = [*own, *self._concerned.get(payee, ())]
        of_window = row["deal"] is None and row["lead"] is None
        yield around if of_window else own
        yield around
        team = [payee, *self._below(payee)]
        yield [stream for each in team for stream in self._streams_of(each)]

    def _own(self, row: Row) -> Iterator[str]:
        """The plan, the rate, the deal or lead of a line, and what has a say in the deal."""
        yield f"plan/{str(row['plan']).partition('@')[0]}"
        yield str(row["subject"])
        if row["base_currency"] not in (None, row["currency"]):
            yield f"rate/{row['base_currency']}-{row['currency']}"
        if row["lead"] is not None:
            yield f"lead/{row['lead']}"
        if row["deal"] is not None:
            yield f"deal/{row['deal']}"
            yield from self._say_in.get(str(row["deal"]), ())
            yield from self._policies

    @cached_property
    def _policies(self) -> Sequence[str]:
        """The policies by which deals are decided, and the weights they name."""
        told = [version.policy for version in self.world.policies.published]
        sides = [side for each in told for side in (each.credit.marketing, each.credit.sales)]
        models = [side.model for side in sides if side.by == "touches"]
        weights = {f"weights/{each.weights}" for each in models if each.model == "learned"}
        return sorted({f"policy/{each.policy}" for each in told} | weights)

    def _ladder(self, row: Row) -> Iterator[str]:
        """Who is credited on the deal of a line of no role, and who may stand in between."""
        if row["deal"] is None or row["role"] is not None:
            return
        for payee in self._credited_on.get(str(row["deal"]), ()):
            yield f"payee/{payee}"
            yield from (f"payee/{manager}" for manager in self._above(payee))

    def _streams_of(self, payee: str) -> Iterator[str]:
        yield f"payee/{payee}"
        yield from self._concerned.get(payee, ())

    def _above(self, payee: str) -> set[str]:
        """Everybody whom a payee reported to at any time, all the way up."""
        return _reached(self._managers, payee)

    def _below(self, payee: str) -> set[str]:
        """Everybody who reported to a payee at any time, all the way down."""
        reports: dict[str, set[str]] = defaultdict(set)
        for each, managers in self._managers.items():
            for manager in managers:
                reports[manager].add(each)
        return _reached(reports, payee)

    @cached_property
    def _managers(self) -> Mapping[str, set[str]]:
        return {
            payee: {each.manager for each in positions if each.manager is not None}
            for payee, positions in self.world.people.positions.items()
        }

    @cached_property
    def _credited_on(self) -> Mapping[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for deal, payee in self.world.credits.select("deal", "payee").iter_rows():
            found[deal].add(payee)
        return found

    @cached_property
    def _say_in(self) -> Mapping[str, set[str]]:
        """Deal to the leads that have a say in it, and to its customer."""
        found: dict[str, set[str]] = defaultdict(set)
        for deal, lead in _deal_leads(self.world).iter_rows():
            found[deal].add(f"lead/{lead}")
        owned = self.world.signings.select("deal", "customer").drop_nulls()
        for deal, customer in owned.iter_rows():
            found[deal].add(f"customer/{customer}")
        return found

    @cached_property
    def _concerned(self) -> Mapping[str, set[str]]:
        """Payee to every deal, lead and customer they are credited for, found or took part in."""
        found: dict[str, set[str]] = defaultdict(set)
        for stream, payee in _takings(self.world).iter_rows():
            found[payee].add(stream)
        for deal, payees in self._credited_on.items():
            for payee in payees:
                found[payee] |= {f"deal/{deal}", *self._say_in.get(deal, ())}
        leads = self.world.leads.select("lead", "payee").drop_nulls()
        for lead, payee in leads.iter_rows():
            found[payee].add(f"lead/{lead}")
        for deal, payee in (
            _deal_leads(self.world).join(leads, on="lead").select("deal", "payee").iter_rows()
        ):
            found[payee].add(f"deal/{deal}")
        return found


def _takings(world: World) -> pl.DataFrame:
    """What payees did by themselves or together, `stream, payee`: touches, awards, parts taken."""
    alone = world.facts.filter(
        pl.col("type").is_in(["touch-recorded", "participation-declared", "referral-made"])
    ).select("stream", "payee")
    together = (
        world.facts.filter(pl.col("payees").is_not_null())
        .select("stream", payee="payees")
        .explode("payee")
    )
    return pl.concat([alone, together]).drop_nulls()


def _deal_leads(world: World) -> pl.DataFrame:
    """Every lead that has a say in a deal: named, or of the same customer."""
    named = world.signings.select("deal", "lead").drop_nulls()
    of_customer = world.signings.select("deal", "customer").join(
        world.leads.select("customer", "lead"), on="customer"
    )
    return pl.concat([named, of_customer.select("deal", "lead")])


def _reached(steps: Mapping[str, set[str]], start: str) -> set[str]:
    """Everybody who is reached from somebody by steps, themselves left out."""
    found, waiting = set[str](), [start]
    while waiting:
        further = steps.get(waiting.pop(), set()) - found
        found |= further
        waiting += further
    return found - {start}
