"""What can be wrong with segments, each with a stable code.

Refused
├── SegmentDamaged        segment-damaged         a file is not the one that the log names
├── SegmentForeign        segment-foreign         a file that the log does not name
├── SegmentContradicted   segment-contradicted    a file that the log names and does not bear out
└── SegmentsUnreachable   segments-unreachable    the place cannot be read or written (503)
Missing
├── SegmentMissing        segment-missing         named by the log, and not there
└── NoSegmentsPlace       no-segments-place       nobody said where segments are kept
"""

from typing import ClassVar

from schemas.errors import Missing, Refused


class SegmentDamaged(Refused):
    """A file has other bytes than the log says."""

    code = "segment-damaged"

    def __init__(self, name: str, place: str) -> None:
        self.name, self.place = name, place
        super().__init__(
            f"Segment {name} in {place} cannot be used: its bytes do not have the digest that the "
            "log names. Nothing is lost, the log has every record: run evenhand segments drop, "
            "then evenhand segments seal."
        )


class SegmentForeign(Refused):
    """A file that no decision of this log names."""

    code = "segment-foreign"

    def __init__(self, name: str, place: str) -> None:
        self.name, self.place = name, place
        super().__init__(
            f"The file {name} in {place} is refused: this log has sealed no segment of that name. "
            "Move it away, and give each log a place of its own."
        )


class SegmentContradicted(Refused):
    """The log does not bear out what a segment holds."""

    code = "segment-contradicted"

    def __init__(self, name: str, what: str) -> None:
        self.name, self.what = name, what
        super().__init__(
            f"Segment {name} is as it was written, and the log does not bear it out: {what}. "
            "Run evenhand verify to see whether the log is whole; then evenhand segments drop, and "
            "evenhand segments seal."
        )


class SegmentsUnreachable(Refused):
    """The place where segments are kept failed."""

    code = "segments-unreachable"
    status: ClassVar[int] = 503

    def __init__(self, place: str, cause: str) -> None:
        self.place, self.cause = place, cause
        super().__init__(
            f"The segments in {place} cannot be reached: {cause}. Try again when it answers; with "
            "EVENHAND_SEGMENTS on an empty folder every question is answered from the log alone."
        )


class SegmentMissing(Missing):
    """A segment that the log names is not there."""

    code = "segment-missing"

    def __init__(self, name: str, place: str) -> None:
        self.name, self.place = name, place
        super().__init__(
            f"Segment {name} is not in {place}, so its records are read from the log. "
            "To make it again, run evenhand segments seal."
        )


class NoSegmentsPlace(Missing):
    """Nobody said where the segments of this log are kept."""

    code = "no-segments-place"

    def __init__(self) -> None:
        super().__init__(
            "No place for segments is known: this log has no file of its own that they could stand "
            "beside. Name one with --segments or EVENHAND_SEGMENTS: a folder, or "
            "s3://bucket/prefix."
        )
