"""The closed registry of event types: type string to model. An unknown type is never imported."""

from typing import Final

from schemas.events.base import Event, Rank
from schemas.events.deals import (
    ContractAmended,
    DealSigned,
    JointSigningConfirmed,
    MilestoneReached,
    ParticipationDeclared,
    PaymentReceived,
    ReferralMade,
    RefundIssued,
)
from schemas.events.decisions import (
    PeriodClosed,
    PeriodReopened,
    PlanAssigned,
    PlanPublished,
    RateOfExchangePublished,
)
from schemas.events.journey import (
    LeadAssigned,
    LeadCreated,
    LeadDisqualified,
    LeadQualified,
    LeadRecycled,
    TouchRecorded,
)
from schemas.events.people import (
    IdentityLinked,
    IdentityUnlinked,
    MetricReported,
    PayeeAssigned,
    PayeeEnrolled,
    PayeeLeft,
    PlanAccepted,
    QuotaSet,
    StatementAcknowledged,
)
from schemas.events.repair import FactCorrected, FactVoided

EVENTS: Final[dict[str, type[Event]]] = {
    model.type: model
    for model in (
        LeadCreated,
        TouchRecorded,
        LeadQualified,
        LeadDisqualified,
        LeadAssigned,
        LeadRecycled,
        DealSigned,
        ContractAmended,
        PaymentReceived,
        RefundIssued,
        MilestoneReached,
        JointSigningConfirmed,
        MilestoneReached,
        ReferralMade,
        ParticipationDeclared,
        PayeeEnrolled,
        PayeeAssigned,
        PayeeLeft,
        QuotaSet,
        MetricReported,
        PlanAccepted,
        StatementAcknowledged,
        IdentityLinked,
        IdentityUnlinked,
        FactCorrected,
        FactVoided,
        PlanPublished,
        PlanAssigned,
        RateOfExchangePublished,
        PeriodClosed,
        PeriodReopened,
    )
}
"""Every type that can stand in a log, by its name."""

DECISIONS_TO_COME: Final = frozenset(
    {
        "attribution-policy-published",
        "weights-trained",
        "weights-approved",
        "weights-activated",
        "dispute-raised",
        "evidence-added",
        "dispute-settled",
        "dispute-withdrawn",
        "credit-overridden",
        "override-revoked",
        "subject-erased",
    }
)
"""Names the public contract reserves for decisions; from a CRM they are no facts either."""

OWN_SOURCE: Final = "evenhand"
"""The source of decisions. No CRM may call itself so."""

__all__ = ["DECISIONS_TO_COME", "EVENTS", "OWN_SOURCE", "Event", "Rank"]
