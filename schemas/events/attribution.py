"""The rules of attribution: policies, and weights that were learned from the log."""

from functools import cached_property
from typing import Annotated, Any, ClassVar

from pydantic import Field

from schemas.events.base import Rank, Remarks
from schemas.events.decisions import Decision, Digest
from schemas.policies import Policy
from schemas.values import Id, Instant, Text, Word

WHOLE_WEIGHT = 10_000
"""Weights are whole ten-thousandths."""
Weights = dict[Text, dict[Text, Annotated[int, Field(ge=0, le=WHOLE_WEIGHT)]]]
"""Customer type (or `*` for all) to channel to weight."""


class CustomerRegistered(Remarks):
    """What is known of a customer: its name, and keys by which it is recognised."""

    type: ClassVar[str] = "customer-registered"
    rank: ClassVar[Rank] = Rank.IDENTITY
    subjects: ClassVar[dict[str, str]] = {"customer": "customer"}

    customer: Id
    name: Text | None = None
    customer_type: Text | None = None
    keys: dict[Word, Text] | None = Field(default=None, max_length=20)


class AttributionPolicyPublished(Decision):
    """A version of a policy is the law from its `effective_from`; `document` is it as data."""

    type: ClassVar[str] = "attribution-policy-published"
    subjects: ClassVar[dict[str, str]] = {"policy": "policy"}

    policy: Id
    policy_version: int = Field(ge=1)
    document: dict[str, Any]

    @cached_property
    def as_policy(self) -> Policy:
        """The policy that the document is."""
        return Policy.model_validate(self.document)


class WeightsTrained(Decision):
    """Weights as learned from the log up to `position`, of journeys that were over at `matured_by`.

    `training` is how, as data; `cohort` the digest of the journeys that were read, `journeys` their
    number and `conversions` how many of them were signed; `digest` that of the weights.
    """

    type: ClassVar[str] = "weights-trained"
    subjects: ClassVar[dict[str, str]] = {"weights": "name"}

    name: Id
    position: int = Field(ge=0)
    matured_by: Instant
    training: dict[str, Any]
    cohort: Digest
    journeys: int = Field(ge=0)
    conversions: int = Field(ge=0)
    weights: Weights
    digest: Digest


class WeightsApproved(Decision):
    """Somebody else than who trained them approves weights, named by their digest."""

    type: ClassVar[str] = "weights-approved"
    subjects: ClassVar[dict[str, str]] = {"weights": "name"}

    name: Id
    digest: Digest


class WeightsActivated(Decision):
    """Approved weights hold for deals signed from an instant on."""

    type: ClassVar[str] = "weights-activated"
    subjects: ClassVar[dict[str, str]] = {"weights": "name"}

    name: Id
    digest: Digest
    starts: Instant = Field(alias="from")
