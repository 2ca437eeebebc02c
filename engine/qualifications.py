"""First qualifications: the moment from which a lead is valid, whatever is said of it later."""

import polars as pl

from engine.by_name import joined
from engine.world import World


def first_qualifications(world: World) -> pl.DataFrame:
    """The first live qualification of each known lead: `lead, payee, role, opened, fact, at`."""
    qualified = world.facts["type"] == "lead-qualified"
    facts = world.facts.select("lead", fact="order", at="effective_at").filter(qualified)
    role = pl.col("side").fill_null("marketing")
    leads = world.leads.select("lead", "payee", "opened", role=role)
    return (
        joined(facts, leads, "lead")
        .sort("fact")
        .filter(pl.col("opened").is_first_distinct())
        .select("lead", "payee", "opened", "fact", "at", "role")
    )
