"""Ids made from names, so that two names never become one id.

`Darcel Schlecht` becomes `darcel-schlecht`. A letter that has no ASCII form is not dropped, because
two names might then meet; such a name gets its id from a table in the mapping.
"""

import re
from unicodedata import combining, normalize

from evenhand.importers.amounts import FORMULA_STARTS
from evenhand.importers.errors import RefusedCell

_OTHER = re.compile(r"[^a-z0-9]+", re.ASCII)


class Slugs:
    """The ids made so far, by name space: payees, customers, whatever the mapping calls them."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, str], str] = {}

    def id_of(self, name: str, space: str, column: str | None) -> str:
        """The id of a name; the same name has the same one. Raises `RefusedCell`."""
        refuse_formula(name, column)
        letters = "".join(each for each in normalize("NFKD", name) if not combining(each))
        lost = sorted({each for each in letters if each.isalnum() and not each.isascii()})
        slug = _OTHER.sub("-", letters.lower()).strip("-")
        if lost or not slug:
            reason = (
                f"{name[:40]!r} has no letters for an id"
                if not lost
                else (f"{name[:40]!r} has letters that no id has: {' '.join(lost[:5])}")
            )
            raise RefusedCell("bad-id", column, reason)
        first = self._names.setdefault((space, slug), name)
        if first != name:
            reason = f"{name[:40]!r} and {first[:40]!r} would both be {slug}"
            raise RefusedCell("ambiguous-slug", column, reason)
        return slug


def refuse_formula(text: str, column: str | None) -> None:
    """Refuse a text that a spreadsheet would compute, where an id is made of it."""
    if text.startswith(FORMULA_STARTS):
        reason = f"{text[:40]!r} begins as a formula does, and would become an id"
        raise RefusedCell("formula", column, reason)
