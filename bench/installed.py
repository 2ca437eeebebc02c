"""Environments with the packages of peers: installed when asked, and never into ours."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

_CACHE = Path(__file__).parents[1] / ".cache"


def crediting() -> Path:
    """The Python that has the peers of the crediting bench."""
    packages = ("marketing-attribution-models==2.1.1", "ChannelAttribution==2.2.5", "matplotlib")
    return _installed("bench-peers", packages)  # ChannelAttribution needs matplotlib in silence


def spark() -> str:
    """The Python that has Spark."""
    return str(_installed("bench-spark", ("pyspark==4.3.*", "pandas<3")))


def _installed(name: str, packages: Sequence[str]) -> Path:
    place = _CACHE / name
    python = place / "bin" / "python"
    if not (place / "complete").exists():
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", *packages]
        subprocess.run(install, check=True, stdout=sys.stderr)
        (place / "complete").touch()
    return python
