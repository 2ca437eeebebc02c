"""Why not: for a payee who expected a line, what stands between them and it."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from engine.earned import earned
from engine.exchange import factor
from engine.explanations.asked import Asked, Books
from engine.explanations.conditions import unmet
from engine.explanations.gates import gate_reason, gates_of
from engine.explanations.passed_over import passed_over_reasons
from engine.explanations.sources import source_reason
from engine.explanations.words import listed, money, month_name
from engine.ground import layer_credits, paid_under
from engine.hierarchy import deciding_at
from engine.reasons import Reason, day
from engine.rulebook import Version
from engine.why_nothing import why_nothing
from engine.world import World
from engine.zones import month
from schemas.calendar import midnight
from schemas.plans import (
    Award,
    Coefficient,
    Commission,
    Component,
    Flat,
    Instalments,
    MatrixCommission,
    Overlay,
    Override,
    Spiff,
    Tiered,
)
from schemas.rates import rate_text
from schemas.recorded import microseconds

Row = Mapping[str, Any]
Credited = Commission | Tiered | MatrixCommission | Flat | Spiff


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
        yield Reason(f"No: {payee} has no credit on it; credited are {listed(everyone)}")
    in_order = paid_under(credited, world, "opened_at").sort("layer", "role", "source")
    for row in in_order.iter_rows(named=True):
        yield _credit(row, world)
    yield from _beside(payee, source, world)
    lines = earned(world).filter(pl.col("deal") == deal, pl.col("payee") == payee)
    for line in lines.sort("period", "component", "plan", "source", "fact").iter_rows(named=True):
        amount = money(line["amount"], line["currency"])
        yield Reason(f"Earned in {month_name(line['period'])}: {amount} for {line['component']}")


def _credit(row: Row, world: World) -> Reason:
    payee, role, source = row["payee"], row["role"], row["source"]
    text = (
        f"Credited in class {source} on the {role} side, {row['weight']}/{row['whole']} of the deal"
    )
    version = world.rules.named.get(row["plan"]) if row["plan"] is not None else None
    if version is None:
        why = f"No: {payee} is under no plan at the date of that layer"
        return Reason(text, (), (Reason(why),))
    parts = [part for part in version.plan.components if _pays_for(part, role, source)]
    if not parts:
        why = f"No: plan {version.plan.name} has no commission for {role} in class {source}"
        return Reason(text, (), (Reason(why),))
    return Reason(text, (), tuple(_component(row, world, version, part) for part in parts))


def _pays_for(part: Component, role: str, source: str) -> bool:
    """Whether a component pays for credits of a role and class."""
    of_deals = not isinstance(part, Flat) or part.on == "deal-signed"
    return (
        isinstance(part, Credited)
        and of_deals
        and part.credits == role
        and part.source in (None, source)
    )


def _component(row: Row, world: World, version: Version, part: Component) -> Reason:
    """What a component of the payee's plan says about a credit."""
    refused = _refused(row, world, version, part)
    if refused is not None:
        return refused
    currency, opened_at = row["currency"], row["opened_at"]
    fixed = isinstance(part, Flat) or (isinstance(part, Spiff) and part.amount is not None)
    if not fixed and factor(world.rules, version.plan, currency, opened_at) is None:
        pair = f"{currency} to {version.plan.currency}"
        return Reason(f"No: no rate of exchange from {pair} was published for the layer's date")
    dated = int(pl.select(month(pl.lit(opened_at), version.plan.zone)).item())
    asked = _asked(row, world, version, (part, dated))
    if isinstance(part, Commission):
        text = f"Component {part.id} of {version.plan.name} applies: {rate_text(part.rate)}"
        bound = part.cap is not None or _is_bounded(version, part)
        shut = tuple(gate_reason(asked, gate, dated) for gate in gates_of(asked))
        return Reason(text, (), why_nothing(asked) if bound else shut)
    text = f"Component {part.id} of {version.plan.name} applies"
    return Reason(text, (), why_nothing(asked))


def _is_bounded(version: Version, part: Component) -> bool:
    """Whether more than gates stands between a commission and its line."""
    plan = version.plan
    several: list[Coefficient | Instalments] = [*plan.coefficients, *plan.instalments]
    return plan.leaving is not None or any(part.id in each.applies_to for each in several)


