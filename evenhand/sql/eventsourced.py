"""eventsourcing over the log: its factory, its mapper, and an application that commands save with.

Set `PERSISTENCE_MODULE=evenhand.sql.eventsourced` and `EVENHAND_DATABASE` to the log's URL.
What is stored is named by our type strings and never by a module path; what is not in the
registry is refused, and nothing is imported to find it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from eventsourcing.application import Application
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    InfrastructureFactory,
    InfrastructureFactoryError,
    JSONTranscoder,
    Mapper,
    ProcessRecorder,
    StoredEvent,
    TrackingRecorder,
)
from eventsourcing.utils import Environment, EnvType, strtobool

from evenhand.sql.errors import LogUnsafe, UnknownTopic
from evenhand.sql.log import APPLICATION, SqlLog
from evenhand.sql.recorder import FactNotification, SqlRecorder, StoredFact
from schemas.recorded import Unrecorded

Topics = Mapping[str, Callable[[Unrecorded], object]]
"""The closed registry: each event type with what reads its content."""


@dataclass(frozen=True)
class Fact:
    """An event as eventsourcing sees it: a stream's next version, and our event in it."""

    originator_id: str
    originator_version: int
    event: Unrecorded
    content: object = None


def following(version: int, *events: Unrecorded) -> list[Fact]:
    """Events of one stream as the facts that follow its version, to be saved."""
    return [Fact(event.stream, version + nth, event) for nth, event in enumerate(events, 1)]


class FactMapper(Mapper[str]):
    """Between facts and stored events, through the registry and nothing else."""

    def __init__(self, topics: Topics) -> None:
        super().__init__(transcoder=JSONTranscoder())
        self.topics = topics

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> StoredEvent:
        """The stored event of a fact; refused if its type is not registered."""
        if not isinstance(domain_event, Fact):
            raise UnknownTopic(type(domain_event).__name__)
        event = domain_event.event
        if event.type not in self.topics:
            raise UnknownTopic(event.type)
        return StoredFact(
            originator_id=domain_event.originator_id,
            originator_version=domain_event.originator_version,
            topic=event.type,
            state=event.state,
            schema_version=event.schema_version,
            effective_at=event.effective_at,
            source=event.source,
            key=event.id,
        )

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[str]:
        """The fact of a stored event, its content read by the registry."""
        read = self.topics.get(stored_event.topic)
        if read is None or not isinstance(stored_event, (StoredFact, FactNotification)):
            raise UnknownTopic(stored_event.topic)
        event = Unrecorded(
            stream=str(stored_event.originator_id),
            type=stored_event.topic,
            schema_version=stored_event.schema_version,
            effective_at=stored_event.effective_at,
            source=stored_event.source,
            id=stored_event.key,
            state=stored_event.state,
        )
        return Fact(event.stream, stored_event.originator_version, event, read(event))


class SqlFactory(InfrastructureFactory[TrackingRecorder]):
    """Makes the recorder, one for all purposes: events and tracking share a transaction."""

    DATABASE = "EVENHAND_DATABASE"

    def __init__(self, env: Environment | EnvType | None) -> None:
        super().__init__(env)
        if strtobool(self.env.get("POSTGRES_ENABLE_DB_FUNCTIONS", "no") or "no"):
            raise LogUnsafe("POSTGRES_ENABLE_DB_FUNCTIONS", "on", "off: it loses events")
        url = self.env.get(self.DATABASE)
        if not url:
            raise InfrastructureFactoryError(
                f"The log cannot be opened: {self.DATABASE} is not set. Set it to the log's URL."
            )
        self._recorder = SqlRecorder(SqlLog.open(url, application=self.env.name or APPLICATION))

    def aggregate_recorder(self, purpose: str = "events") -> AggregateRecorder:
        """The recorder; snapshots are not kept in a log."""
        if purpose != "events":
            raise InfrastructureFactoryError(
                f"A recorder for {purpose} cannot be made: the log keeps events only. "
                "Fold the stream again instead."
            )
        return self._recorder

    def application_recorder(self) -> ApplicationRecorder:
        """The recorder."""
        return self._recorder

    def tracking_recorder(
        self, tracking_recorder_class: type[TrackingRecorder] | None = None
    ) -> TrackingRecorder:
        """The recorder; there is no other class to choose."""
        if tracking_recorder_class is not None and not isinstance(
            self._recorder, tracking_recorder_class
        ):
            raise InfrastructureFactoryError(
                f"A {tracking_recorder_class.__name__} cannot be made: tracking is kept with the "
                "events. Use the recorder of the log."
            )
        return self._recorder

    def process_recorder(self) -> ProcessRecorder:
        """The recorder."""
        return self._recorder

    def close(self) -> None:
        """Close the log."""
        if hasattr(self, "_recorder"):
            self._recorder.log.close()


class LogApplication(Application[str]):
    """An application whose events are facts in our log.

    `save(*following(version, event, ...), actor=..., command_id=...)` records decisions, one
    transaction for all; `repository.get` folds a stream with a projector.
    """

    name = APPLICATION
    topics: ClassVar[Topics] = {}

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """The environment, with our factory unless another is named."""
        constructed = super().construct_env(name, env)
        constructed.setdefault("PERSISTENCE_MODULE", f"{__name__}:{SqlFactory.__qualname__}")
        return constructed

    def construct_mapper(self) -> Mapper[str]:
        """The mapper over this application's registry."""
        return FactMapper(self.topics)

    @property
    def sql_log(self) -> SqlLog:
        """The log itself, for bulk intake and for reading."""
        recorder: Any = self.recorder
        log: SqlLog = recorder.log
        return log
