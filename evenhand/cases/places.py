"""Where the case store of a log is kept: beside its segments, made from them, as disposable."""

from evenhand.cases.looking import Looking
from evenhand.cases.making import made
from evenhand.cases.records import Stretches
from evenhand.cases.store import LAYOUT, MADE, Bucketed, CaseStore
from evenhand.runs.stores import Store, store_at
from evenhand.segments.places import place_of
from evenhand.sql.log import SqlLog


def make(log: SqlLog, where: str | None = None) -> CaseStore | None:
    """The case store of all that is sealed, made unless it is there; None if nothing is sealed."""
    store, known = _place(log, where), Stretches.of(log, where)
    found = known.sealed_through(log.head().position)
    if store is None or found is None:
        return None
    through, which = found
    return made(lambda: known.frames(through), store, _name(through, which))


def standing(log: SqlLog, where: str | None = None) -> CaseStore | None:
    """The case store that is there of all that is sealed."""
    store, known = _place(log, where), Stretches.of(log, where)
    found = known.sealed_through(log.head().position)
    if store is None or found is None:
        return None
    here = store.under(_name(*found))
    return CaseStore.at(here.place) if here.content(MADE) is not None else None


def drop(log: SqlLog, where: str | None = None) -> None:
    """Remove every case store of a log."""
    store = _place(log, where)
    if store is not None:
        store.drop()


def looking(log: SqlLog, position: int) -> Looking | None:
    """A log looked at through its case store, up to a position; None if it has none."""
    cases = standing(log)
    if cases is None:
        return None
    later = Stretches.of(log).records(position, after=cases.through)
    return Looking(Bucketed(cases, later, position))


def _place(log: SqlLog, where: str | None = None) -> Store | None:
    place = place_of(log, where)
    return None if place is None else store_at(f"{place}.cases")


def _name(through: int, which: str) -> str:
    return f"{which}-{through}-{LAYOUT}"
