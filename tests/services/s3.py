"""A real S3-compatible server on loopback, in memory, for tests of object storage.

It is moto's server in a process of its own, so that workers and Spark executors reach it as they
would reach any store: by `AWS_ENDPOINT_URL` and keys in their environment.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from types import MappingProxyType
from urllib.request import Request, urlopen

_RUNNING = re.compile(r"Running on (http://127\.0\.0\.1:\d+)")


@dataclass(frozen=True, slots=True)
class Store:
    """A started server; `address` is its endpoint."""

    address: str

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables by which clients find the server and are let in."""
        return MappingProxyType(
            {
                "AWS_ENDPOINT_URL": self.address,
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
                "AWS_REGION": "us-east-1",
                "AWS_DEFAULT_REGION": "us-east-1",
                "AWS_ALLOW_HTTP": "true",  # polars refuses plain HTTP otherwise
                "AWS_EC2_METADATA_DISABLED": "true",
            }
        )

    def create_bucket(self) -> str:
        """Create a bucket and return its name."""
        name = f"evenhand-{token_hex(6)}"
        urlopen(Request(f"{self.address}/{name}", method="PUT"), timeout=30).close()  # noqa: S310 - loopback
        return name


@contextmanager
def running_store() -> Generator[Store]:
    """A started server, ended afterwards."""
    with tempfile.TemporaryDirectory(prefix="evenhand-s3-") as folder:
        words = Path(folder) / "words"
        with words.open("wb") as output:
            server = subprocess.Popen(
                [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"],
                env=os.environ | {"PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        try:
            yield Store(_address(server, words))
        finally:
            server.terminate()
            server.wait(30)


def _address(server: subprocess.Popen[bytes], words: Path) -> str:
    until = time.monotonic() + 60
    while not (found := _RUNNING.search(words.read_text(errors="replace"))):
        if server.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"The S3 server did not start: {words.read_text()[-2000:]}")
        time.sleep(0.05)
    return found[1]
