"""Whose deal is it: claims with evidence and an end, and rules that decide between them."""

from engine.attribution.known import Known
from engine.attribution.leads_and_signings import (
    SIGNERS_NAMES,
    first_leads,
    first_signings,
    signers,
    with_customers,
)
from engine.attribution.whose_deals import Attributed, attributed

__all__ = [
    "SIGNERS_NAMES",
    "Attributed",
    "Known",
    "attributed",
    "first_leads",
    "first_signings",
    "signers",
    "with_customers",
]
