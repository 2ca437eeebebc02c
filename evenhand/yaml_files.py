"""YAML 1.2 (or JSON) read into what it holds, with the place in the file of each key."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

Path = tuple[str | int, ...]
"""Keys and numbers from the top of a document."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Where something stands, counted from 1; `text` is the column of its text, if on one line."""

    line: int
    column: int
    text: int | None = None


class NoYaml(ValueError):
    """A text that is not YAML; the reason is its message."""


def parsed(raw: bytes) -> tuple[Any, dict[Path, Mark]]:
    """The content of a document and the mark of every key in it. Raises `NoYaml`."""
    try:
        content = _yaml().load(BytesIO(raw))
        return content, dict(_marks((), _yaml().compose(BytesIO(raw))))
    except MarkedYAMLError as error:
        marked: Any = error
        mark = marked.problem_mark
        where = "" if mark is None else f"line {mark.line + 1}, column {mark.column + 1}: "
        raise NoYaml(f"{where}not YAML: {marked.problem}") from None
    except (YAMLError, UnicodeDecodeError, RecursionError, ValueError):
        raise NoYaml("not YAML in UTF-8") from None


def _yaml() -> Any:
    return YAML(typ="safe", pure=True)


def _marks(path: Path, node: Any) -> Iterator[tuple[Path, Mark]]:
    """The marks of a node and of all below it; of a part, where its first key stands."""
    match node:
        case MappingNode() | SequenceNode():
            yield path, _mark(node)
            for step, below in _steps(node):
                yield from _marks((*path, step), below)
        case ScalarNode():
            yield path, _of_text(node)
        case _:
            pass


def _steps(node: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(node, SequenceNode):
        below: list[Any] = list(node.value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]
        yield from enumerate(below)
    else:
        yield from ((str(key.value), value) for key, value in node.value)


def _mark(node: Any) -> Mark:
    return Mark(node.start_mark.line + 1, node.start_mark.column + 1)


def _of_text(node: Any) -> Mark:
    start = _mark(node)
    single = node.start_mark.line == node.end_mark.line
    quote = 0 if node.style is None else 1
    return Mark(start.line, start.column, start.column + quote if single else None)
