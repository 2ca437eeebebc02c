"""What keeps the code readable, held by a test (TigerBeetle's idea)."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from schemas.events import EVENTS
from tests import tidy

ROOT = Path(__file__).parent.parent
PACKAGES = ("schemas", "engine", "projections", "replay", "commands", "evenhand")
EXACT = ("schemas", "engine", "projections", "replay", "commands")
LINE, FUNCTION, FILE, PARAMETERS, NESTING = 100, 40, 300, 5, 3
NESTS = (ast.For, ast.While, ast.If, ast.With, ast.Try, ast.Match, ast.AsyncFor, ast.AsyncWith)
FORBIDDEN = re.compile(r"(util|helper|manager|service)s?$|^(utils|helpers)", re.IGNORECASE)
LEFT = re.compile(r"\b(TODO|FIXME|HACK)\b(?!\(#\d+\))")
# A path of some machine, or the address of a private index of packages.
ELSEWHERE = re.compile(
    r"(?<![\w.])/(root|home|work|Users|mnt)/[\w.-]|"
    r"https?://[\w.-]*(pypi|artifactory|nexus|registry|mirror)[\w.-]*[/:]|"
    r"https?://(10|127|172\.(1[6-9]|2\d|3[01])|192\.168)\.[\d.]+",
)
PRAGMA = re.compile(r"\s+# (noqa|type: ignore|pyright:).*$")
"""A remark to a tool stands on the line it is about, however long."""
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def tracked() -> tuple[Path, ...]:
    """Text files in git, or about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    return tuple(
        ROOT / name for name in sorted(listed.split("\0")) if name and (ROOT / name).is_file()
    )


@cache
def sources(*folders: str) -> tuple[Path, ...]:
    return tuple(
        path
        for path in tracked()
        if path.suffix == ".py" and (not folders or path.relative_to(ROOT).parts[0] in folders)
    )


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[tuple[str, Function]]:
    """Functions of a file with their qualified names."""

    def within(node: ast.AST, prefix: str) -> Iterator[tuple[str, Function]]:
        for child in ast.iter_child_nodes(node):
            named = isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            name = f"{prefix}{child.name}" if named else prefix  # type: ignore[attr-defined]
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                yield name, child
            yield from within(child, f"{name}." if named else prefix)

    return within(tree(path), "")


def over(found: dict[tuple[str, str], int], bent: dict[tidy.Place, tuple[int, str]]) -> list[str]:
    """Places beyond a limit that no entry allows, and entries that are not needed any more."""
    beyond = [
        f"{file} {name}: {number}"
        for (file, name), number in found.items()
        if number > bent.get((file, name), (0, ""))[0]
    ]
    loose = [
        f"{file} {name}: the entry can be {found.get((file, name), 'gone')}"
        for file, name in bent
        if found.get((file, name), 0) < bent[file, name][0]
    ]
    return beyond + loose


def test_no_line_is_longer_than_a_hundred_signs() -> None:
    long = [
        f"{name_of(path)}:{number}"
        for path in sources()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(PRAGMA.sub("", line)) > LINE and not _in_noted_text(path, number)
    ]
    assert long == []


