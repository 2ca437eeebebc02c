"""Several writers decide on the same stream at once: for each version exactly one is right."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import URL

from evenhand.sql import SqlLog
from evenhand.sql.errors import StreamMoved
from evenhand.sql.verify import verify
from tests.sql.facts import appending, fact

RIVALS = 4
DECISIONS = 12


def test_of_rivals_for_a_version_one_is_right_and_the_others_decide_again(url: URL) -> None:
    SqlLog.open(url).close()
    with ThreadPoolExecutor(RIVALS) as all_at_once:
        decided = list(all_at_once.map(_decide, [url] * RIVALS, range(RIVALS)))

    with SqlLog.open(url) as log:
        found = [(record.version, record.id) for record in log.stream("deal/D1")]
        assert [version for version, _ in found] == list(range(1, RIVALS * DECISIONS + 1))
        assert sorted(found) == sorted(each for own in decided for each in own)
        assert verify(log) is None


def _decide(url: URL, rival: int) -> list[tuple[int, str]]:
    """Append decisions on what the stream is at; the version each was recorded with."""
    recorded = []
    with SqlLog.open(url) as log:
        for number in range(DECISIONS):
            event = fact(f"{rival}-{number}")
            while True:
                version = len(log.stream(event.stream))
                try:
                    log.append(appending(event, expected={event.stream: version}))
                except StreamMoved:
                    continue
                recorded.append((version + 1, event.id))
                break
    return recorded
