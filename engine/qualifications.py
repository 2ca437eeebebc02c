"""First qualifications: the moment from which a lead is valid, whatever is said of it later."""

import polars as pl

from engine.by_name import joined


def first_qualifications(facts: pl.DataFrame, leads: pl.DataFrame) -> pl.DataFrame:
    """The first live qualification of each known lead: `lead, payee, role, opened, fact, at`.

    Of facts in order of effect (FACTS with `order`) and the `leads` that they created.
    """
    qualified = facts["type"] == "lead-qualified"
    told = facts.select("lead", fact="order", at="effective_at").filter(qualified)
    role = pl.col("side").fill_null("marketing")
    known = leads.select("lead", "payee", "opened", role=role)
    return (
        joined(told, known, "lead")
        .sort("fact")
        .filter(pl.col("opened").is_first_distinct())
        .select("lead", "payee", "opened", "fact", "at", "role")
    )
