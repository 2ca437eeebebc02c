"""The page about clusters: what it says a billion facts cost follows from what it says of one."""

import re

from replay.costs import Cluster, StageFigures, cost, costs
from tests.conftest import Golden
from tests.test_docs import DOCS

PAGE = DOCS / "guides" / "cluster.md"
FACTS, BUCKETS = 10**9, 800
CLUSTER = Cluster(
    executors=20, cores=4, store_bytes_s=200 * 10**6, start_ms=50, largest_percent=150
)
COMPUTED = re.compile("(<!-- computed: pytest --bless -->\n).*?(<!-- end -->)", re.DOTALL)


def measured(text: str) -> list[StageFigures]:
    """The figures that the page gives for a million facts."""
    [part] = re.findall("<!-- measured -->\n(.*?)<!-- end -->", text, re.DOTALL)
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in part.splitlines()[2:]]
    return [
        StageFigures(
            stage=stage,
            cpu_ms=int(cpu),
            read_bytes=int(read) * 10**6,
            written_bytes=int(written) * 10**6,
            peak_bytes=int(peak) * 10**6,
        )
        for stage, cpu, read, written, peak in rows
    ]


def computed(figures: list[StageFigures]) -> str:
    """The table of what a billion facts cost."""
    lines = [
        "| stage | minutes | hours of a core | GB moved | GB of an executor |",
        "|" + " --- |" * 5,
    ]
    lines += [
        f"| {each.stage} | {each.wall_ms / 60_000:.1f} | {each.core_ms / 3_600_000:.1f} "
        f"| {each.moved_bytes / 10**9:.0f} | {each.executor_bytes / 10**9:.1f} |"
        for each in costs(figures, FACTS, BUCKETS, CLUSTER)
    ]
    return "\n".join(lines) + "\n"


def test_the_costs_on_the_page_follow_from_its_figures(golden: Golden) -> None:
    text = PAGE.read_text(encoding="utf-8")
    table = computed(measured(text))
    golden(PAGE, COMPUTED.sub(lambda found: found[1] + table + found[2], text))


def test_twice_the_executors_take_half_the_time() -> None:
    [figures] = measured(PAGE.read_text(encoding="utf-8"))[:1]
    single = Cluster(executors=1, cores=1, store_bytes_s=10**8, start_ms=0, largest_percent=100)
    double = Cluster(executors=2, cores=1, store_bytes_s=10**8, start_ms=0, largest_percent=100)
    assert cost(figures, 10**6, 2, single).wall_ms == 2 * cost(figures, 10**6, 2, double).wall_ms


def test_cores_that_have_no_bucket_gain_nothing() -> None:
    [figures] = measured(PAGE.read_text(encoding="utf-8"))[:1]
    two = Cluster(executors=2, cores=1, store_bytes_s=10**8, start_ms=0, largest_percent=100)
    ten = Cluster(executors=10, cores=1, store_bytes_s=10**8, start_ms=0, largest_percent=100)
    assert cost(figures, 10**6, 2, ten) == cost(figures, 10**6, 2, two)


def test_a_million_facts_on_one_core_cost_what_was_measured() -> None:
    figures = StageFigures(
        stage="cases", cpu_ms=1_000, read_bytes=10**7, written_bytes=0, peak_bytes=5 * 10**8
    )
    one = Cluster(executors=1, cores=1, store_bytes_s=10**7, start_ms=7, largest_percent=100)
    told = cost(figures, 10**6, 1, one)
    assert (told.wall_ms, told.core_ms) == (1_000 + 1_000 + 7, 1_000 + 7)
    assert (told.moved_bytes, told.executor_bytes) == (10**7, 5 * 10**8)
