"""Segments under a prefix of a bucket, in S3 or in what speaks like it."""

from collections.abc import Generator
from contextlib import contextmanager
from functools import cached_property
from importlib import import_module
from os import environ
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from evenhand.segments.errors import SegmentsUnreachable
from evenhand.segments.folder import ENDING

SCHEME = "s3://"
_PATIENCE_S = 20


class Bucket:
    """`s3://bucket/prefix`; where it is and the keys are in the usual variables of AWS."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._folder = self.url.removeprefix(SCHEME)

    def __str__(self) -> str:
        return self.url

    def names(self) -> list[str]:
        """The names of the segments that are there."""
        with self._reached():
            there = self._files.get_file_info(self._selected())
            return sorted(each.base_name for each in there if each.base_name.endswith(ENDING))

    def content(self, name: str) -> bytes | None:
        """The bytes of a segment; None if it is not there."""
        with self._reached():
            try:
                with self._files.open_input_file(f"{self._folder}/{name}") as file:
                    found: bytes = file.read()
                    return found
            except FileNotFoundError:
                return None

    def source(self, name: str) -> bytes | None:
        """The same bytes: what polars would fetch by itself, it would ask for elsewhere."""
        return self.content(name)

    @contextmanager
    def draft(self) -> Generator[Path]:
        """A path on this machine, gone afterwards."""
        with TemporaryDirectory(prefix="evenhand-") as folder:
            yield Path(folder) / "segment"

    def put(self, draft: Path, name: str) -> None:
        """Let a draft appear under a name; an object is there as a whole or not at all."""
        with (
            self._reached(),
            draft.open("rb") as file,
            self._files.open_output_stream(f"{self._folder}/{name}") as object_,
        ):
            copyfileobj(file, object_)

    def remove(self, name: str) -> None:
        """Remove a segment, if it is there."""
        with self._reached():
            try:
                self._files.delete_file(f"{self._folder}/{name}")
            except FileNotFoundError:
                return

    def sweep(self) -> None:
        """Drafts are elsewhere: nothing is left behind."""

    def _selected(self) -> Any:
        return self._arrow.FileSelector(self._folder, allow_not_found=True)

    @property
    def _arrow(self) -> Any:
        return import_module("pyarrow.fs")  # slow to import, and it ships no types

    @cached_property
    def _files(self) -> Any:
        options: dict[str, Any] = {}
        if endpoint := environ.get("AWS_ENDPOINT_URL_S3") or environ.get("AWS_ENDPOINT_URL"):
            address = urlsplit(endpoint)
            options |= {"endpoint_override": address.netloc, "scheme": address.scheme}
        if region := environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION"):
            options["region"] = region
        return self._arrow.S3FileSystem(
            connect_timeout=_PATIENCE_S, request_timeout=_PATIENCE_S, **options
        )

    @contextmanager
    def _reached(self) -> Generator[None]:
        try:
            yield
        except OSError as error:
            raise SegmentsUnreachable(str(self), " ".join(str(error).split())) from error
