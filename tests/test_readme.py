"""The README and the guides are true: commands run, names exist, links lead somewhere."""

import re
import shlex
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import typer

from evenhand.cli import app
from evenhand.kafka.settings import KafkaSettings
from tests.shell import run

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
GUIDES = sorted((ROOT / "docs" / "guides").glob("*.md"))
PAGES = [README, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
DEMO = "sqlite:///evenhand-demo.db"
BLOCK = re.compile(r"^```(\w*)(?: file=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^(?:\$ )?(evenhand .*)$", re.MULTILINE)
SPAN = re.compile(r"`(evenhand [a-z][^`\n]*)`")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def section(title: str) -> str:
    text = README.read_text(encoding="utf-8")
    return text.partition(f"## {title}\n")[2].partition("\n## ")[0]


def console(text: str) -> Iterator[tuple[str, list[str]]]:
    """Every command of a page's console blocks with the lines of output shown below it."""
    for kind, _, block in BLOCK.findall(text):
        if kind == "console":
            for command in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                line, *shown = command.splitlines()
                yield line, shown


def is_shown(shown: list[str], said: str) -> bool:
    """Whether output is as shown, but for spaces; `...` stands for any lines."""
    wanted = [" ".join(line.split()) for line in shown]
    pattern = "".join("(?:.*\n)*?" if line == "..." else f"{re.escape(line)}\n" for line in wanted)
    found = "".join(f"{' '.join(line.split())}\n" for line in said.splitlines())
    return re.fullmatch(pattern, found) is not None


def test_the_commands_of_the_readme_say_what_it_shows(tmp_path: Path) -> None:
    text = README.read_text(encoding="utf-8")
    for _, file, content in BLOCK.findall(text):
        if file:
            (tmp_path / file).write_text(content, encoding="utf-8")
    commands = list(console(text))
    assert len(commands) >= 5
    for line, shown in commands:
        ran = run(line, tmp_path)
        assert ran.code == 0, f"{line}\n{ran.text}"
        assert is_shown(shown, ran.text), f"{line}\n{ran.text}"


def test_its_commands_to_try_are_five() -> None:
    assert len(list(console(section("Five commands to try")))) == 5


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("demo")
    assert run("evenhand demo --lang en", folder).code == 0
    return (folder / "evenhand-demo.db").read_bytes()


@pytest.mark.parametrize("guide", GUIDES, ids=name_of)
def test_the_commands_of_a_guide_run_on_the_log_of_the_demo(
    guide: Path, demo: bytes, tmp_path: Path
) -> None:
    (tmp_path / "evenhand-demo.db").write_bytes(demo)
    for line, _ in console(guide.read_text(encoding="utf-8")):
        ran = run(line, tmp_path, EVENHAND_LOG=DEMO)
        assert ran.code == 0, f"{line}\n{ran.text}"
        assert ran.text or "quarantine list" in line or "exceptions" in line, line


USAGE = typer.BadParameter.__mro__[1]
"""What typer raises for a command line that cannot be; it has no public name of its own."""


def parse(line: str) -> None:
    """Read a command line as the command does that it names, and run nothing."""
    command: Any = typer.main.get_command(app)
    _, *words = shlex.split(line, comments=True)
    while words and words[0] in getattr(command, "commands", {}):
        command, words = command.commands[words[0]], words[1:]
    assert not words or not hasattr(command, "commands"), f"{line}: no such command"
    command.make_context(line, words)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_on_a_page_exists_and_takes_its_options(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    blocks = [content for kind, _, content in BLOCK.findall(text) if kind in ("sh", "console")]
    lines = [line for content in blocks for line in COMMAND.findall(content)]
    for line in lines:
        parse(line)
    for span in SPAN.findall(BLOCK.sub("", text)):
        with suppress(typer.BadParameter):  # in a sentence, arguments may be left out
            parse(span)


@pytest.mark.parametrize(
    "wrong",
    ["evenhand lie", "evenhand plan lie x", "evenhand explain --pay mia", "evenhand verify all"],
)
def test_a_command_that_is_none_would_be_found(wrong: str) -> None:
    with pytest.raises((AssertionError, USAGE)):
        parse(wrong)


def imported(name: str) -> object:
    """What a dotted name names: a module, or something in one."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found: object = import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for attribute in parts[length:]:
            found = getattr(found, attribute)
        return found
    raise ModuleNotFoundError(name)


def test_every_name_on_the_way_of_an_event_can_be_imported() -> None:
    way = section("Follow one event")
    assert re.findall(r"^(\d)\. ", way, re.MULTILINE) == list("12345678")
    names = re.findall(r"`((?:schemas|engine|projections|replay|commands|evenhand)\.[\w.]+)`", way)
    assert len(names) > 20
    for name in names:
        assert imported(name) is not None


def test_every_setting_in_the_readme_is_one() -> None:
    kafka = {name for name in re.findall(r"`EVENHAND_KAFKA_(\w+)`", README.read_text()) if name}
    given = {f"EVENHAND_KAFKA_{name}": "1" for name in kafka if not name.endswith("_FILE")}
    read = KafkaSettings.from_environment(given)
    plain = {field.upper() for field in KafkaSettings.__dataclass_fields__ if field != "security"}
    assert plain <= kafka
    assert len(read.security) == len(given) - len(plain)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_to_a_file_leads_to_one(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_the_map_names_every_package_and_the_change_log_the_version_to_come() -> None:
    chain = section("The map")
    for package in ("schemas", "engine", "projections", "replay", "commands", "evenhand"):
        assert f"| `{package}` |" in chain
    assert "## [Unreleased]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
