"""What tests of runs share: one Spark, and one store of objects."""

from collections.abc import Generator
from pathlib import Path

import pytest

from evenhand.runs.local import InWorkers
from evenhand.runs.spark import OnSpark, spark
from replay.runs import Runner
from tests.services.s3 import Store, running_store


@pytest.fixture(scope="session")
def objects() -> Generator[Store]:
    """A started S3-compatible server, which our environment names before Spark starts."""
    with running_store() as started, pytest.MonkeyPatch.context() as patch:
        for name, value in started.environment.items():
            patch.setenv(name, value)
        yield started


@pytest.fixture(scope="session")
def on_spark(objects: Store) -> Generator[OnSpark]:
    """Spark with two processors of this machine."""
    with spark("local[2]") as runner:
        yield runner


@pytest.fixture
def two_workers() -> Runner:
    return InWorkers(workers=2)


@pytest.fixture(params=["folder", "objects"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty place, in a folder and in object storage."""
    if request.param == "folder":
        return str(tmp_path / "store")
    store: Store = request.getfixturevalue("objects")
    return f"s3://{store.create_bucket()}/kept"
