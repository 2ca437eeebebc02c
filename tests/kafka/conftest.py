"""The broker of the session, a topic and a log for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL

from evenhand.sql import SqlLog
from schemas.wire import same_content
from tests.services import postgres
from tests.services.kafka import Broker, kafka_broker

__all__ = ["kafka_broker"]


@pytest.fixture
def topic(kafka_broker: Broker) -> str:
    return kafka_broker.create_topic(partitions=3)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'log.db'}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    with postgres.server() as server:
        yield server


@pytest.fixture
def log(url: str) -> Iterator[SqlLog]:
    with SqlLog.open(url, same_content=same_content) as log:
        yield log
