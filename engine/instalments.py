"""Instalments: parts of an entitlement that wait for cash, a milestone or a month."""

import polars as pl

from engine.ground import Ground


def released(lines: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """Entitlements (ENTITLED) of components paid by instalments, each to the part reached."""
    assert ground.versions
    return lines
