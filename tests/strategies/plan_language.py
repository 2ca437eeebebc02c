"""Plans with every kind of component, and small histories that make their options matter."""

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

from tests.strategies.plan_parts import (
    ATTRIBUTES,
    KINDS,
    OVER_OTHERS,
    QUOTAS,
    WINDOWS,
    Part,
    cny,
    present,
)
from tests.strategies.plan_stories import Story
from tests.strategies.plans import PlanDocument
from tests.strategies.records import Record, decision, published

LATER_STARTS = ["2026-02-01", "2026-03-01", "2026-02-16", "2026-04-01"]
DECREASES = ["by-layer", "by-layer", "own-slice", "current-window"]
OF_MONEY = {"value", "some-value", "cash"}
CREDIT = {"credits", "source", "where"}
METRIC = {"id": "metric", "of": "metric", "metric": "training"}


class Author:
    """Draws plans, one choice after another; what fails shrinks to the first of each."""

    def __init__(self, choice: Callable[[Sequence[Any]], Any]) -> None:
        self.choice = choice

    def pick(self, *choices: Sequence[Any]) -> list[Any]:
        """One of each of some choices."""
        return [self.choice(among) for among in choices]

    def components(self, kinds: Sequence[str]) -> list[Part]:
        """One of each kind, before those that look at them; these bring something to look at."""
        found: list[Part] = []
        for kind in sorted(kinds, key=lambda kind: kind in OVER_OTHERS):
            wanted = OVER_OTHERS.get(kind, ())
            if wanted and not any(part["kind"] in wanted for part in found):
                found.append(self.base(kind, wanted[0]))
            part = {"id": kind, "kind": kind, **KINDS[kind](self.pick)}
            if wanted:
                part["applies_to"] = [other["id"] for other in found if other["kind"] in wanted]
            found.append(part)
        return found

    def base(self, over: str, kind: str) -> Part:
        """A component for another to look at; what a clawback keeps is mostly of every sale."""
        part = {"id": "base", "kind": kind, **KINDS[kind](self.pick)}
        if over == "clawback" and self.pick([True, True, True, False])[0]:
            return {"credits": "sales", **{key: part[key] for key in part if key not in CREDIT}}
        return part

    def targets(self) -> Part:
        """A measure and a quota of each kind; all quotas by the same conventions."""
        per, prorate, first_day, zero, ramp, season, over, plain, lower = self.pick(
            WINDOWS, ["none", "days", "months"], ["counts", "does-not-count"],
            ["reached", "missed"], [None, ["50%", "0%"]], [False, True], ["sum", "mean", "last"],
            [True, False], [None, None, True],
        )  # fmt: skip
        common = present(
            per=per,
            prorate=prorate,
            first_day=first_day if prorate == "days" else None,
            zero=zero,
            ramp=ramp,
            season=["20%", "30%", "50%"] if season and per == "quarter" else None,
        )
        where = None if plain else "term is known"
        measures = [
            {"id": "value", "of": "value", "credits": "sales"},
            {"id": "some-value", "of": "value", "credits": "sales", "where": "term is known"},
            present(id="deals", of="deals", credits="sales", where=where),
            {"id": "leads", "of": "qualified-leads"},
            {"id": "touches", "of": "touches", "kind": "meeting"},
            present(id="cash", of="cash", credits="sales", where=where),
            {**METRIC, "over": over},
        ]
        amount, count = self.pick(["1000.00", "0", "333.33"], ["2", "0", "1/3"])
        quotas = [
            {"id": name, "measure": name, **common}
            | ({"amount": cny(amount)} if name in OF_MONEY else {"count": count})
            | (present(lower_is_better=lower) if name == "metric" else {})
            for name in ("some-value", *QUOTAS)
        ]
        return {"measures": measures, "quotas": quotas}

    def bounds(self, components: Sequence[Part]) -> Part:
        """Coefficients, gates, instalments and leaving, each now and then."""
        paying = [part["id"] for part in components if part["kind"] not in OVER_OTHERS]
        of_deals = [
            part["id"]
            for part in components
            if part["kind"] in {*list(KINDS)[:5], "spiff"}
            or (part["kind"] == "flat" and part["on"] == "deal-signed")
        ]
        scaled, gated, split, leaving = self.pick(
            [False, False, True], [False, False, True], [False, False, True], [False, True]
        )
        found: Part = {}
        if scaled:
            found["coefficients"] = [coefficient(paying)]
        if gated:
            found["gates"] = [self.gate(paying)]
        if split and of_deals:
            found["instalments"] = [self.instalments(of_deals)]
        if leaving:
            deals, parts = self.pick(["lost", "earned"], ["lost", "earned"])
            found["leaving"] = {"later_deals": deals, "instalments": parts}
        return found

    def gate(self, paying: Sequence[str]) -> Part:
        count, window, threshold, inclusive, zero, missed = self.pick(
            ["attainment", "flow", "cohort"], WINDOWS, ["50%", "100%", "1/3"], [True, False],
            ["open", "closed"], ["lost", "deferred"],
        )  # fmt: skip
        gate = {
            "id": "gate",
            "applies_to": list(paying),
            "count": count,
            "window": window,
            "threshold": threshold,
            "inclusive": inclusive,
            "missed": missed,
        }
        if count == "attainment":
            return {**gate, "quota": self.pick(["value", "leads", "metric"])[0]}
        more = {"days": self.pick([0, 15])[0]} if count == "cohort" else {}
        return {**gate, **more, "zero_qualified": zero}

    def instalments(self, of_deals: Sequence[str]) -> Part:
        first, second, cash, months = self.pick(
            ["signing", "months", "cash"], ["milestone", "cash", "months"],
            ["in-proportion", "in-full"], [1, 2],
        )  # fmt: skip
        parts = [
            present(
                share=share,
                on=on,
                milestone="go-live" if on == "milestone" else None,
                months=months if on == "months" else None,
            )
            for share, on in (("1/3", first), ("2/3", second))
        ]
        waits = cash if "cash" in (first, second) else None
        return present(id="parts", applies_to=list(of_deals), parts=parts, cash=waits)

    def version(self, common: Part, kinds: Sequence[str], number: int) -> PlanDocument:
        """A version of a plan; a later one may split its windows."""
        components = self.components(kinds)
        start, mid_period, decreases = self.pick(LATER_STARTS, ["split", "carry"], DECREASES)
        own = {"version": number, "effective_from": start, "mid_period": mid_period,
               "decreases": decreases}  # fmt: skip
        first = {"version": 1, "effective_from": "2026-01-01", "mid_period": "carry"}
        return {
            **common,
            **(own if number > 1 else first),
            **self.targets(),
            **self.bounds(components),
            "components": components,
        }


