"""Every scenario states, to the cent, what the law in plain fractions says it should."""

import json
from pathlib import Path
from typing import Any

import pytest

from commands.handle import kept_by
from replay.periods import closes, kept_issue
from schemas.recorded import Recorded
from schemas.statements import Issue
from tests.oracle import law
from tests.scenarios.scenario import PATHS, read
from tests.scenarios.telling import DatedLog, told
from tests.strategies import Record as Plain


def plain(record: Recorded) -> Plain:
    """A record as the oracle reads it."""
    data: dict[str, Any] = json.loads(record.state)
    if record.type == "plan-published":
        data = {"plan": data["document"]}
    return {
        "specversion": "1.0",
        "source": record.source,
        "id": record.id,
        "type": record.type,
        "time": record.effective_at.isoformat(),
        "subject": record.stream,
        "data": data,
    }


def lines(issue: Issue) -> list[tuple[Any, ...]]:
    names = ("payee", "subject", "fact_id", "component", "plan", "currency", "amount")
    return sorted(issue.lines.select(*names).rows())


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_scenario_states_what_the_oracle_states(path: Path) -> None:
    log = DatedLog()
    told(read(path), log, log.set_clock)
    ours = [kept_issue(closed, kept_by(log)) for closed in closes(log.columns())]
    theirs = law.statements([plain(record) for record in log.read()])
    assert len(ours) == len(theirs)
    for issue, statement in zip(ours, theirs, strict=True):
        keys = [(line.key, line.amount) for line in statement.lines]
        assert lines(issue) == sorted(
            (key.payee, key.subject, key.fact[1], key.component, key.plan, key.currency, amount)
            for key, amount in keys
        )
        balances = issue.balances.select("payee", "currency", "cash", "carried").rows()
        assert {(payee, currency): rest for payee, currency, *rest in balances if any(rest)} == {
            purse: [balance.cash, balance.carried]
            for purse, balance in statement.balances.items()
            if balance.cash or balance.carried
        }
