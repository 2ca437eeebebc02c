"""The seeds' plan as its YAML parses, and plans that differ from it in every place that counts."""

from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

PlanDocument = dict[str, Any]

SEED_PLAN: PlanDocument = {
    "plan": "seed-4-2-5",
    "version": 1,
    "effective_from": "2026-01-01",
    "currency": "CNY",
    "period": "month",
    "time_zone": "Asia/Shanghai",
    "rounding": "half-even",
    "components": [
        {
            "id": "marketing-commission",
            "kind": "commission",
            "credits": "marketing",
            "source": "marketing",
            "rate": "4%",
        },
        {
            "id": "sales-commission",
            "kind": "commission",
            "credits": "sales",
            "source": "marketing",
            "rate": "2%",
        },
        {
            "id": "self-sourced",
            "kind": "commission",
            "credits": "sales",
            "source": "self",
            "rate": "5%",
        },
        {
            "id": "valid-lead-points",
            "kind": "points",
            "credits": "marketing",
            "on": "lead-qualified",
            "points": 10,
            "value": {"amount": "5.00", "currency": "CNY"},
        },
        {
            "id": "collaboration",
            "kind": "award",
            "on": "joint-signing-confirmed",
            "amount": {"amount": "200.00", "currency": "CNY"},
            "cap": {"per": "month", "amount": {"amount": "2000.00", "currency": "CNY"}},
        },
    ],
    "gates": [
        {
            "id": "marketing-conversion",
            "applies_to": ["marketing-commission"],
            "count": "flow",
            "window": "month",
            "threshold": "30%",
            "inclusive": True,
            "zero_qualified": "open",
            "missed": "lost",
        }
    ],
}


def vary_plan(
    *,
    rates: dict[str, str] | None = None,
    components: dict[str, dict[str, Any]] | None = None,
    gate: dict[str, Any] | None = None,
    **top: Any,
) -> PlanDocument:
    """The seeds' plan with other rates, component fields, gate fields ({} removes the gate)
    or top-level fields. A component field of None is taken out.
    """
    plan = deepcopy(SEED_PLAN) | top
    changes = {name: {"rate": rate} for name, rate in (rates or {}).items()} | (components or {})
    varied = [component | changes.get(component["id"], {}) for component in plan["components"]]
    plan["components"] = [
        {name: value for name, value in component.items() if value is not None}
        for component in varied
    ]
    if gate is not None:
        plan["gates"] = [plan["gates"][0] | gate] if gate else []
    return plan


RATES = st.sampled_from(["4%", "2%", "5%", "6%", "0.5%", "1/3", "33.33%", "0.04"])
GATES: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}),
    st.fixed_dictionaries(
        {
            "window": st.sampled_from(["month", "month", "quarter", "year"]),
            "threshold": st.sampled_from(["30%", "50%", "1/3", "100%", "0%"]),
            "inclusive": st.booleans(),
            "zero_qualified": st.sampled_from(["open", "closed"]),
            "missed": st.sampled_from(["lost", "deferred"]),
            "applies_to": st.sampled_from(
                [["marketing-commission"], ["marketing-commission", "sales-commission"]]
            ),
        }
    ),
)
AWARDS = {
    "CNY": st.sampled_from(["200.00", "0.01", "100.01", "33.33"]),
    "JPY": st.sampled_from(["200", "1", "101"]),
}
CAPS = {"CNY": ["2000.00", "250.00", "0.01", None], "JPY": ["2000", "250", "1", None]}
WINDOWS_START = {
    "month": [f"{month:02}" for month in range(1, 13)],
    "quarter": ["01", "04", "07", "10"],
    "year": ["01"],
}
OTHER_CLASSES = st.lists(st.sampled_from(["partner", "house"]), unique=True, max_size=2)


@st.composite
def plans(
    draw: st.DrawFn, *, name: str, version: int, effective_from: str, zone: str, currency: str
) -> PlanDocument:
    """A lintable plan version; one that cuts a period or a window says how they go on."""
    digits = "JPY" if currency == "JPY" else "CNY"
    cap = draw(st.sampled_from(CAPS[digits]))
    money = {"amount": draw(AWARDS[digits]), "currency": currency}
    most = cap and {"per": "month", "amount": {"amount": cap, "currency": currency}}
    gate = draw(GATES)
    plan = vary_plan(
        rates={
            "marketing-commission": draw(RATES),
            "sales-commission": draw(RATES),
            "self-sourced": draw(RATES),
        },
        components={
            "collaboration": {"amount": money, "cap": most},
            "valid-lead-points": {
                "points": draw(st.sampled_from([10, 1, 3])),
                "value": {"amount": draw(AWARDS[digits]), "currency": currency},
                "credits": draw(st.sampled_from(["marketing", "marketing", "sales"])),
            },
        },
        gate=gate,
        plan=name,
        version=version,
        effective_from=effective_from,
        time_zone=zone,
        currency=currency,
        rounding=draw(st.sampled_from(["half-even", "half-up", "half-down"])),
    )
    for source in draw(OTHER_CLASSES):
        plan["components"].append(
            {"id": source, "kind": "commission", "credits": "sales", "source": source, "rate": "1%"}
        )
    cuts = gate and effective_from[5:7] not in WINDOWS_START[gate["window"]]
    if cuts or not effective_from.endswith("-01"):
        plan["mid_period"] = draw(st.sampled_from(["carry", "split"]))
    return plan
