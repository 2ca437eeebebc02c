"""The broker of the session, a topic and a log for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from evenhand.sql import SqlLog
from schemas.wire import same_content
from tests.services.kafka import Broker, kafka_broker

__all__ = ["kafka_broker"]


@pytest.fixture
def topic(kafka_broker: Broker) -> str:
    return kafka_broker.create_topic(partitions=3)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'log.db'}"


@pytest.fixture
def log(url: str) -> Iterator[SqlLog]:
    with SqlLog.open(url, same_content=same_content) as log:
        yield log
