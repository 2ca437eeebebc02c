"""Commands as documents show them, run in this process in a folder of their own."""

import io
import os
import shlex
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from evenhand.cli import main


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command said, words and data as a terminal mixes them, and how it ended."""

    code: int
    text: str


def run(line: str, folder: Path, **environment: str) -> Ran:
    """An `evenhand` command line, run in a folder; nothing of our own environment shows through."""
    name, *words = shlex.split(line)
    assert name.rpartition("/")[2] == "evenhand", line
    kept = {each: value for each, value in os.environ.items() if not _ours(each)}
    said = io.StringIO()
    with (
        chdir(folder),
        mock.patch.dict(os.environ, {**kept, **environment}, clear=True),
        mock.patch.object(sys, "argv", [name, *words]),
        redirect_stdout(said),
        redirect_stderr(said),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        else:
            code = 0
    return Ran(code, said.getvalue())


def _ours(name: str) -> bool:
    return name.startswith("EVENHAND_") or name in ("LC_ALL", "LC_MESSAGES", "LANG")
