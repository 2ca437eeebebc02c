"""Attribution policies: whose deal it is, as data."""

from schemas.policies.claims import Evidence, SideTerms
from schemas.policies.credit import (
    ByFinder,
    BySigners,
    ByTouches,
    Credit,
    MarketingCredit,
    SalesCredit,
)
from schemas.policies.policy import DEFAULT, Policy
from schemas.policies.rules import ExistingAccount, FixedRule, Rule, Tie
from schemas.policies.stages import Stage

__all__ = [
    "DEFAULT",
    "ByFinder",
    "BySigners",
    "ByTouches",
    "Credit",
    "Evidence",
    "ExistingAccount",
    "FixedRule",
    "MarketingCredit",
    "Policy",
    "Rule",
    "SalesCredit",
    "SideTerms",
    "Stage",
    "Tie",
]
