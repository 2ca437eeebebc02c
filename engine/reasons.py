"""Reasons: sentences that rest on other sentences and on facts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from engine.repairs import Name
from engine.world import World
from schemas.calendar import PayoutPeriod
from schemas.rates import figure_text
from schemas.recorded import instant
from schemas.values import amount_text


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence, the facts it was read from, and the reasons below it.

    `amount` is what a reason contributes to the line, in minor units, where it contributes.
    """

    text: str
    facts: tuple[Name, ...] = ()
    below: tuple["Reason", ...] = ()
    amount: int | None = None

    def document(self) -> dict[str, Any]:
        """The reason as JSON: text, facts, below."""
        return {
            "text": self.text,
            "facts": [{"source": source, "id": id_} for source, id_ in self.facts],
            "below": [reason.document() for reason in self.below],
        }

    def lines(self, depth: int = 0) -> Iterator[tuple[int, str]]:
        """Every sentence with its depth, the topmost first."""
        yield depth, self.text
        for reason in self.below:
            yield from reason.lines(depth + 1)


def day(at: int, world: World) -> str:
    """The local date and time of an instant (microseconds UTC) in the zone of the rules."""
    local = instant(at).astimezone(world.rules.zone)
    return local.strftime("%Y-%m-%d") if not _has_time(local) else local.strftime("%Y-%m-%d %H:%M")


def _has_time(local: Any) -> bool:
    return bool(local.hour or local.minute or local.second)


def fact_reasons(world: World, names: Sequence[Name]) -> tuple[Reason, ...]:
    """One reason a fact, saying what it reports; in order of effect, then rules and repairs."""
    if not names:
        return ()
    wanted = pl.DataFrame(list(names), schema=["source", "id"], orient="row")
    facts = world.facts.join(wanted, on=["source", "id"], how="semi").sort("order")
    told = [
        Reason(_said(row, world), ((row["source"], row["id"]),))
        for row in facts.iter_rows(named=True)
    ]
    others = sorted(set(names) - {name for reason in told for name in reason.facts})
    return (*told, *(Reason(_other(name, world), (name,)) for name in others))


def _other(name: Name, world: World) -> str:
    """What a record does that is no fact about a lead or a deal: a rule, a repair."""
    source, id_ = name
    for version in world.rules.named.values():
        if (version.source, version.id) == name:
            starts = day(version.starts, world)
            return f"{starts}  plan {version.plan.name} published (record {id_} of {source})"
    told = _of_people(world).get(name)
    if told is not None:
        return f"{told} (fact {id_} of {source})"
    for (target_source, target_id), repair in world.repairs.corrected.items():
        if (repair.source, repair.id) == name:
            return f"fact {target_id} of {target_source} corrected (record {id_} of {source})"
    return f"record {id_} of {source}"


def _of_people(world: World) -> dict[Name, str]:
    """What facts about people report, by their names."""
    people, told = world.people, dict[int, str]()
    for payee, positions in people.positions.items():
        for each in positions:
            does = "is enrolled" if each.enrolled else "holds a position"
            above = f", reporting to {each.manager}" if each.manager is not None else ""
            told[each.fact] = f"{day(each.starts, world)}  {payee} {does}{above}"
    for payee, (at, fact) in people.left.items():
        told[fact] = f"{day(at, world)}  {payee} left"
    for (payee, measure), targets in people.targets.items():
        for target in targets:
            window = f"the {target.per} of {PayoutPeriod(target.period)}"
            told[target.fact] = f"target of {measure} set for {payee}, {window}"
    for (payee, metric), figures in people.figures.items():
        for figure in figures:
            when = day(figure.at, world)
            value = figure_text(figure.figure)
            told[figure.fact] = f"{when}  {metric} of {payee} reported as {value}"
    names = world.names.select("source", "id")
    return {(names.row(order)[0], names.row(order)[1]): text for order, text in told.items()}


def _said(row: dict[str, Any], world: World) -> str:
    when, kind = day(row["effective_at"], world), row["type"]
    key = f"fact {row['id']} of {row['source']}"
    match kind:
        case "lead-created":
            by = row["payee"] or "nobody"
            side = row["side"] or "marketing"
            customer = "" if row["customer"] is None else f" of {row['customer']}"
            what = f"lead {row['lead']}{customer} created by {by} for {side}"
        case "deal-signed":
            signers = ", ".join(_signer(signer) for signer in row["signed_by"]) or "nobody"
            what = f"deal {row['deal']} signed by {signers} for {money(row)}"
        case "contract-amended":
            value = f", worth {money(row)} after it" if row["amount"] is not None else ""
            what = f"contract of deal {row['deal']} amended: {row['kind']}{value}"
        case "joint-signing-confirmed":
            what = f"deal {row['deal']} signed together by {', '.join(row['payees'])}"
        case "payment-received" | "refund-issued":
            moved = "paid by the customer" if kind == "payment-received" else "given back"
            what = f"{money(row)} {moved} for deal {row['deal']}"
        case "milestone-reached":
            what = f"deal {row['deal']} reached {row['kind']}"
        case "participation-declared":
            part = "" if row["kind"] is None else f" as {row['kind']}"
            what = f"{row['payee']} took part in deal {row['deal']}{part}"
        case "referral-made" | "touch-recorded":
            what = _between(row)
        case _:
            what = f"lead {row['lead']} {str(kind).removeprefix('lead-')}"
    return f"{when}  {what} ({key})"


def _between(row: dict[str, Any]) -> str:
    """A referral or a touch: who, of what, to whom."""
    about = str(row["stream"]).replace("/", " ")
    if row["type"] == "referral-made":
        return f"{row['payee']} referred {about} to {row['payees'][1]}"
    return f"{row['kind'] or 'touch'} of {about} by {row['payee'] or 'nobody'}"


def _signer(signer: dict[str, Any]) -> str:
    share = "" if signer["num"] == signer["den"] else f" {signer['num']}/{signer['den']}"
    return f"{signer['payee']}{share}"


def money(row: dict[str, Any]) -> str:
    """The amount and currency of a fact."""
    return f"{amount_text(row['amount'], row['currency'])} {row['currency']}"