def coefficient(applies_to: Sequence[str]) -> Part:
    rows = [
        {"from": "0", "to": "50", "times": "0%"},
        {"from": "50", "to": "100", "times": "90%"},
        {"from": "100", "times": "1"},
    ]
    scale = {"id": "training", "applies_to": list(applies_to), "metric": "training"}
    return {**scale, "missing": "60", "rows": rows}


def rules(author: Author, kinds: Sequence[str]) -> list[Record]:
    """One or two plans, the first with one to three versions, and who is assigned to which."""
    zone, year_starts, rounding, decreases, names, versions, exchange = author.pick(
        ["Asia/Shanghai", "America/New_York"], [1, 4, 2], ["half-even", "half-up", "half-down"],
        DECREASES, ["p", "p", "p", "pq"],
        [1, 1, 2, 3],
        [None, {"USD": "7"}],
    )  # fmt: skip
    common = {"currency": "CNY", "period": "month", "time_zone": zone, "year_starts": year_starts,
              "rounding": rounding, "decreases": decreases, "attributes": ATTRIBUTES}  # fmt: skip
    common = present(**common, exchange=exchange)
    written = [
        published(author.version({"plan": name, **common}, kinds, number))
        for name in names
        for number in range(1, (versions if name == "p" else 1) + 1)
    ]
    fields = {"base": "USD", "quote": "CNY", "rate": "64/9"}
    at = "2026-01-10T00:00:00+08:00"
    return [*written, decision("rate-of-exchange-published", "rate/USD-CNY", at, "usd", **fields)]


@st.composite
def plan_histories(draw: st.DrawFn, kinds: Sequence[str]) -> list[Record]:
    """Plans with a component of each of these kinds, and facts that they read."""
    author = Author(lambda among: draw(st.sampled_from(among)))
    written = rules(author, kinds)
    plans = sorted({record["data"]["plan"]["plan"] for record in written[:-1]})
    zone = written[0]["data"]["plan"]["time_zone"]
    story = Story(author.pick, zone, shrinks="clawback" in kinds)
    return [*written, *story.assignments(plans), *story.written()]
