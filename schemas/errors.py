"""Every error Evenhand raises on purpose.

    EvenhandError           code and HTTP status; the message says what to do instead
    ├── Malformed    (422)  what was sent cannot be read as what it claims to be
    ├── Refused      (409)  it can be read, and it may not happen in the present state
    ├── Missing      (404)  what was asked for is not there
    └── Forbidden    (403)  it is there, and it is not for the one who asks

Each concrete error has a stable `code` in kebab-case, and its message says what was asked, what
stands in the way, and what to do instead. Anything else that is raised is a bug of ours. The tree
lives at the bottom of the import chain because decoding, the lowest layer, raises too.
"""

from typing import ClassVar


class EvenhandError(Exception):
    """The root: an error with a stable code."""

    code: ClassVar[str] = "evenhand-error"
    status: ClassVar[int] = 500


class Malformed(EvenhandError):
    """What was sent cannot be read as what it claims to be."""

    code = "malformed"
    status = 422


class Refused(EvenhandError):
    """It can be read, and it may not happen in the present state."""

    code = "refused"
    status = 409


class Missing(EvenhandError):
    """What was asked for is not there."""

    code = "missing"
    status = 404


class Forbidden(EvenhandError):
    """It is there, and it is not for the one who asks."""

    code = "forbidden"
    status = 403
