"""eventsourcing's own interfaces over the log, with eventsourcing's own tests of recorders."""

import threading
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from secrets import token_hex
from types import MappingProxyType
from typing import Any, ClassVar
from uuid import UUID

import pytest
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import (
    InfrastructureFactory,
    InfrastructureFactoryError,
    IntegrityError,
    StoredEvent,
)
from eventsourcing.persistence import Tracking as Tracked
from sqlalchemy import URL

from evenhand.sql import SqlLog
from evenhand.sql.errors import LogOfAnother, LogUnsafe, UnknownTopic
from evenhand.sql.eventsourced import Fact, LogApplication, SqlFactory, Topics, following
from evenhand.sql.recorder import SqlRecorder
from evenhand.sql.verify import verify
from tests.sql.facts import appending, fact, facts
from tests.sql.stock import ProcessRecorderTestCase, TrackingRecorderTestCase


class Payroll(LogApplication):
    name = "evenhand"
    topics: ClassVar[Topics] = MappingProxyType({"deal-signed": lambda event: event.state.decode()})


@pytest.fixture
def names(url: URL) -> dict[str, str]:
    return {"EVENHAND_DATABASE": url.render_as_string(hide_password=False)}


@pytest.fixture
def application(names: dict[str, str]) -> Generator[Payroll]:
    with Payroll(names) as opened:
        yield opened


def test_decisions_are_saved_and_folded(application: Payroll) -> None:
    recordings = application.save(
        *following(0, fact("E1", says="ten"), fact("E2", says="eleven")), actor="person:mia"
    )

    assert [recording.notification.id for recording in recordings] == [1, 2]

    def fold(_: Any, events: Any) -> Any:
        return [event.content for event in events]

    said: Any = application.repository.get("deal/D1", projector_func=fold)
    assert said == ['{"says":"ten"}', '{"says":"eleven"}']
    [first, _] = application.sql_log.read()
    assert (first.actor, first.type, first.version) == ("person:mia", "deal-signed", 1)


def test_several_streams_are_saved_together_or_not_at_all(application: Payroll) -> None:
    application.save(*following(0, fact("E1", "deal/D1")))

    with pytest.raises(IntegrityError, match="deal/D1"):
        application.save(
            *following(0, fact("E2", "dispute/P1")), *following(0, fact("E3", "deal/D1"))
        )

    assert application.sql_log.head().position == 1
    assert verify(application.sql_log) is None


@pytest.mark.parametrize("says", ["ten", "eleven"])
def test_a_decision_under_a_known_key_is_refused_and_not_quarantined(
    application: Payroll, says: str
) -> None:
    application.save(*following(0, fact("E1", says="ten")))

    with pytest.raises(IntegrityError, match="position 1"):
        application.save(*following(1, fact("E1", says=says)))

    assert application.sql_log.quarantined(None) == []


def test_a_command_is_saved_once(application: Payroll) -> None:
    [then] = application.save(*following(0, fact("E1")), command_id="c1")
    application.save(*following(1, fact("E2")))

    [again] = application.save(*following(0, fact("E1")), command_id="c1")

    assert again.notification.id == then.notification.id
    assert application.sql_log.head().position == 2


def test_what_is_not_registered_is_neither_written_nor_imported(
    application: Payroll, tmp_path: Path
) -> None:
    with pytest.raises(UnknownTopic):
        application.save(*following(0, replace(fact("E1"), type="this:s")))
    with pytest.raises(UnknownTopic):
        application.save(Aggregate())  # type: ignore[arg-type]

    application.sql_log.append(appending(replace(fact("E1", "deal/D9"), type="os:system")))
    with pytest.raises(UnknownTopic):
        list(application.events.get("deal/D9"))


def test_an_application_of_another_name_is_refused(
    application: Payroll, names: dict[str, str]
) -> None:
    class Other(LogApplication):
        name = "other"

    with pytest.raises(LogOfAnother):
        Other(names)


def test_the_factory_is_chosen_by_its_module(names: dict[str, str]) -> None:
    named = names | {"PERSISTENCE_MODULE": "evenhand.sql.eventsourced"}

    with InfrastructureFactory.construct(env=named) as factory:
        assert isinstance(factory, SqlFactory)
        assert factory.tracking_recorder() is factory.process_recorder()
        assert factory.aggregate_recorder() is factory.application_recorder()
        with pytest.raises(InfrastructureFactoryError):
            factory.aggregate_recorder("snapshots")
        factory.close()
    with pytest.raises(InfrastructureFactoryError):
        InfrastructureFactory.construct(env={"PERSISTENCE_MODULE": "evenhand.sql.eventsourced"})


def test_the_database_functions_that_lose_events_are_refused(names: dict[str, str]) -> None:
    with pytest.raises(LogUnsafe):
        Payroll(names | {"POSTGRES_ENABLE_DB_FUNCTIONS": "y"})