def _refused(row: Row, world: World, version: Version, part: Component) -> Reason | None:
    """Why a component does not pay for the layer, None where it does."""
    where = getattr(part, "where", None)
    if where is not None:
        failed = unmet(where, pl.DataFrame([row]), world, version)
        if failed:
            return Reason(f"No: {part.id} asks that {where}; not so: {'; '.join(failed)}")
    signings = world.signings["signing"].to_list()
    if isinstance(part, Flat | Spiff) and row["layer"] not in signings:
        return Reason(f"No: {part.id} pays for signings alone, not for what is added later")
    if isinstance(part, Spiff):
        bounds = (microseconds(midnight(at, version.plan.zone)) for at in (part.starts, part.ends))
        starts, ends = bounds
        if not starts <= row["opened_at"] < ends:
            return Reason(
                f"No: {part.id} is for deals signed from {part.starts} up to {part.ends}, and this "
                f"one was signed on {day(row['opened_at'], world)}"
            )
    return None


def _asked(row: Row, world: World, version: Version, of: tuple[Component, int]) -> Asked:
    """The line that a credit would have."""
    part, dated = of
    source, id_ = world.names.select("source", "id").row(row["layer"])
    line = {
        "payee": row["payee"],
        "subject": f"deal/{row['deal']}",
        "deal": row["deal"],
        "fact_source": source,
        "fact_id": id_,
        "component": part.id,
        "source": row["source"],
        "role": row["role"],
        "plan": version.plan.name,
        "currency": version.plan.currency,
        "dated": dated,
    }
    return Asked(
        line, Books.of(world, version, max(dated, _last_month(world, version))), version, part
    )


def _last_month(world: World, version: Version) -> int:
    """The payout period of the last fact."""
    return int(pl.select(month(pl.lit(world.last_at), version.plan.zone)).item())


def _beside(payee: str, source: Row, world: World) -> Iterator[Reason]:
    """What a payee's plan pays beside the split: who is above, who took part or worked together."""
    at = int(source["signed_at"])
    version = world.rules.version_at(payee, at)
    for part in version.plan.components if version is not None else ():
        if isinstance(part, Override):
            yield from _not_above(payee, source, part, world)
        elif isinstance(part, Overlay):
            yield from _not_taking_part(payee, source, part, world)
        elif isinstance(part, Award):
            over = passed_over_reasons(source["deal"], part.on, world, payee=payee)
            yield from (Reason(f"No {part.id}: {why.text}", why.facts) for why in over)


def _not_above(payee: str, source: Row, part: Override, world: World) -> Iterator[Reason]:
    """That nobody who is credited reports to the payee within the levels paid."""
    deal, at = source["deal"], int(source["signed_at"])
    mine = (pl.col("deal") == deal) & (pl.col("role") == part.credits)
    credited = world.credits.filter(mine)["payee"].unique().sort().to_list()
    if payee in credited:
        yield Reason(f"No: {part.id} pays managers, and {payee} is credited on the deal already")
        return
    ladders = [_ladder(name, at, len(part.levels), world) for name in credited]
    if not any(payee in ladder for ladder in ladders):
        told = "; ".join(" reports to ".join(ladder) for ladder in ladders)
        yield Reason(
            f"No: {part.id} pays {len(part.levels)} levels above who is credited, and {payee} was "
            f"on none at the signing: {told or 'nobody is credited'}"
        )


def _ladder(payee: str, at: int, levels: int, world: World) -> list[str]:
    climbed = [payee]
    for _ in range(levels):
        deciding = deciding_at(world.people.positions.get(climbed[-1], ()), at)
        if deciding is None or deciding.manager is None or deciding.manager in climbed:
            break
        climbed.append(deciding.manager)
    return climbed


def _not_taking_part(payee: str, source: Row, part: Overlay, world: World) -> Iterator[Reason]:
    """That the payee did not declare the part that an overlay pays for."""
    declared = world.facts.filter(
        pl.col("type") == "participation-declared",
        pl.col("deal") == source["deal"],
        pl.col("payee") == payee,
    )
    if part.part is not None:
        declared = declared.filter(pl.col("kind") == part.part)
    if declared.is_empty():
        which = "" if part.part is None else f" as {part.part}"
        yield Reason(f"No: {part.id} pays who took part{which}, and {payee} declared nothing of it")
    elif part.source not in (None, source["source"]):
        yield Reason(f"No: {part.id} is for deals of class {part.source}")