def _in_noted_text(path: Path, number: int) -> bool:
    """Whether a line is inside a text whose last line says that it may be long."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return any(
        isinstance(node, ast.Constant)
        and node.lineno <= number <= (node.end_lineno or 0)
        and "noqa: E501" in lines[(node.end_lineno or 1) - 1]
        for node in ast.walk(tree(path))
    )


def test_no_file_is_longer_than_three_hundred_lines() -> None:
    lengths = {
        (name_of(path), ""): len(path.read_text(encoding="utf-8").splitlines())
        for path in sources()
    }
    bent = {(file, ""): entry for file, entry in tidy.LONG_FILES.items()}
    assert over({place: lines for place, lines in lengths.items() if lines > FILE}, bent) == []


def test_no_function_is_longer_than_forty_lines() -> None:
    found = {
        (name_of(path), name): length
        for path in sources()
        for name, function in functions(path)
        if (length := (function.end_lineno or 0) - function.lineno + 1) > FUNCTION
    }
    assert over(found, tidy.LONG_FUNCTIONS) == []


def test_no_function_has_more_than_five_parameters() -> None:
    found = {
        (name_of(path), name): count
        for path in sources(*PACKAGES)
        for name, function in functions(path)
        if (count := _parameters(function)) > PARAMETERS
    }
    assert over(found, tidy.MANY_PARAMETERS) == []


def _parameters(function: Function) -> int:
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return len([argument for argument in named if argument.arg not in ("self", "cls")])


def test_nothing_is_nested_deeper_than_three() -> None:
    found = {
        (name_of(path), name): depth
        for path in sources(*PACKAGES)
        for name, function in functions(path)
        if (depth := _depth(function.body)) > NESTING
    }
    assert over(found, tidy.DEEP) == []


def _depth(body: list[ast.stmt]) -> int:
    return max((_depth_of(statement) for statement in body), default=0)


def _depth_of(statement: ast.stmt) -> int:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return 0
    if isinstance(statement, ast.If) and len(statement.orelse) == 1:
        [other] = statement.orelse
        if isinstance(other, ast.If):  # an elif is not deeper than its if
            return max(_depth(statement.body) + 1, _depth_of(other))
    below = max(map(_depth, _bodies(statement)), default=0)
    return below + isinstance(statement, NESTS)


def _bodies(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    for field in ("body", "orelse", "finalbody"):
        yield getattr(statement, field, [])
    for part in (*getattr(statement, "handlers", []), *getattr(statement, "cases", [])):
        yield part.body


def test_there_is_no_float_where_money_is_computed() -> None:
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in sources(*EXACT)
        if name_of(path) not in tidy.FLOATING
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float")
        or (isinstance(node, ast.Attribute) and node.attr in ("Float32", "Float64"))
    ]
    assert found == []


def test_nothing_is_left_to_do_without_an_issue() -> None:
    found = [
        f"{name_of(path)}:{number}"
        for path in sources()
        if path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if LEFT.search(line)
    ]
    assert found == []


def test_every_module_is_imported_by_another() -> None:
    imported = {module for path in sources() for module in _imports(path)}
    modules = {
        name_of(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for path in sources(*PACKAGES)
    }
    unused = {
        module
        for module in modules - imported
        if module not in PACKAGES and ".migrations" not in module
    }
    assert unused - tidy.ENTRY_POINTS.keys() == set()
    assert tidy.ENTRY_POINTS.keys() - unused == set(), "these are imported now"


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        match node:
            case ast.Import():
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom(module=str(module)):
                yield module
                yield from (f"{module}.{alias.name}" for alias in node.names)
            case _:
                pass


def test_nothing_is_named_for_being_useful() -> None:
    modules = [name_of(path) for path in sources(*PACKAGES) if FORBIDDEN.search(path.stem)]
    classes = [
        f"{name_of(path)} {node.name}"
        for path in sources(*PACKAGES)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and FORBIDDEN.search(node.name)
    ]
    assert modules + classes == []


@pytest.mark.parametrize("kind", EVENTS)
def test_every_event_type_is_published_and_explained(kind: str) -> None:
    assert (ROOT / "schemas/json" / kind / f"{EVENTS[kind].version}.json").is_file()
    assert f"### `{kind}`" in (ROOT / "docs/events.md").read_text(encoding="utf-8")
    assert f"`{kind}`" in (ROOT / "docs/glossary.md").read_text(encoding="utf-8")


def test_no_file_names_a_machine_or_a_private_index() -> None:
    found = [
        f"{name_of(path)}:{number}"
        for path in tracked()
        if path != Path(__file__)
        for number, line in enumerate(_lines(path), 1)
        if ELSEWHERE.search(line)
    ]
    assert found == []


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return []
