"""The page of the story: steps, sentences, small tables, trees; plain without a terminal."""

import sys
from collections.abc import Iterable, Sequence
from io import TextIOWrapper

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from engine.reasons import Reason

WIDTH = 110
"""As wide as a line of the story gets; on a narrower terminal it breaks earlier."""


class Page:
    """Standard output, one step after the other."""

    def __init__(self) -> None:
        output: object = sys.stdout
        if isinstance(output, TextIOWrapper):
            output.reconfigure(errors="replace")  # a terminal without Chinese shows the rest
        terminal = sys.stdout.isatty()
        width = min(Console().width, WIDTH) if terminal else WIDTH
        self._console = Console(width=width, no_color=not terminal, highlight=False)
        self._steps = 0
        self._blank = True

    def title(self, text: str) -> None:
        """The title of the story."""
        self._print(Text(text, "bold"))

    def step(self, text: str) -> None:
        """A numbered heading."""
        self._steps += 1
        self.gap()
        self._print(Text(f"{self._steps}. {text}", "bold"))

    def gap(self) -> None:
        """An empty line, unless there is one."""
        if not self._blank:
            self._print(Text())

    def say(self, text: str) -> None:
        """A paragraph."""
        self._print(_indented(Text(text)))

    def points(self, texts: Iterable[str]) -> None:
        """Sentences, one below the other."""
        grid = Table.grid(padding=(0, 1))
        for text in texts:
            grid.add_row("-", Text(text))
        self._print(_indented(grid))

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Rows under columns; a column whose name ends in `>` is of numbers, and loses the mark."""
        table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
        for name in columns:
            right = name.endswith(">")
            table.add_column(
                Text(name.removesuffix(">")),
                justify="right" if right else "left",
                no_wrap=right,
                overflow="fold",
            )
        for row in rows:
            table.add_row(*map(Text, row))
        self._print(_indented(table, above=1, below=1))

    def tree(self, reason: Reason) -> None:
        """A reason with everything below it."""
        self._print(_indented(_branch(reason, None), above=1, below=1))

    def command(self, number: int, line: str, what: str) -> None:
        """A command to try, never broken, with what it shows."""
        self._print(_indented(Text(f"{number}. {what}")))
        self._console.print(Text(f"      {line}", "bold"), soft_wrap=True)

    def _print(self, what: Text | Padding) -> None:
        """Print without the spaces that fill lines up: they are in the way of who copies them."""
        with self._console.capture() as printed:
            self._console.print(what)
        lines = [line.rstrip() for line in printed.get().removesuffix("\n").split("\n")]
        self._blank = not lines[-1]
        self._console.file.write("".join(f"{line}\n" for line in lines))


def _indented(what: Text | Table | Tree, above: int = 0, below: int = 0) -> Padding:
    return Padding(what, (above, 0, below, 3), expand=False)


def _branch(reason: Reason, parent: Tree | None) -> Tree:
    node = Tree(Text(reason.text)) if parent is None else parent.add(Text(reason.text))
    for below in reason.below:
        _branch(below, node)
    return node
