"""Why: a line opened down to its facts, or what stands between a payee and one."""

from typing import Annotated

import typer

from commands.handle import kept_by
from engine.why_not import why_not
from engine.why_nothing import why_not_in
from evenhand.cli.asked import asked
from evenhand.cli.options import EffectiveBy, Form, KnownAt, Log
from evenhand.cli.output import Format, document, show, tree
from evenhand.lines import of_line
from evenhand.times import period_of
from schemas.errors import Missing


class NothingToExplain(Missing):
    """Neither a line nor a payee with a deal was named."""

    code = "nothing-to-explain"

    def __init__(self) -> None:
        super().__init__(
            "An explanation was asked for, and nothing to explain was named. Name a line, or a "
            "payee and a deal: evenhand explain --payee PAYEE --deal DEAL; for pay of a window, "
            "such as a bonus, ask: evenhand explain --payee PAYEE --component COMPONENT --period "
            "PERIOD."
        )


def explain(
    line: Annotated[str | None, typer.Argument(help="The id of a line.")] = None,
    payee: Annotated[
        str | None, typer.Option(help="Why not: the payee who expected a line.")
    ] = None,
    deal: Annotated[str | None, typer.Option(help="Why not: the deal.")] = None,
    component: Annotated[
        str | None, typer.Option(help="Why not: a component that pays for a window.")
    ] = None,
    in_period: Annotated[
        str | None, typer.Option("--period", help="Why not: the period, with --component.")
    ] = None,
    log: Log = None,
    known_at: KnownAt = None,
    effective_by: EffectiveBy = None,
    form: Form = Format.TABLE,
) -> None:
    """Why a line is what it is; or why a payee has none on a deal, or for a window."""
    with asked(log, known_at=known_at, effective_by=effective_by) as told:
        if line is not None:
            reason = of_line(line, told, kept_by(told.log))
        elif payee is not None and deal is not None:
            reason = why_not(payee, deal, told.concerning(payee, [f"deal/{deal}"]))
        elif payee is not None and component is not None and in_period is not None:
            period = period_of(in_period)
            reason = why_not_in(payee, component, period, told.concerning(payee))
        else:
            raise NothingToExplain
    if form is Format.TABLE:
        tree(reason)
    elif form is Format.JSON:
        document(reason.document())
    else:
        show([{"depth": depth, "text": text} for depth, text in reason.lines()], form)
