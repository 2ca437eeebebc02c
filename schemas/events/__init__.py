"""The closed registry of event types: type string to model. An unknown type is never imported."""

from typing import Final

from schemas.events.attribution import (
    AttributionPolicyPublished,
    CustomerRegistered,
    WeightsActivated,
    WeightsApproved,
    WeightsTrained,
)
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
    SegmentSealed,
)
from schemas.events.disputes import (
    DisputeAppealed,
    DisputeRaised,
    DisputeSettled,
    DisputeWithdrawn,
    EvidenceAdded,
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
from schemas.events.rulings import CreditOverridden, OverrideRevoked

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
        ReferralMade,
        ParticipationDeclared,
        PayeeEnrolled,
        PayeeAssigned,
        PayeeLeft,
        QuotaSet,
        MetricReported,
        PlanAccepted,
        StatementAcknowledged,
        CustomerRegistered,
        IdentityLinked,
        IdentityUnlinked,
        FactCorrected,
        FactVoided,
        PlanPublished,
        PlanAssigned,
        RateOfExchangePublished,
        AttributionPolicyPublished,
        WeightsTrained,
        WeightsApproved,
        WeightsActivated,
        DisputeRaised,
        EvidenceAdded,
        DisputeSettled,
        DisputeAppealed,
        DisputeWithdrawn,
        CreditOverridden,
        OverrideRevoked,
        PeriodClosed,
        PeriodReopened,
        SegmentSealed,
    )
}
"""Every type that can stand in a log, by its name."""

DECISIONS_TO_COME: Final = frozenset({"subject-erased"})
"""Names the public contract reserves for decisions; from a CRM they are no facts either."""

OWN_SOURCE: Final = "evenhand"
"""The source of decisions. No CRM may call itself so."""

__all__ = ["DECISIONS_TO_COME", "EVENTS", "OWN_SOURCE", "Event", "Rank"]
