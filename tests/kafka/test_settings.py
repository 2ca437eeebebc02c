"""Settings and positions, without a broker."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.kafka import KafkaSettings
from evenhand.kafka.batches import DecoderFailed, Upstream, batch
from evenhand.kafka.errors import BadSetting
from evenhand.kafka.port import Bounds, Partition
from evenhand.kafka.positions import gap_between
from schemas.recorded import Unrecorded, instant
from tests.kafka import crm

_PLACE = {"EVENHAND_KAFKA_BROKERS": "one:9092, two:9092", "EVENHAND_KAFKA_TOPICS": "crm"}
CRM = Partition("crm", 0)


def test_settings_are_read_from_the_environment() -> None:
    environment = _PLACE | {
        "EVENHAND_KAFKA_BATCH": "50",
        "EVENHAND_KAFKA_PAST_GAPS": "crm/0,crm/3",
        "EVENHAND_KAFKA_SSL_CAFILE": "/etc/ca.pem",
        "HOME": "/root",
    }
    read = KafkaSettings.from_environment(environment)
    assert read == KafkaSettings(
        brokers=("one:9092", "two:9092"),
        topics=("crm",),
        batch=50,
        past_gaps=frozenset({"crm/0", "crm/3"}),
        security={"ssl_cafile": "/etc/ca.pem"},
    )


def test_a_secret_may_come_in_a_file_and_is_never_printed(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("open sesame\n")
    name = "EVENHAND_KAFKA_SASL_PASSWORD_FILE"
    read = KafkaSettings.from_environment(_PLACE | {name: str(tmp_path / "password")})
    assert read.security == {"sasl_plain_password": "open sesame"}
    assert "sesame" not in repr(read)
    with pytest.raises(BadSetting, match=name):
        KafkaSettings.from_environment(_PLACE | {name: str(tmp_path / "nothing")})


@pytest.mark.parametrize(
    ("name", "text"),
    [("TOPICS", " , "), ("BROKERS", ""), ("BATCH", "0"), ("BATCH", "many"), ("GROUP", "")],
)
def test_a_setting_that_cannot_work_is_named(name: str, text: str) -> None:
    with pytest.raises(BadSetting, match=f"EVENHAND_KAFKA_{name}"):
        KafkaSettings.from_environment(_PLACE | {f"EVENHAND_KAFKA_{name}": text})


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_there_is_a_gap_exactly_when_the_next_offset_is_not_there(
    taken: int, earliest: int, length: int
) -> None:
    bounds = Bounds(earliest, earliest + length)
    gap = gap_between(CRM, taken, bounds)
    assert (gap is None) == (bounds.earliest <= taken + 1 <= bounds.end)
    assert gap_between(CRM, None, bounds) is None


def test_our_own_bug_costs_one_message_and_not_the_partition() -> None:
    def broken(_headers: object, _key: object, value: bytes | None) -> Unrecorded:
        if value == b"2":
            raise ZeroDivisionError
        return crm.recorded_as(int(value or b"0"))

    read = batch(
        {CRM: [crm.Message(offset=n, value=b"%d" % n) for n in range(4)]},
        {CRM: Upstream(name="kafka:x:crm:0", next_offset=5)},
        actor="kafka:test",
        now=instant(2_000_000_000_000_000),
        decode=broken,
    )
    assert [event.id for event in read.append.events] == ["0", "1", "3"]
    [kept] = read.append.quarantined
    assert (kept.origin, kept.code, kept.raw) == ("kafka:crm/0/2", "decoder-failed", b"2")
    assert kept.reason == str(DecoderFailed("ZeroDivisionError"))
    [tracking] = read.append.tracking
    assert (tracking.first, tracking.last) == (0, 4)
