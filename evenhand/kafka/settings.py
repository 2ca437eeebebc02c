"""Where the brokers are, how we prove who we are, and the limits of one batch."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final, Self

from evenhand.kafka.errors import BadSetting

_PREFIX: Final = "EVENHAND_KAFKA_"
_SECURITY: Final = {
    "SECURITY_PROTOCOL": "security_protocol",
    "SASL_MECHANISM": "sasl_mechanism",
    "SASL_USERNAME": "sasl_plain_username",
    "SASL_PASSWORD": "sasl_plain_password",
    "SSL_CAFILE": "ssl_cafile",
    "SSL_CERTFILE": "ssl_certfile",
    "SSL_KEYFILE": "ssl_keyfile",
    "SSL_PASSWORD": "ssl_password",
    "SSL_CRLFILE": "ssl_crlfile",
}
"""Our names of the security settings to those of kafka-python; `<NAME>_FILE` works for each too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KafkaSettings:
    """What the consumer has to know; read from `EVENHAND_KAFKA_*` or built in a test.

    `batch` is the most messages of one transaction, `quarantine_limit` the most open messages in
    quarantine before reading pauses (one batch may go beyond). After `quiet_ms` without messages
    the broker is asked whether there are any, and so whether it is there at all. `past_gaps` names
    partitions (`topic/partition`) in which an operator accepted that messages are gone. `security`
    is passed to kafka-python as it is and never printed.
    """

    brokers: tuple[str, ...]
    topics: tuple[str, ...]
    group: str = "evenhand"
    batch: int = 2000
    quarantine_limit: int = 1000
    session_timeout_ms: int = 45_000
    quiet_ms: int = 5_000
    past_gaps: frozenset[str] = frozenset()
    security: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)

    def __post_init__(self) -> None:
        """Refuse what cannot work, before a connection is tried."""
        for name in ("brokers", "topics", "group"):
            if not getattr(self, name):
                raise BadSetting(_PREFIX + name.upper(), "at least one name")
        for name in ("batch", "quarantine_limit", "session_timeout_ms", "quiet_ms"):
            if getattr(self, name) < 1:
                raise BadSetting(_PREFIX + name.upper(), "a whole number above 0")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """The settings that `EVENHAND_KAFKA_*` variables say; lists are separated by commas."""
        found: dict[str, Any] = {"brokers": (), "topics": ()}
        for each in fields(cls):
            text = environment.get(_PREFIX + each.name.upper())
            if text is not None and each.name != "security":
                found[each.name] = _read(each.name, text)
        return cls(**found, security=_security(environment))


def _read(name: str, text: str) -> int | str | tuple[str, ...] | frozenset[str]:
    match name:
        case "group":
            return text
        case "brokers" | "topics" | "past_gaps":
            names = tuple(part.strip() for part in text.split(",") if part.strip())
            return frozenset(names) if name == "past_gaps" else names
        case _:
            if not text.isascii() or not text.isdigit():
                raise BadSetting(_PREFIX + name.upper(), "a whole number above 0")
            return int(text)


def _security(environment: Mapping[str, str]) -> dict[str, str]:
    """Security options under kafka-python's names; a secret may come in a file instead."""
    options: dict[str, str] = {}
    for ours, theirs in _SECURITY.items():
        text = environment.get(_PREFIX + ours)
        file = environment.get(f"{_PREFIX}{ours}_FILE")
        if text is None and file is not None:
            text = _secret(f"{_PREFIX}{ours}_FILE", file)
        if text is not None:
            options[theirs] = text
    return options


def _secret(name: str, file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8").rstrip("\n")
    except (OSError, UnicodeDecodeError):
        raise BadSetting(name, "the path of a file that can be read") from None
