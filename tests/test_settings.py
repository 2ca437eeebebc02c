"""Every setting is in the README or in a guide."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from evenhand.kafka.settings import _SECURITY, KafkaSettings

ROOT = Path(__file__).parents[1]
SETTING = re.compile(r"EVENHAND_[A-Z]+(?:_[A-Z]+)*\b")


def written() -> set[str]:
    """The settings that documents name."""
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    return {name for page in pages for name in SETTING.findall(page.read_text("utf-8"))}


def read() -> set[str]:
    """The settings that the shell reads."""
    sources = (ROOT / "evenhand").rglob("*.py")
    named = {name for source in sources for name in SETTING.findall(source.read_text("utf-8"))}
    options = {each.name.upper() for each in fields(KafkaSettings) if each.name != "security"}
    kafka = {f"EVENHAND_KAFKA_{name}" for name in options | _SECURITY.keys()}
    return (named | kafka) - {"EVENHAND_KAFKA", "EVENHAND_DATABASE"}


@pytest.mark.parametrize("setting", sorted(read()))
def test_a_setting_is_documented(setting: str) -> None:
    assert setting in written()


def test_no_setting_is_documented_that_nothing_reads() -> None:
    beside = {"EVENHAND_KAFKA", "EVENHAND_KAFKA_SASL_PASSWORD_FILE", "EVENHAND_TEST_PG"}
    assert written() - read() <= beside
