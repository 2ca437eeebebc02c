"""Why not: for a payee who expected a line on a deal, what stands between them and it."""

from collections.abc import Iterator

import polars as pl

from engine.earned import earned
from engine.explain import source_reason
from engine.explain_gates import gate_reason, gates_of
from engine.ground import layer_credits, paid_under
from engine.reasons import Reason
from engine.rulebook import Version
from engine.world import World
from engine.zones import month
from schemas.calendar import PayoutPeriod
from schemas.plans import Commission
from schemas.rates import rate_text
from schemas.values import amount_text


def why_not(payee: str, deal: str, world: World) -> Reason:
    """What every step from deal to line says about a payee: signing, source, split, plan, gate."""
    return Reason(f"What {payee} is paid on deal {deal}", (), tuple(_steps(payee, deal, world)))


def _steps(payee: str, deal: str, world: World) -> Iterator[Reason]:
    told = world.sources.filter(pl.col("deal") == deal)
    if told.is_empty():
        yield Reason(f"No: no live signing of deal {deal} is known, so it has no value")
        return
    [source] = told.iter_rows(named=True)
    yield source_reason(source, world)
    credited = layer_credits(world).filter(pl.col("deal") == deal, pl.col("payee") == payee)
    if credited.is_empty():
        everyone = world.credits.filter(pl.col("deal") == deal)["payee"].unique().sort().to_list()
        yield Reason(
            f"No: {payee} has no credit on it; credited are {', '.join(everyone) or 'nobody'}"
        )
        return
    for row in paid_under(credited, world, "opened_at").iter_rows(named=True):
        yield _credit(row, world)
    lines = earned(world).filter(pl.col("deal") == deal, pl.col("payee") == payee)
    for line in lines.sort("period", "component").iter_rows(named=True):
        amount = f"{amount_text(line['amount'], line['currency'])} {line['currency']}"
        yield Reason(f"Earned in {PayoutPeriod(line['period'])}: {amount} for {line['component']}")


def _credit(row: dict[str, object], world: World) -> Reason:
    payee, role, source = str(row["payee"]), str(row["role"]), str(row["source"])
    text = (
        f"Credited in class {source} on the {role} side, {row['weight']}/{row['whole']} of the deal"
    )
    version = world.rules.named.get(str(row["plan"])) if row["plan"] is not None else None
    if version is None:
        why = f"No: {payee} is under no plan at the date of that layer"
        return Reason(text, (), (Reason(why),))
    parts = [
        part
        for part in version.plan.components
        if isinstance(part, Commission) and part.credits == role and part.source == source
    ]
    if not parts:
        why = f"No: plan {version.plan.name} has no commission for {role} in class {source}"
        return Reason(text, (), (Reason(why),))
    return Reason(text, (), tuple(_component(row, world, version, part) for part in parts))


def _component(row: dict[str, object], world: World, version: Version, part: Commission) -> Reason:
    currency, opened_at = str(row["currency"]), row["opened_at"]
    assert isinstance(opened_at, int)
    if world.rules.rate_at(currency, version.plan.currency, opened_at) is None:
        pair = f"{currency} to {version.plan.currency}"
        return Reason(f"No: no rate of exchange from {pair} was published for the layer's date")
    fact = world.facts.filter(pl.col("order") == row["layer"])
    dated = fact.select(month(pl.lit(opened_at), version.plan.zone)).item()
    line = {
        "payee": row["payee"],
        "component": part.id,
        "period": dated,
        "fact_source": fact["source"][0],
        "fact_id": fact["id"][0],
    }
    gates = gates_of(line, version.plan)
    shut = tuple(gate_reason(line, world, version.plan, gate) for gate in gates)
    rate = rate_text(part.rate)
    return Reason(f"Component {part.id} of {version.plan.name} applies: {rate}", (), shut)
