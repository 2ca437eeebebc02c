"""The one error of decoding, and what the sender should do about each of its codes."""

from typing import Final

from schemas.errors import Malformed

_LENGTH_MAX = 1_000


class BadEvent(Malformed):
    """A message that cannot be read as an event; `code` says why, the message says where."""

    def __init__(self, code: str, reason: str, *, source: str = "", id: str = "") -> None:  # noqa: A002 - CloudEvents calls it so
        self.code: str = code  # type: ignore[misc]
        self.source, self.id = source or None, id or None
        which = f"Event {id} of {source}" if id and source else "The message"
        super().__init__(f"{which} cannot be recorded: {_shown(reason)}. {REMEDIES[code]}")


def _shown(reason: str) -> str:
    """A reason fit to be kept and shown: it quotes the sender, who may have sent anything."""
    if len(reason) > _LENGTH_MAX:
        reason = f"{reason[:_LENGTH_MAX]}\N{HORIZONTAL ELLIPSIS}"
    if reason.isprintable():
        return reason
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in reason)


REMEDIES: Final[dict[str, str]] = {
    "amount-is-not-a-string": "Send the amount as a string with its digits after the point.",
    "bad-amendment": "Send the fields that belong to the kind of amendment.",
    "bad-amount": "Send a plain decimal number as a string.",
    "bad-id": "Send an id of 1 to 64 ASCII letters, digits, dots, dashes, colons or underscores.",
    "bad-period": "Send the period as year and month.",
    "bad-rate": "Send the rate of exchange as an exact decimal or fraction.",
    "bad-share": "Send each share as a decimal or a fraction above 0 and at most 1.",
    "bad-source": "Send the source as 1 to 128 printable ASCII characters without spaces.",
    "bad-text": "Send readable text of at most 4,000 characters.",
    "bad-time": "Send the time as in 2026-01-20T15:00:00+08:00.",
    "duplicate-name": "Send each name of an object once.",
    "empty": "Nothing was deleted; to take a fact back send a fact-voided event.",
    "key-is-not-subject": "Use the subject of the event as the key of the message.",
    "missing-attribute": "Send a CloudEvent with id, source, type, time, subject and data.",
    "missing-field": "Send the field.",
    "naive-time": "Send the time with its offset from UTC.",
    "no-such-unit": "Send as many digits after the point as the currency has.",
    "not-a-fact": "Decisions are taken by people through Evenhand's own commands.",
    "not-an-object": "Send one JSON object.",
    "not-json": "Send JSON in UTF-8.",
    "payee-twice": "Add up the shares of one payee.",
    "shares-not-one": "Send shares that sum to exactly 1; thirds are written 1/3.",
    "subject-mismatch": "Send the subject that the data names.",
    "time-ahead": "Send facts when they have happened; check the sender's clock and zone.",
    "time-out-of-range": "Check the clock or the date that was typed.",
    "too-deep": "Send the event without deep nesting.",
    "too-large": "Send messages of at most 1 MiB; refer to documents instead of enclosing them.",
    "unknown-currency": "Send a current ISO 4217 code.",
    "unknown-field": "Correct the spelling, or leave the field out.",
    "unknown-schema": "Send a version of the event that this Evenhand knows, or upgrade it first.",
    "unknown-type": "Send one of the published event types.",
    "wrong-type": "Send the value in the published form.",
}
"""Code of a reason to what the sender should do instead; every code is in the documentation."""
