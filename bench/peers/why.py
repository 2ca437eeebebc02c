"""Why a payee has no line on a deal, from the cases that concern the payee."""

import json
from pathlib import Path
from typing import Final

import polars as pl

from bench.peers import ours
from bench.peers.statement import in_parts
from engine.why_not import why_not
from engine.world import World
from evenhand.runs.local import InThisProcess

PAYEE: Final = "p00100"
prepare = ours.prepare


def replay(segments: Path, out: Path) -> None:
    """What there is to say, as it is told."""
    deal = asked(segments)
    told = in_parts(segments, out, InThisProcess())
    say(deal, told.concerning(PAYEE, [f"deal/{deal}"]), out)


def asked(segments: Path) -> str:
    """A deal in the middle of the log."""
    log = pl.scan_parquet(segments / "*.parquet").select("type", "deal")
    deals = log.filter(pl.col("type") == "deal-signed").collect()["deal"]
    return str(deals[len(deals) // 2])


def say(deal: str, world: World, out: Path) -> None:
    """Write why a payee has no line, as known in a world."""
    told = why_not(PAYEE, deal, world).document()
    (out / "why.json").write_text(json.dumps(told, ensure_ascii=False), "utf-8")
