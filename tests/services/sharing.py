"""Which tests share a worker of pytest-xdist: those of one file, and all that share a service.

`--dist loadgroup` would do it by marks, but xdist 3.8 sets a field that pytest 9.2 no longer reads,
and silently groups nothing: each worker then starts a Kafka of its own.
"""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

_TOGETHER = ("tests/kafka/", "tests/runs/")


class SharedWorkers(LoadScopeScheduling):  # type: ignore[misc]  # of Any, it has no types
    """Gives the tests of one file, or of one folder in `_TOGETHER`, to one worker."""

    def _split_scope(self, nodeid: str) -> str:
        for folder in _TOGETHER:
            if nodeid.startswith(folder):
                return folder
        return nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> SharedWorkers:
    """The hook of pytest-xdist, for `tests/conftest.py`."""
    return SharedWorkers(config, log)
