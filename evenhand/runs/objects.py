"""Files in object storage (S3 and what speaks like it), by pyarrow, which is optional.

Where the store is and who we are say the `AWS_*` variables of each machine's environment: keys
never travel with a task.
"""

from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from os import environ
from typing import Any, Final, Self
from urllib.parse import urlsplit

import polars as pl

from evenhand.runs.errors import BadStore, NotInstalled, StoreUnreachable

SCHEME: Final = "s3://"
LAST: Final = "answer.json"
"""The file that is written last: where a folder cannot appear at once, this makes it whole."""
_PATIENCE_S: Final = 20


@dataclass(frozen=True, slots=True)
class Objects:
    """Objects below a URL, as in `s3://bucket/folder`."""

    url: str

    @classmethod
    def at(cls, url: str) -> Self:
        """The objects below a URL. Raises `BadStore`, `NotInstalled`."""
        if not url.startswith(SCHEME) or not url.removeprefix(SCHEME).strip("/"):
            raise BadStore(url, "it names no bucket of object storage")
        _arrow()
        return cls(url.rstrip("/"))

    @property
    def place(self) -> str:
        """The URL."""
        return self.url

    def under(self, folder: str) -> Self:
        """The same place, seen from a folder in it."""
        return replace(self, url=f"{self.url}/{folder}")

    def put(self, name: str, content: bytes) -> None:
        """Keep an object; stores show it when all of it has arrived."""
        with self._reached() as files, files.open_output_stream(self._path(name)) as file:
            file.write(content)

    def content(self, name: str) -> bytes | None:
        """The bytes of an object, None if it is not there."""
        with self._reached() as files:
            try:
                with files.open_input_file(self._path(name)) as file:
                    found: bytes = file.read()
                    return found
            except FileNotFoundError:
                return None

    def table(self, name: str) -> pl.LazyFrame:
        """The table in a Parquet object, of which no more is fetched than is asked for."""
        return pl.scan_parquet(f"{self.url}/{name}")

    def size(self, name: str) -> int | None:
        """The number of bytes of an object, None if it is not there."""
        with self._reached() as files:
            found = files.get_file_info(self._path(name))
        return found.size if found.is_file else None

    def sizes(self) -> dict[str, int]:
        """The number of bytes of every object, by name."""
        below = self._path("")
        everything = _arrow().FileSelector(below.rstrip("/"), recursive=True, allow_not_found=True)
        with self._reached() as files:
            found = files.get_file_info(everything)
        return {each.path.removeprefix(below): each.size for each in found if each.is_file}

    def publish(self, staged: str, final: str) -> None:
        """Copy a folder, `answer.json` last: a folder without it is no answer yet."""
        names = [] if self.content(f"{final}/{LAST}") else sorted(self.under(staged).sizes())
        with self._reached() as files:
            for name in sorted(names, key=LAST.__eq__):
                files.copy_file(self._path(f"{staged}/{name}"), self._path(f"{final}/{name}"))
        self.under(staged).drop()

    def drop(self) -> None:
        """Remove everything."""
        names = self.sizes()
        with self._reached() as files:
            for name in names:
                files.delete_file(self._path(name))

    def held(self, folder: str) -> AbstractContextManager[None]:  # noqa: ARG002 - as others have it
        """Nobody can know who else works here: folders of work stay until they are removed."""
        return nullcontext()

    def _path(self, name: str) -> str:
        return f"{self.url.removeprefix(SCHEME)}/{name}"

    @contextmanager
    def _reached(self) -> Generator[Any]:
        try:
            yield _client()
        except OSError as error:
            raise StoreUnreachable(self.url, " ".join(str(error).split()).rstrip(".")) from error


def _arrow() -> Any:
    """Arrow's file systems: slow to import, and they ship no types."""
    try:
        return import_module("pyarrow.fs")
    except ImportError:
        remedy = "pip install 'evenhand[spark]'"
        raise NotInstalled("Object storage", "pyarrow", remedy) from None


@cache
def _client() -> Any:
    options: dict[str, Any] = {"connect_timeout": _PATIENCE_S, "request_timeout": _PATIENCE_S}
    if endpoint := environ.get("AWS_ENDPOINT_URL_S3") or environ.get("AWS_ENDPOINT_URL"):
        address = urlsplit(endpoint)
        options |= {"endpoint_override": address.netloc, "scheme": address.scheme}
    if region := environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION"):
        options["region"] = region
    return _arrow().S3FileSystem(**options)
