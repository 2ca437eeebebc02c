"""The images of a disk after a power failure are what the calls on it leave open."""

from collections.abc import Mapping

from tests.sql.disk import Done
from tests.sql.power import Platter, all_of_it, none_of_it

HERE = Done("open", "-wal")
SYNC = Done("sync", "-wal")
FAILED = Done("sync", "-wal", failed=True)


def test_only_what_a_sync_followed_is_sure() -> None:
    none, everything = _images(HERE, _write(b"one"), SYNC, _write(b"two", at=3))

    assert none == {"-wal": b"one"}
    assert everything == {"-wal": b"onetwo"}


def test_a_new_file_may_be_gone_and_a_deleted_one_back_until_a_sync() -> None:
    gone = (HERE, _write(b"one"), SYNC, Done("delete", "-wal"))

    assert _images(*gone) == ({"-wal": b"one"}, {})
    assert _images(*gone, HERE, SYNC) == ({"-wal": b""}, {"-wal": b""})


def test_a_sync_that_failed_is_not_made_up_for_by_one_that_succeeds() -> None:
    doubtful = (HERE, _write(b"one"), SYNC, _write(b"two", at=512), FAILED)

    none, everything = _images(*doubtful, _write(b"three", at=1024), SYNC)
    assert none["-wal"][512:515] == bytes(3)
    assert everything["-wal"][512:515] == b"two"
    assert none["-wal"][1024:] == everything["-wal"][1024:] == b"three"


def test_what_is_written_again_after_a_failed_sync_is_sure() -> None:
    none, _ = _images(HERE, SYNC, _write(b"two", at=512), FAILED, _write(b"two", at=512), SYNC)

    assert none["-wal"][512:] == b"two"


def test_a_write_is_torn_between_sectors_and_not_within() -> None:
    platter = Platter()
    for call in (HERE, SYNC, _write(b"x" * 1000, at=100)):
        platter.follow(call)
    fates = iter([True, False, True])

    image = platter.image(lambda: next(fates))["-wal"]

    assert image == bytes(100) + b"x" * 412 + bytes(512) + b"x" * 76


def _write(content: bytes, at: int = 0) -> Done:
    return Done("write", "-wal", at, content)


def _images(*calls: Done) -> tuple[Mapping[str, bytes], Mapping[str, bytes]]:
    """What is found of these calls at the least, and at the most."""
    platter = Platter()
    for call in calls:
        platter.follow(call)
    return platter.image(none_of_it), platter.image(all_of_it)
