"""The case store: the facts of a log by what can touch each other, for replay in parts."""

from evenhand.cases.making import made
from evenhand.cases.store import CaseStore

__all__ = ["CaseStore", "made"]
