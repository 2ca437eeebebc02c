"""eventsourcing's own tests of recorders, which import a cipher that we neither have nor use."""

import sys
from types import ModuleType
from typing import Any, cast

_cipher: Any = ModuleType("eventsourcing.cipher")
_cipher.AESCipher = object
sys.modules.setdefault("eventsourcing.cipher", cast("ModuleType", _cipher))

from eventsourcing.tests.persistence import (  # noqa: E402 - after what it needs
    ProcessRecorderTestCase,
    TrackingRecorderTestCase,
)

__all__ = ["ProcessRecorderTestCase", "TrackingRecorderTestCase"]
