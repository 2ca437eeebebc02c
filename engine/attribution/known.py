"""What the source of deals is decided from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from engine.policies import Policies
    from engine.rulings import Ruled


@dataclass(frozen=True, kw_only=True)
class Known:
    """Everything known that bears on whose deal is it, at one position of the log.

    Customers and payees are representatives of those that are the same.

    Attributes:
        facts: live facts with their `order`, in order of effect (FACTS); touches are among them
            only where a policy reads them.
        leads: the first of each lead (`first_leads`).
        signings: the first of each deal (`first_signings`), its customer that of the lead it names
            where it names none.
        policies: the policies, each from when it holds.
        rulings: deals to the ruling in force about them.
        details: a row a deal of what `where` may read (DETAILS), and `self_sourced`; without rows
            where no policy needs it.
    """

    facts: pl.DataFrame
    leads: pl.DataFrame
    signings: pl.DataFrame
    policies: "Policies"
    rulings: "Mapping[str, Ruled]"
    details: pl.DataFrame
