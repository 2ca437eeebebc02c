"""Awards: 200.00 a deal in equal parts, 2,000.00 a payee and month at most, in order of effect."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from bench.company import START
from bench.peers.contracts import Layer, period_of
from bench.peers.lines import Line
from bench.peers.projection import Deal, Fact

_WORTH, _CAP = 20_000, 200_000


@dataclass(slots=True)
class _Award:
    deal: str
    fact: Fact
    signing: Fact
    part: int
    share: Fraction
    stands: dict[int, bool]  # from which period on


def award_lines(deals: Mapping[str, Deal], layers: Mapping[str, list[Layer]]) -> Iterator[Line]:
    shared: dict[tuple[str, int], list[_Award]] = defaultdict(list)
    for name, deal in deals.items():
        if not deal.joint or deal.joint[0].at < START:
            continue
        fact = deal.joint[0]
        month = period_of(fact.at)
        stands = _standing(layers[name], month)
        payees = sorted(fact.event.payees)
        least, left = divmod(_WORTH, len(payees))
        for seat, payee in enumerate(payees):
            share = Fraction(1, len(payees))
            award = _Award(name, fact, deal.signings[0], least + (seat < left), share, stands)
            shared[payee, month].append(award)
    for (payee, _), awards in shared.items():
        yield from _capped(payee, awards)


def _standing(layers: list[Layer], month: int) -> dict[int, bool]:
    periods = sorted({period for layer in layers for period in layer.history})
    stands: dict[int, bool] = {}
    for period in periods:
        told = [max((p for p in layer.history if p <= period), default=None) for layer in layers]
        values = [
            layer.history[p][0] for layer, p in zip(layers, told, strict=True) if p is not None
        ]
        stands[max(period, month)] = sum(values) > 0
    return stands


def _capped(payee: str, awards: list[_Award]) -> Iterator[Line]:
    awards.sort(key=lambda award: award.fact.order)
    before = [0] * len(awards)
    for period in sorted({period for award in awards for period in award.stands}):
        worth = [award.part if _stands(award, period) else 0 for award in awards]
        so_far = [min(total, _CAP) for total in accumulate(worth, initial=0)]
        for place, award in enumerate(awards):
            amount = so_far[place + 1] - so_far[place]
            if amount != before[place]:
                yield Line(
                    payee=payee,
                    period=period,
                    subject=f"deal/{award.deal}",
                    deal=award.deal,
                    fact=award.fact.names[0],
                    component="collaboration",
                    share=award.share,
                    amount=amount - before[place],
                    because=tuple(sorted((*award.fact.names, *award.signing.names))),
                )
            before[place] = amount


def _stands(award: _Award, period: int) -> bool:
    last = max((p for p in award.stands if p <= period), default=None)
    return last is not None and award.stands[last]