def test_an_aggregate_of_eventsourcing_can_be_recorded(names: dict[str, str]) -> None:
    """The recorder takes stored events of any mapper; only our mapper has a closed registry."""

    class Stock(Application[UUID]):
        name = "evenhand"

    named = names | {"PERSISTENCE_MODULE": "evenhand.sql.eventsourced"}
    with Stock(named) as application:
        aggregate: Any = Aggregate()
        application.save(aggregate)
        assert application.recorder.max_notification_id() == 1


def test_a_subscription_sees_what_is_there_and_what_comes(application: Payroll) -> None:
    application.sql_log.append(appending(*facts(1, 3)))
    seen: list[int] = []

    def follow() -> None:
        with application.recorder.subscribe(gt=1) as subscription:
            for notification in subscription:
                seen.append(notification.id)
                if notification.id == 6:
                    subscription.stop()

    follower = threading.Thread(target=follow)
    follower.start()
    application.sql_log.append(appending(*facts(4, 6)))
    follower.join(30)

    assert seen == [2, 3, 4, 5, 6]


def test_a_subscription_to_rare_types_goes_on_past_the_others(application: Payroll) -> None:
    rare = replace(fact("R1"), type="period-closed")
    application.sql_log.append(appending(*facts(1, 5), rare))

    with application.recorder.subscribe(topics=["period-closed"]) as subscription:
        assert next(iter(subscription)).id == 6


def test_pages_of_notifications_have_both_ends(application: Payroll) -> None:
    application.sql_log.append(appending(*facts(1, 9)))
    select = application.recorder.select_notifications

    assert [found.id for found in select(3, 4)] == [3, 4, 5, 6]
    assert [found.id for found in select(3, 4, inclusive_of_start=False)] == [4, 5, 6, 7]
    assert [found.id for found in select(None, 99, stop=2)] == [1, 2]
    assert isinstance(application.mapper.to_domain_event(select(3, 1)[0]), Fact)


def test_versions_of_one_stream_must_be_in_a_row(application: Payroll) -> None:
    events = [StoredEvent("deal/D1", version, "deal-signed", b"{}") for version in (1, 3)]

    with pytest.raises(IntegrityError):
        application.recorder.insert_events(events)


def test_a_stream_is_read_between_versions_and_backwards(application: Payroll) -> None:
    application.save(*following(0, *(fact(f"E{n}") for n in range(1, 8))))
    select = application.recorder.select_events

    assert [e.originator_version for e in select("deal/D1", gt=2, lte=5)] == [3, 4, 5]
    assert [e.originator_version for e in select("deal/D1", desc=True, limit=2)] == [7, 6]


def test_tracking_moves_with_the_events(application: Payroll) -> None:
    tracking = Tracked("upstream", 5)
    application.recorder.insert_events(
        [StoredEvent("deal/D1", 1, "deal-signed", b"{}")], tracking=tracking
    )

    with pytest.raises(IntegrityError):
        application.recorder.insert_events(
            [StoredEvent("deal/D1", 2, "deal-signed", b"{}")], tracking=tracking
        )
    assert application.sql_log.tracked() == {"upstream": 5}
    assert application.sql_log.head().position == 1


@pytest.fixture
def _recorder(request: pytest.FixtureRequest, url: URL) -> Generator[None]:
    with SqlLog.open(url) as log:
        request.cls.recorder = SqlRecorder(log)
        yield


@pytest.mark.usefixtures("_recorder")
class TestStockTracking:
    """eventsourcing's tests of a tracking recorder, method by method."""

    recorder: SqlRecorder

    @pytest.mark.parametrize("name", ["test_insert_tracking", "test_wait"])
    def test_as_eventsourcing_expects(self, name: str) -> None:
        _run_stock(TrackingRecorderTestCase, name, self.recorder)


@pytest.mark.usefixtures("_recorder")
class TestStockProcess:
    """eventsourcing's tests of a process recorder, method by method."""

    recorder: SqlRecorder

    @pytest.mark.parametrize(
        "name",
        ["test_insert_select", "test_has_tracking_id", "test_raises_when_lower_inserted_later"],
    )
    def test_as_eventsourcing_expects(self, name: str) -> None:
        _run_stock(ProcessRecorderTestCase, name, self.recorder)


def _run_stock(case: type[Any], name: str, recorder: SqlRecorder) -> None:
    def create_recorder(_: object) -> SqlRecorder:
        return recorder

    def new_originator_id(_: object) -> str:
        return token_hex(16)

    body = {"create_recorder": create_recorder, "new_originator_id": new_originator_id}
    test: Any = type("Case", (case,), body)(name)
    getattr(test, name)()
