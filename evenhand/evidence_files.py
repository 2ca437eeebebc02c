"""Files as evidence: named by their SHA-256, and kept by the log if they are small."""

from collections.abc import Iterable
from hashlib import file_digest
from pathlib import Path

from engine.log import Archive
from evenhand.rule_files import NoSuchFile
from schemas.events.disputes import File

KEPT_BYTES_MAX = 5 * 1024 * 1024
"""A file that is larger is named by its digest alone, and kept by whoever named it."""


def evidence_of(paths: Iterable[Path], archive: Archive) -> list[File]:
    """The files by name and digest, the small ones kept from now on. Raises `NoSuchFile`."""
    return [_evidence(path, archive) for path in paths]


def _evidence(path: Path, archive: Archive) -> File:
    try:
        with path.open("rb") as opened:
            content = opened.read(KEPT_BYTES_MAX + 1)
            if len(content) <= KEPT_BYTES_MAX:
                digest = archive.keep(content)
            else:
                opened.seek(0)
                digest = file_digest(opened, "sha256").digest()
    except OSError:
        raise NoSuchFile(path) from None
    return File(name=path.name, digest=digest.hex())
