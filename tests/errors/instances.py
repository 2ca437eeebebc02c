"""One instance of every error, with the values that its text is shown with."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from evenhand.importers.errors import REMEDIES as IMPORT_REMEDIES
from evenhand.importers.errors import BadFile, RefusedCell
from schemas.calendar import PayoutPeriod
from schemas.errors import EvenhandError, Forbidden, Malformed, Missing, Refused
from schemas.json_text import MESSAGE_BYTES_MAX
from schemas.wire import REMEDIES, BadEvent, decode, decode_binary
from tests.schemas.bad_samples import FIELDS
from tests.schemas.samples import SIGNING, binary, changed, raw

PACKAGES = ("schemas", "engine", "projections", "replay", "commands", "evenhand")
FAMILIES = (Malformed, Refused, Missing, Forbidden)
BY_CODE = (BadEvent, BadFile, RefusedCell)
"""Classes whose instances carry one of many codes."""

VALUES: dict[str, Any] = {
    "deal": "D1",
    "dispute": "dispute-1",
    "lead": "L1",
    "payee": "mia",
    "url": "evenhand.db",
    "asked": "evenhand",
    "by": "lee",
    "cause": "disk I/O error",
    "closed": "1f" * 32,
    "failure": "KeyError: 'deal'",
    "found": "another application",
    "journey": "j7",
    "line": "2026-01-20 deal-singed D1",
    "model": "markov",
    "name": "demo",
    "needed": "a whole number above 0",
    "option": "--known-at",
    "origin": "kafka:evenhand.crm.events.v1/2/17",
    "partition": "evenhand.crm.events.v1/2",
    "place": "evenhand.db.segments",
    "plan": "seed-4-2-5",
    "reason": "it says something that cannot be",
    "replayed": "2e" * 32,
    "setting": "synchronous",
    "state": "released",
    "stream": "deal/D1",
    "subject": "deal/D1",
    "text": "yesterday",
    "topic": "evenhand.crm.events.v1",
    "what": "Reopening a period",
    "why": "it holds no event",
}
SEGMENT = f"000000000001-000001000000-{'5e' * 32}.parquet"
OF_CLASS: dict[str, dict[str, Any]] = {
    "AlreadyTracked": {"name": "kafka:evenhand.crm.events.v1/2"},
    "AmountTooLarge": {"bound": 10**41},
    "BadGame": {"path": Path("game.csv"), "findings": ["row 3: 'a+a' is no set of players"]},
    "BadJourneys": {"path": Path("journeys.csv"), "findings": ["row 2: channel is empty"]},
    "BadMapping": {
        "name": "hubspot.yaml",
        "reason": "it maps the column Amout, which is not there",
    },
    "KafkaUnreachable": {"reason": "no broker answered within 10 s"},
    "KnownAtInFuture": {"known_at": datetime(2026, 3, 1, tzinfo=UTC)},
    "NoLog": {"name": "deals.csv"},
    "OffsetGap": {"last": 12},
    "BadOverlay": {"path": Path("ruling.yaml"), "findings": ["deal: Field required"]},
    "OverlayContradicts": {"source": "/crm/demo", "id": "5"},
    "PositionInFuture": {"head": 5},
    "QuarantineFull": {"waiting": 1_000, "limit": 1_000},
    "StreamChanged": {"found": 9},
    "StreamMoved": {"found": 9},
    "BadSetting": {"name": "EVENHAND_KAFKA_BATCH"},
    "NotTheLatestClosed": {"latest": PayoutPeriod.parse("2026-03")},
    "EarlierPeriodOpen": {"earliest": PayoutPeriod.parse("2025-12")},
    "PeriodClosedAlready": {"latest": PayoutPeriod.parse("2026-03")},
    "LogBusy": {"cause": "database is locked"},
    "LogDamaged": {"cause": "database disk image is malformed"},
    "LogFull": {"cause": "database or disk is full"},
    "LogNewer": {"what": "migration r0009"},
    "LogReadOnly": {"cause": "attempt to write a readonly database"},
    "LogUnsafe": {"found": "OFF", "needed": "FULL"},
    "SegmentContradicted": {
        "name": SEGMENT,
        "what": "records from position 131073 on read otherwise",
    },
    "SegmentDamaged": {"name": SEGMENT},
    "SegmentForeign": {"name": SEGMENT},
    "SegmentMissing": {"name": SEGMENT},
    "StatementLost": {"asked": "3c" * 32},
    "UnknownPlan": {"plan": "seed-4-2-6", "published": ["seed-4-2-5"]},
    "BadExample": {"reason": "deal-singed is not a type of fact"},
    "UnknownTopic": {"topic": "deal-singed"},
    "NoSuchLine": {"line": "0123456789abcdef"},
    "Unstorable": {"text": "Mia\0"},
    "NoSuchVersion": {"name": "seed-4-2-5@9", "known": ["seed-4-2-5@1"]},
    "NothingToAccept": {"name": "seed-4-2-5@9"},
    "NotApproved": {"name": "seed-4-2-5@1", "what": "plan"},
    "NoSuchPolicy": {"name": "source-of-deal@9", "known": ["default@0", "source-of-deal@1"]},
    "VersionPublishedAlready": {"name": "seed-4-2-5@1"},
    "ApproverIsAuthor": {"name": "seed-4-2-5@1"},
    "UnknownLine": {"line": "0123456789abcdef"},
    "DisputeNotOpen": {"state": "settled"},
    "DisputeNotRuled": {"state": "open"},
    "NothingToRevoke": {"name": "ruling-dispute-1-1"},
    "NoSuchPosition": {"asked": 12},
    "ChainTooLong": {"states": 1_200},
    "CurrenciesMixed": {"currencies": ["CNY", "EUR"]},
    "NegativeWorth": {"channel": "webinar", "worth": Fraction(-2, 3)},
    "TooManyChannels": {"channels": 24, "most": 20},
    "TooManyStates": {"states": 6_400},
    "TrainerApproves": {"name": "channels", "by": "ana"},
    "UnknownWeights": {"name": "channels", "digest": "5e" * 32, "known": ["4d" * 32]},
    "WeightsNotApproved": {"name": "channels", "digest": "4d" * 32},
    "NotInstalled": {
        "asked": "Spark",
        "needed": "pyspark",
        "remedy": "pip install 'evenhand[spark]'",
    },
    "RunCancelled": {"stage": "cases", "finished": 12, "buckets": 64},
    "WorkerDied": {"how": "SIGKILL"},
    "CaseStoreDamaged": {"file": "facts-00003/00001.parquet"},
    "BucketTooLarge": {"limit_bytes": 512 * 2**20},
    "BucketFailed": {"reason": "ModuleNotFoundError: No module named 'polars'"},
    "BadStore": {"url": "ftp://files", "reason": "it names no bucket of object storage"},
    "StoreUnreachable": {"url": "s3://evenhand/work", "reason": "AWS Error ACCESS_DENIED"},
    "BadTraining": {
        "path": Path("training.yaml"),
        "findings": ["line 4, column 5: of: it is channel or kind"],
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An error as its golden file shows it; `name` is that of the file."""

    name: str
    code: str
    family: str
    status: int
    text: str

    def golden(self) -> str:
        return f"{self.code}\n{self.family}, {self.status}\n\n{self.text}\n"


