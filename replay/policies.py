"""The attribution policies that a log knows, by their names."""

from collections.abc import Iterable

import polars as pl

from engine.world import world
from schemas.errors import Missing
from schemas.policies import Policy


class NoSuchPolicy(Missing):
    """A version of a policy was named that nobody published."""

    code = "no-such-policy"

    def __init__(self, name: str, known: Iterable[str]) -> None:
        self.name = name
        told = ", ".join(sorted(known))
        super().__init__(
            f"{name} was asked for, and no policy of that name and version is known. Name one of "
            f"these: {told}."
        )


def policies_known(records: pl.DataFrame) -> list[Policy]:
    """Every version, from the default policy to that with the latest start."""
    return [version.policy for version in world(records).policies.versions]


def policy_named(records: pl.DataFrame, name: str) -> Policy:
    """The version of that name (`source-of-deal@2`). Raises `NoSuchPolicy`."""
    known = {policy.name: policy for policy in policies_known(records)}
    if name not in known:
        raise NoSuchPolicy(name, known)
    return known[name]
