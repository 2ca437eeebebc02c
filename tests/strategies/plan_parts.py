"""Parts of plans: every kind of component with its options, and what it reads.

Each function takes a `pick`, which draws one of each of some choices; the first are the simplest.
"""

from collections.abc import Callable, Sequence
from typing import Any

from tests.strategies.records import Value

Part = dict[str, Any]
Pick = Callable[..., list[Any]]

RATES = ["10%", "1/3", "5%", "0.5%", "33.33%"]
RISING = [("5%", "10%"), ("0%", "10%"), ("1/3", "50%")]
BOUNDS = ["500", "1000", "100.01"]
WINDOWS = ["month", "quarter", "year"]
WHERES = [
    *[None] * 20,
    'product is "Cloud"',
    "amount is at least 1000.00",
    "amount is less than 1000.00 and business is first",
    "term is at least 12 or kind is upsell",
    "not (customer type is known)",
    'class is one of self, marketing and region is not "north"',
    "margin is from 10% up to 25%",
]
ATTRIBUTES = {"region": "text", "margin": "rate"}


def cny(amount: str) -> Value:
    return {"amount": amount, "currency": "CNY"}


def present(**fields: Any) -> Part:
    """Fields without those of None."""
    return {name: value for name, value in fields.items() if value is not None}


def credit(pick: Pick) -> Part:
    """Who is paid for which deals."""
    role, source, where = pick(
        ["sales", "sales", "sales", "marketing"], [None, None, None, "self", "marketing"], WHERES
    )
    return present(credits=role, source=source, where=where)


def cap(pick: Pick) -> Part | None:
    given, per, amount = pick(
        [False, False, True], ["month", "deal", "quarter", "year"], ["10.00", "50.00", "0.01"]
    )
    return {"per": per, "amount": cny(amount)} if given else None


def commission(pick: Pick) -> Part:
    return present(**credit(pick), rate=pick(RATES)[0], cap=cap(pick))


def tiered(pick: Pick) -> Part:
    credited = credit(pick)
    by, mode, window, bound, rates, money = pick(
        ["amount", "attainment", "deals"],
        ["marginal", "retroactive"],
        ["month", "deal", "quarter", "year"],
        BOUNDS,
        RISING,
        [False, True],
    )
    if by != "amount" and window == "deal":
        window = "month"
    middle = {"amount": bound, "attainment": "80%", "deals": "1"}[by]
    low: Part = {"from": "0", "to": middle}
    high: Part = {"from": middle}
    if by == "deals" and money:
        low["amount"], high["amount"] = cny("10.01"), cny("20.00")
    else:
        low["rate"], high["rate"] = rates
    table = {"by": by, "mode": mode, "rows": [low, high]}
    quota = None
    if by == "attainment":
        quota = pick(["value", "some-value"])[0]
        if mode == "marginal":  # its conditions are those of the measure
            quota, credited = "value", {"credits": "sales"}
    return present(**credited, window=window, quota=quota, table=table, cap=cap(pick))


def matrix(pick: Pick) -> Part:
    axes = [
        {"by": "amount", "from": ["0", "1000"]},
        {"by": "product", "of": ["Cloud", "*"]},
        {"by": "term", "from": ["0", "12"]},
        {"by": "attainment", "from": ["0", "80%"]},
        {"by": "customer type", "of": ["school", "bank"]},
        {"by": "margin", "from": ["0", "20%"]},
        {"by": "region", "of": ["*", "north"]},
    ]
    rows, step = pick(range(len(axes)), range(1, len(axes)))
    columns = (rows + step) % len(axes)
    rates = [["1%", "2%"], ["1/3", "10%"]]
    table = {"rows": axes[rows], "columns": axes[columns], "rates": rates}
    by_attainment = "attainment" in (axes[rows]["by"], axes[columns]["by"])
    quota = pick(["value", "cash"])[0] if by_attainment else None
    return present(**credit(pick), table=table, quota=quota, cap=cap(pick))


def override(pick: Pick) -> Part:
    basis, below, count, rate = pick(["gross", "net"], [None, "10%"], [1, 2, 3], RATES)
    levels = [{"above": n + 1, "rate": rate if n % 2 == 0 else "7%"} for n in range(count)]
    ladder = {"levels": levels, "basis": basis, "below": below if basis == "net" else None}
    return present(**credit(pick), **ladder, cap=cap(pick))


def overlay(pick: Pick) -> Part:
    part, source, where, rate, pool, per = pick(
        [None, "presales"], [None, "self", "marketing"], [*WHERES[:6], WHERES[21]], RATES,
        [None, "50.00", "100.01"], ["deal", "month", "quarter"],
    )  # fmt: skip
    most = {"per": per, "amount": cny(pool)} if pool else None
    return present(part=part, source=source, where=where, rate=rate, pool=most, cap=cap(pick))


def points(pick: Pick) -> Part:
    side, count = pick(["marketing", "marketing", "sales"], [10, 1, 3])
    return {"credits": side, "on": "lead-qualified", "points": count, "value": cny("0.33")}


