"""Learned weights: trained, looked at beside what is paid, approved, activated."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer

from commands.handle import learn
from commands.weights import ActivateWeights, ApproveWeights, TrainWeights, UnknownWeights
from evenhand.archived import Archived
from evenhand.asking import known, zone
from evenhand.cli.options import By, Form, KnownAt, Log
from evenhand.cli.output import Format, say
from evenhand.cli.reports import To, report
from evenhand.crediting_files import read_model
from evenhand.times import instant_of, period_of
from evenhand.training_files import read_training
from evenhand.wiring import now, open_log, person
from replay.shadow import CURRENT, Candidate, shadows
from replay.training import trained
from schemas.crediting import Learned, Markov, PerJourney, Shapley
from schemas.errors import Malformed
from schemas.events.attribution import WeightsActivated, WeightsApproved, WeightsTrained
from schemas.json_text import parse_object
from schemas.policies import ByTouches
from schemas.recorded import microseconds
from schemas.values import amount_text

Name = Annotated[str, typer.Argument(metavar="NAME", help="What the weights are called.")]
Digest = Annotated[str, typer.Argument(metavar="DIGEST", help="As evenhand model train says it.")]


class PooledCannotShadow(Malformed):
    """A model over all journeys was to pay single deals without having been frozen."""

    code = "pooled-cannot-shadow"

    def __init__(self, model: str) -> None:
        self.model = model
        super().__init__(
            f"A period was to be paid in the shadow by {model}, which looks at all journeys and "
            "gives no deal its own shares. Learn weights by it (evenhand model train), and name "
            "them: --weights NAME@DIGEST."
        )


def train(
    file: Annotated[Path, typer.Argument(help="How weights are learned; YAML or JSON.")],
    matured_by: Annotated[
        str | None,
        typer.Option(metavar="WHEN", help="Journeys that were over then; default now."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show them.")] = False,
    log: Log = None,
    known_at: KnownAt = None,
    by: By = None,
    form: Form = Format.TABLE,
) -> None:
    """Learn weights of channels from journeys that are over; they pay nobody until active."""
    training = read_training(file)
    with open_log(log) as opened:
        told = known(opened, known_at, None)
        at = now() if matured_by is None else instant_of(matured_by, zone(opened))
        learned = trained(told.records, training, microseconds(at), person(by))
        if not dry_run:
            command = TrainWeights(trained=learned)
            id_ = f"weights-{learned.digest[:16]}"
            learn(Archived(opened), command, effective_at=now(), id_=id_, by=person(by))
    report(list(_rows(learned)), form, (), None)
    say(f"learned from {learned.journeys} journeys, {learned.conversions} of them signed")
    say(f"weights {learned.name} {learned.digest}, at position {learned.position}")


def _rows(learned: WeightsTrained) -> Iterator[dict[str, Any]]:
    for kind, weights in learned.weights.items():
        for channel, weight in weights.items():
            yield {"customer_type": kind, "channel": channel, "weight": f"{weight}/10000"}


def approve(name: Name, digest: Digest, log: Log = None, by: By = None) -> None:
    """Agree, as a second person, that weights may pay."""
    with open_log(log) as opened:
        archive = Archived(opened)
        whole = _whole(archive.columns(types=[WeightsTrained.type]), name, digest)
        event = WeightsApproved(name=name, digest=whole, by=person(by))
        command = ApproveWeights(approval=event)
        id_ = f"weights-{whole[:16]}-approved"
        learn(archive, command, effective_at=now(), id_=id_, by=person(by))
    say(f"weights {name} {event.digest[:16]} are approved by {person(by)}")


def activate(
    name: Name,
    digest: Digest,
    starts: Annotated[str, typer.Option("--from", help="A date or an instant.")],
    log: Log = None,
    by: By = None,
) -> None:
    """Let approved weights hold for deals signed from a date on."""
    with open_log(log) as opened:
        at = instant_of(starts, zone(opened))
        archive = Archived(opened)
        whole = _whole(archive.columns(types=[WeightsTrained.type]), name, digest)
        fields = {"name": name, "digest": whole, "from": at, "by": person(by)}
        event = WeightsActivated.model_validate(fields)
        before = len(archive.stream(f"weights/{name}"))
        id_ = f"weights-{whole[:16]}-active-{before + 1}"  # they may be activated again
        command = ActivateWeights(activation=event)
        learn(archive, command, effective_at=at, id_=id_, by=person(by))
    say(f"weights {name} {whole[:16]} hold for deals signed from {starts} on")


def _whole(records: pl.DataFrame, name: str, start: str) -> str:
    """The digest that begins so, of the weights that were trained under a name."""
    rows = records.filter(pl.col("type") == WeightsTrained.type)["state"].to_list()
    told = [WeightsTrained.model_validate(parse_object(row.encode())) for row in rows]
    known_digests = sorted({each.digest for each in told if each.name == name})
    found = [digest for digest in known_digests if digest.startswith(start)]
    if len(found) != 1:
        raise UnknownWeights(name, start, known_digests)
    return found[0]


def shadow(
    period: Annotated[str, typer.Argument(help="As in 2026-03.")],
    models: Annotated[
        list[Path] | None, typer.Option("--model", help="A crediting model; once for each.")
    ] = None,
    weights: Annotated[
        list[str] | None, typer.Option(metavar="NAME@DIGEST", help="Weights as if active.")
    ] = None,
    lookback_days: Annotated[int, typer.Option(min=1, max=3_650)] = 90,
    log: Log = None,
    known_at: KnownAt = None,
    form: Form = Format.TABLE,
    to: To = None,
) -> None:
    """What a period would pay under other crediting models, beside what it pays."""
    asked = period_of(period)
    with open_log(log) as opened:
        told = known(opened, known_at, None)
    candidates = {
        **dict(_of_model(path, lookback_days) for path in models or ()),
        **dict(_of_weights(text, lookback_days, told.records) for text in weights or ()),
    }
    found = shadows(told.records, asked, candidates)
    report(list(_moved(found, [CURRENT, *candidates])), form, (), to)


def _of_model(path: Path, lookback_days: int) -> tuple[str, Candidate]:
    model = read_model(path)
    if isinstance(model, Shapley | Markov):
        raise PooledCannotShadow(model.model)
    return model.name or path.stem, Candidate(credit=_by_touches(model, lookback_days))


def _of_weights(text: str, lookback_days: int, records: pl.DataFrame) -> tuple[str, Candidate]:
    name, _, start = text.partition("@")
    digest = _whole(records, name, start)
    model = Learned.model_validate({"model": "learned", "weights": name, "distinct": True})
    credit = _by_touches(model, lookback_days)
    return f"{name}@{digest[:8]}", Candidate(credit=credit, weights=(name, digest))


def _by_touches(model: PerJourney | Learned, lookback_days: int) -> ByTouches:
    """The marketing side by its touches and leads, one a payee, day and kind."""
    return ByTouches(
        by="touches",
        model=model,
        kinds=None,
        lookback_days=lookback_days,
        lead="counts",
        once="actor-day",
    )


def _moved(found: pl.DataFrame, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """One row a payee, currency and candidate: what it pays, and by how much that differs."""
    for (payee, currency), rows in found.group_by("payee", "currency", maintain_order=True):
        amounts = dict(rows.select("candidate", "amount").iter_rows())
        now = amounts.get(CURRENT, 0)
        for name in names:
            amount = amounts.get(name, 0)
            yield {
                "payee": payee,
                "candidate": name,
                "amount": amount_text(amount, str(currency)),
                "moved": amount_text(amount - now, str(currency)),
                "currency": currency,
            }
