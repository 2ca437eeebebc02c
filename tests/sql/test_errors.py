"""The words of every error: what was asked, what stands in the way, what to do instead."""

import inspect
from datetime import timedelta

import pytest

from evenhand.sql import errors
from schemas.errors import EvenhandError, Forbidden, Malformed, Missing, Refused
from tests.sql.facts import NEW_YEAR

EXAMPLES: list[EvenhandError] = [
    errors.StreamMoved("deal/D1", 3, 4),
    errors.AlreadyTracked("kafka:crm/0", 17),
    errors.AlreadyResolved(7, "released"),
    errors.KnownAtInFuture(NEW_YEAR + timedelta(days=1), NEW_YEAR),
    errors.ClockAhead(NEW_YEAR, timedelta(days=3650)),
    errors.LogOfAnother("payroll", "evenhand"),
    errors.LogNewer("tables of revision 0009"),
    errors.LogUnsafe("fsync", "off", "on"),
    errors.BadLogUrl("evenhand.db"),
    errors.LogBusy("database is locked"),
    errors.LogFull("database or disk is full"),
    errors.LogReadOnly("attempt to write a readonly database"),
    errors.LogDamaged("the record at position 23 does not agree with its leaf"),
    errors.LogFailed("disk I/O error"),
    errors.Unstorable("deal/\0"),
    errors.NotQuarantined(7),
    errors.NotKept(b"\1" * 32),
    errors.UnknownTopic("os:system"),
]
DEFINED = [
    found
    for _, found in inspect.getmembers(errors, inspect.isclass)
    if found.__module__ == errors.__name__ and found is not errors.LogUnavailable
]


def test_every_error_has_an_example() -> None:
    assert {type(example) for example in EXAMPLES} == set(DEFINED)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.code)
def test_every_message_has_its_three_parts(example: EvenhandError) -> None:
    message = str(example)

    assert message.endswith(".")
    assert message.count(". ") >= 1, "what to do instead is a sentence of its own"
    assert any(mark in message for mark in (":", ",")), "what stands in the way is said"
    assert "  " not in message
    assert not message.isascii() or "\0" not in message


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.code)
def test_every_error_belongs_to_one_family_and_has_a_status(example: EvenhandError) -> None:
    families = [
        family for family in (Malformed, Refused, Missing, Forbidden) if isinstance(example, family)
    ]

    assert len(families) == 1
    assert example.code not in {family.code for family in families}
    assert 400 <= example.status < 600


def test_codes_are_unique() -> None:
    codes = [example.code for example in EXAMPLES]

    assert len(set(codes)) == len(codes)


WORDS: dict[EvenhandError, str] = {
    errors.StreamMoved("deal/D1", 3, 4): """
        Stream deal/D1 was to be appended to at version 3, and it is at version 4: someone else was
        first. Read it again, decide again, and append then.""",
    errors.LogBusy("database is locked"): """
        Nothing was recorded, the log is busy: database is locked. Try again in a few seconds; the
        same command or message is recorded once.""",
    errors.LogFull("database or disk is full"): """
        Nothing was recorded, there is no space left: database or disk is full. Free or add disk
        space; reading goes on, and writing does once there is space.""",
    errors.UnknownTopic("os:system"): """
        An event of type 'os:system' cannot be read or written: no such type is registered. Use a
        registered type, or the version of Evenhand that has it.""",
}


@pytest.mark.parametrize("example", WORDS, ids=lambda example: example.code)
def test_the_words_are_kept(example: EvenhandError) -> None:
    assert str(example).split() == WORDS[example].split()