def award(pick: Pick) -> Part:
    on, shared = pick(["referral-made", "joint-signing-confirmed"], ["both", "referrer"])
    shared = shared if on == "referral-made" else "both"
    return present(on=on, shared=shared, amount=cny("10.01"), cap=cap(pick))


def flat(pick: Pick) -> Part:
    on, once, of, limited, per, count = pick(
        ["deal-signed", "touch-recorded", "lead-qualified"], ["each", "lead", "customer"],
        [None, "meeting"], [False, False, True], WINDOWS, [1, 2, 0],
    )  # fmt: skip
    limit = {"per": per, "count": count} if limited else None
    bound = cap(pick)
    common = {"on": on, "amount": cny("10.01"), "limit": limit, "cap": bound}
    if on == "deal-signed":
        return present(**credit(pick), **common)
    if bound and bound["per"] == "deal":
        bound["per"] = "month"
    if on == "lead-qualified":
        return present(credits=pick(["marketing", "sales"])[0], **common)
    return present(credits="doer", once=once, of=of, **common)


def spiff(pick: Pick) -> Part:
    day, until, first, most, amount = pick(
        ["2026-01-01", "2026-02-01"], ["2026-03-01", "2026-04-15"], [None, 1, 2],
        [None, "15.00"], ["10.01", None],
    )  # fmt: skip
    pays: Part = {"amount": cny(amount)} if amount else {"rate": "10%"}
    ceiling = cny(most) if most else None
    return {"from": day, "to": until, **present(**credit(pick), **pays, first=first, most=ceiling)}


def rows(pays: str, low: str, high: str, last: str | None = None) -> list[Part]:
    first = {"from": "0", "to": "80%", pays: low}
    return [first, {"from": "80%", pays: high, **({"to": last} if last else {})}]


PAYOUTS: list[Part] = [
    {"mode": "retroactive", "rows": rows("times", "1", "1.6")},
    {"mode": "marginal", "rows": rows("times", "50%", "2")},
    {"mode": "highest", "rows": rows("pays", "0%", "100%")},
    {"mode": "interpolated", "rows": rows("pays", "20%", "80%", "120%")},
]
QUOTAS = ["value", "deals", "leads", "touches", "cash", "metric"]


def bonus(pick: Pick) -> Part:
    quota, payout, most = pick(QUOTAS, PAYOUTS, [None, "100%"])
    return present(**paid_for_windows(pick), quota=quota, payout=payout, most=most)


def paid_for_windows(pick: Pick) -> Part:
    window, paid, against, prorate, own = pick(
        WINDOWS[:2] + WINDOWS, ["at-end", "to-date"], ["window", "months-so-far"], ["none", "days"],
        [None, None, "training"],
    )  # fmt: skip
    return present(
        window=window,
        target=cny("100.01"),
        own=own,
        paid=paid,
        against=against if paid == "to-date" else None,
        prorate=prorate,
    )


def scorecard(pick: Pick) -> Part:
    first, second, payout, other, needs = pick(QUOTAS, QUOTAS, PAYOUTS, PAYOUTS, [False, True])
    linked = {"needs": first, "at_least": "50%"} if needs else {}
    cards = [
        {"quota": first, "weight": "1/3", "payout": payout},
        {"quota": second, "weight": "2/3", "payout": other, **linked},
    ]
    return {**paid_for_windows(pick), "cards": cards}


def bound(pick: Pick) -> Part:
    window, prorate, amount = pick(WINDOWS, ["none", "days"], ["1.00", "5.00", "50.00"])
    return {"window": window, "prorate": prorate, "amount": cny(amount)}


def guarantee(pick: Pick) -> Part:
    basis, months, own = pick(["top-up", "on-top"], [None, 2, 1], [None, None, "training"])
    return present(**bound(pick), basis=basis, months=months, own=own)


def clawback(pick: Pick) -> Part:
    takes, unit, within, first_day = pick(
        ["unserved", "unserved", "all"], ["months", "days"], [True, True, None],
        ["counts", "does-not-count"],
    )  # fmt: skip
    days = unit == "days"
    term = (45 if days else 2) if within else None
    return present(takes=takes, unit=unit, within=term, first_day=first_day if days else None)


KINDS: dict[str, Callable[[Pick], Part]] = {
    "commission": commission,
    "tiered": tiered,
    "matrix": matrix,
    "override": override,
    "overlay": overlay,
    "points": points,
    "award": award,
    "flat": flat,
    "spiff": spiff,
    "bonus": bonus,
    "scorecard": scorecard,
    "guarantee": guarantee,
    "ceiling": bound,
    "clawback": clawback,
}
OVER_OTHERS: dict[str, Sequence[str]] = {
    "clawback": ("commission", "matrix"),
    "guarantee": tuple(list(KINDS)[:11]),
    "ceiling": tuple(list(KINDS)[:11]),
}
"""Kinds that apply to other components, and to which."""
