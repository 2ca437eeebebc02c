"""Times as people type them at a command: periods, dates and instants."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from schemas.calendar import PayoutPeriod, midnight
from schemas.errors import Malformed


class BadPeriod(Malformed):
    """A payout period that is none."""

    code = "bad-period"

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(
            f"{text} is no payout period: it is a calendar month. Write it as in 2026-03."
        )


class BadTime(Malformed):
    """A start or an end that is neither a date nor an instant."""

    code = "bad-start"

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(
            f"{text} is neither a date nor an instant. Write 2026-03-01, the midnight of the "
            "plan's zone, or an instant with its offset, 2026-03-01T00:00:00+08:00."
        )


def period_of(text: str) -> PayoutPeriod:
    """The payout period that a text names. Raises `BadPeriod`."""
    try:
        return PayoutPeriod.parse(text)
    except ValueError:
        raise BadPeriod(text) from None


def instant_of(text: str, zone: ZoneInfo) -> datetime:
    """The instant of a date's midnight in a zone, or as written. Raises `BadTime`."""
    try:
        if "T" not in text:
            return midnight(date.fromisoformat(text), zone)
        at = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise BadTime(text) from None
    if at.tzinfo is None:
        raise BadTime(text)
    return at.astimezone(UTC)