@cache
def classes() -> tuple[type[EvenhandError], ...]:
    """Every class of error of the product, after all of it is imported."""
    for package in PACKAGES:
        path = importlib.import_module(package).__path__
        for module in pkgutil.walk_packages(path, f"{package}."):
            if "migrations" not in module.name:
                importlib.import_module(module.name)
    found = {
        each for each in subclasses(EvenhandError) if each.__module__.split(".")[0] in PACKAGES
    }
    return tuple(sorted(found, key=lambda each: (each.__module__, each.__qualname__)))


def subclasses(of: type[EvenhandError]) -> Iterator[type[EvenhandError]]:
    for each in of.__subclasses__():
        yield each
        yield from subclasses(each)


def concrete() -> list[type[EvenhandError]]:
    """Classes with one code of their own: those that a person can meet by it."""
    return [each for each in classes() if each not in FAMILIES and each not in BY_CODE]


def instance(kind: type[EvenhandError]) -> EvenhandError:
    """An instance with values that fit the names and types of the parameters."""
    if "__init__" not in {name for base in kind.__mro__[:-4] for name in vars(base)}:
        return kind("it cannot be done. Do something else.")
    hints = get_type_hints(kind.__init__)
    names = [name for name in inspect.signature(kind.__init__).parameters if name != "self"]
    special = OF_CLASS.get(kind.__name__, {})
    return kind(
        *(special[name] if name in special else _value(name, hints[name]) for name in names)
    )


