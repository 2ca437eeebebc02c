"""Answers to the questions of a scenario, as text that a payroll clerk can read."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from commands.handle import kept_by
from engine.exceptions import exceptions
from engine.explain import explained
from engine.log import Archive
from engine.why_not import why_not
from evenhand.asking import Known
from evenhand.stating import issues_of
from projections.periods import period_rows
from replay.as_of import deals
from replay.periods import closes, kept_issue, reopened, stated_lines
from replay.stating import Told, everything, replayed
from schemas.calendar import PayoutPeriod
from schemas.events.decisions import PlanPublished
from schemas.recorded import instant, microseconds
from schemas.statements import Issue
from schemas.values import amount_text

Names = Sequence[dict[str, str]]
Cells = list[str]


@dataclass(frozen=True)
class AtHand:
    """Statements of records that are at hand."""

    known: Known

    @property
    def decided(self) -> pl.DataFrame:
        return self.known.records

    @property
    def effective_by(self) -> int | None:
        return self.known.effective_by

    def told(self, through: PayoutPeriod) -> Told:
        return everything(self.known.records, effective_by=self.effective_by, through=through)


class Answering:
    """Answers about the log that a scenario led to."""

    def __init__(self, archive: Archive, zone: ZoneInfo, quarantine: Callable[[], list[str]]):
        self.archive, self.zone, self.quarantine = archive, zone, quarantine
        self.kept = kept_by(archive)
        records = archive.columns()
        self.several_plans = records.filter(pl.col("type") == PlanPublished.type).height > 1
        named = records.sort("effective_at", "position").select(
            "source", "id", "type", "effective_at"
        )
        self.facts = {
            (source, id_): f"{kind} {self._day(at)}" for source, id_, kind, at in named.iter_rows()
        }
        self.places = {name: place for place, name in enumerate(self.facts)}

    def answer(self, question: str) -> list[str]:
        """The lines of an answer."""
        words, told = self._known(question.split())
        match words:
            case ["statement", period]:
                return self._statement(None, period, told)
            case ["statement", payee, period]:
                return self._statement(payee, period, told)
            case ["balances", period]:
                return self._balances(period, told)
            case ["explain", payee, "deal", deal, period]:
                return self._explain(payee, deal, period, told)
            case ["replay", period, "identical"]:
                return self._replay(period, told)
            case ["exceptions"]:
                return self._exceptions(told)
            case ["deals"]:
                return self._deals(told)
            case ["periods"]:
                return self._periods(told)
            case ["quarantine"]:
                return self.quarantine() or ["nothing"]
            case _:
                raise ValueError(f"{question!r} is no question")

    def _known(self, words: list[str]) -> tuple[list[str], Known]:
        """The words of a question, and the records and facts it may use."""
        position, effective_by = self.archive.head().position, None
        if "effective" in words:
            place = words.index("effective")
            effective_by = microseconds(self._end_of(words[place + 1]))
            words = words[:place] + words[place + 2 :]
        if "known" in words:
            place = words.index("known")
            position = self.archive.position_at(self._end_of(words[place + 1]))
            words = words[:place] + words[place + 2 :]
        return words, Known(self.archive.columns(through=position), position, effective_by)

    def _end_of(self, day: str) -> datetime:
        following = date.fromisoformat(day) + timedelta(days=1)
        local = datetime(following.year, following.month, following.day, tzinfo=self.zone)
        return local.astimezone(UTC) - timedelta(microseconds=1)

    def _issues(self, period: str, told: Known) -> Iterator[tuple[list[str], Issue]]:
        """The issues of a period, each below what is to be said of it."""
        issues, words = issues_of(AtHand(told), PayoutPeriod.parse(period), self.kept)
        for issue in issues:
            said = [] if issue.number == 1 else [f"issue {issue.number}"]
            if words and issue is issues[-1]:
                said.append(words.strip(" ()"))
            yield said, issue

    def _statement(self, payee: str | None, period: str, told: Known) -> list[str]:
        answer: list[str] = []
        for said, issue in self._issues(period, told):
            lines = issue.lines
            if payee is not None:
                lines = lines.filter(pl.col("payee") == payee)
            rows = [self._line(row) for row in lines.iter_rows(named=True)]
            answer += [*said, *(table(rows, right=(5,)) or ["nothing"])]
        return answer

    def _line(self, row: dict[str, Any]) -> Cells:
        period = PayoutPeriod(row["period"])
        late = row["period"] != row["stated_in"]
        facts = self._names(row["because"])
        cause = f"  <- {self._names(row['cause'])}" if row["cause"] else ""
        return [
            row["payee"],
            row["subject"].replace("/", " "),
            row["component"] + (f" {row['plan']}" if self.several_plans else ""),
            f"of {period}" if late else "",
            _product(row),
            money(row["amount"], row["currency"]),
            facts + cause,
        ]

    def _balances(self, period: str, told: Known) -> list[str]:
        lines: list[str] = []
        for said, issue in self._issues(period, told):
            rows: list[Cells] = []
            for row in issue.balances.iter_rows(named=True):
                cells = [row["payee"]]
                for name in ("stated", "carried_before", "cash", "carried"):
                    cells += [name.replace("_", " "), money(row[name], row["currency"])]
                rows.append(cells)
            lines += [*said, *(table(rows, right=(2, 4, 6, 8)) or ["nothing"])]
        return lines

    def _explain(self, payee: str, deal: str, period: str, told: Known) -> list[str]:
        lines: list[str] = []
        for closed in closes(told.records):
            if str(closed.period) != period:
                continue
            issue = kept_issue(closed, self.kept)
            before = [
                kept_issue(other, self.kept)
                for other in closes(told.records)
                if other.recorded < closed.recorded
            ]
            prefix = told.records.filter(pl.col("position") <= closed.position)
            world = Known(prefix, closed.position, None).world()
            mine = (pl.col("payee") == payee) & (pl.col("deal") == deal)
            for row in issue.lines.filter(mine).iter_rows(named=True):
                reason = explained(row, world, stated_lines(before))
                assert sum(below.amount or 0 for below in reason.below) == row["amount"]
                lines += [f"{'  ' * depth}{text}" for depth, text in reason.lines()]
        if lines:
            return lines
        why = why_not(payee, deal, told.world())
        return [f"{'  ' * depth}{text}" for depth, text in why.lines()]

    def _replay(self, period: str, told: Known) -> list[str]:
        lines: list[str] = []
        for closed in closes(told.records):
            if str(closed.period) == period:
                prefix = told.records.filter(pl.col("position") <= closed.position)
                issue = replayed(everything(prefix), closed, self.kept).issue
                same = issue.document() == self.kept(closed.digest)
                verdict = "identical" if same else "DIFFERENT"
                lines.append(f"issue {closed.issue}: {issue.lines.height} lines, {verdict}")
        return lines or ["never closed"]

    def _exceptions(self, told: Known) -> list[str]:
        rows = [
            [
                row["code"],
                row["subject"].replace("/", " ") or "-",
                self.facts[row["source"], row["id"]],
                row["text"],
            ]
            for row in exceptions(told.world()).iter_rows(named=True)
        ]
        return table(rows) or ["none"]

    def _deals(self, told: Known) -> list[str]:
        rows = [
            [
                f"deal {row['deal']}",
                row["source"],
                f"by {row['signed_by'] or 'nobody'}",
                "" if row["lead"] is None else f"lead {row['lead']}",
                money(row["value"], row["currency"]),
                f"layers {row['layers']}",
                row["state"],
            ]
            for row in deals(told.world()).iter_rows(named=True)
        ]
        return table(rows, right=(4,)) or ["none"]

    def _periods(self, told: Known) -> list[str]:
        rows = period_rows(closes(told.records), reopened(told.records), None)
        return [f"{row['period']}  {row['state']}  issue {row['issue']}" for row in rows]

    def _names(self, names: Names) -> str:
        """Facts by type and date, in the order in which they count."""
        keys = sorted(((name["source"], name["id"]) for name in names), key=self.places.__getitem__)
        return ", ".join(self.facts[key] for key in keys)

    def _day(self, at: int) -> str:
        return instant(at).astimezone(self.zone).date().isoformat()


def _product(row: dict[str, Any]) -> str:
    """`2% of 1/2 of 100,000.00 CNY`; nothing for what has no rate, or moved without its base."""
    if row["rate"] is None or row["base"] == 0:
        return ""
    share = Fraction(row["share_num"], row["share_den"])
    part = "" if share == 1 else f"{share} of "
    return f"{row['rate']} of {part}{money(row['base'], row['base_currency'])}"


def money(minor: int, currency: str) -> str:
    """An amount with commas, and its currency."""
    text = amount_text(abs(minor), currency)
    whole, point, decimals = text.partition(".")
    return f"{'-' if minor < 0 else ''}{int(whole):,}{point}{decimals} {currency}"


def table(rows: Sequence[Cells], right: Sequence[int] = ()) -> list[str]:
    """Rows with their columns below each other; columns that are empty in all are left out."""
    columns = [n for n in range(len(rows[0])) if any(row[n] for row in rows)] if rows else []
    widths = {n: max(len(row[n]) for row in rows) for n in columns}
    return [
        "  ".join(
            row[n].rjust(widths[n]) if n in right else row[n].ljust(widths[n]) for n in columns
        ).rstrip()
        for row in rows
    ]