def _value(name: str, hint: Any) -> Any:
    if hint is str:
        assert name in VALUES, f"say in VALUES what an error shows for {name}"
        return VALUES[name]
    simple = {
        int: 7,
        bytes: bytes(range(32)),
        datetime: datetime(2026, 2, 1, tzinfo=UTC),
        timedelta: timedelta(minutes=90),
        PayoutPeriod: PayoutPeriod.parse("2026-01"),
        PayoutPeriod | None: None,
        Path: Path("demo.yaml"),
        list[str]: ["rate: a rate is written 4%, 0.04 or 1/25"],
    }
    return simple[hint]


def shown() -> list[Shown]:
    """Every error by its golden file: classes, codes of the wire, codes of imports."""
    single = [(each.code, instance(each)) for each in concrete()]
    wire = [(f"wire/{code}", bad_event(code)) for code in sorted(REMEDIES)]
    imports = [(f"import/{code}", bad_import(code)) for code in sorted(IMPORT_REMEDIES)]
    return [_shown(name, error) for name, error in (*single, *wire, *imports)]


def _shown(name: str, error: EvenhandError) -> Shown:
    family = next(each.__name__ for each in FAMILIES if isinstance(error, each))
    return Shown(name=name, code=error.code, family=family, status=error.status, text=str(error))


def bad_event(code: str) -> BadEvent:
    """A message of the tests that is refused with a code."""
    at = "2026-01-20T15:00:00+08:00"
    made = {
        "bad-rate": BadEvent(code, "rate: a rate of exchange is above zero and exact"),
        "time-ahead": BadEvent(code, f"it says it happened at {at}, which is not yet"),
    }
    if code in made:
        return made[code]
    with pytest.raises(BadEvent) as caught:
        _sent(code)
    assert caught.value.code == code
    return caught.value


def _sent(code: str) -> None:
    headers, key, value = binary(SIGNING)
    match code:
        case "empty":
            decode_binary([], key, None)
        case "key-is-not-subject":
            decode_binary(headers, b"deal/D2", value)
        case "too-large":
            decode(b" " * (MESSAGE_BYTES_MAX + 1))
        case "not-json":
            decode(raw(SIGNING)[:-1])
        case "duplicate-name":
            decode(raw(SIGNING).replace(b'"id"', b'"id":"4","id"'))
        case _:
            _, event, path, other = FIELDS[code][0]
            decode(raw(changed(event, path, other)))


def bad_import(code: str) -> BadFile | RefusedCell:
    """An error of an import: of the file as a whole, or of a cell."""
    if list(IMPORT_REMEDIES).index(code) < list(IMPORT_REMEDIES).index("ambiguous-slug"):
        return BadFile(code, "deals.csv", "it is not as the mapping says")
    return RefusedCell(code, "Amount", "it is not as the mapping says")
