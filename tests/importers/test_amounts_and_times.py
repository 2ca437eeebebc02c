import re
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.importers.amounts import Decimal, Thousands, plain_amount
from evenhand.importers.cells import Typed
from evenhand.importers.errors import RefusedCell
from evenhand.importers.times import Doubled, Times
from schemas.values import AMOUNT_PATTERN

PLAIN: tuple[Decimal, Thousands] = (".", "")


def code(cell: str, separators: tuple[Decimal, Thousands] = PLAIN, currency: str = "CNY") -> str:
    with pytest.raises(RefusedCell) as refused:
        plain_amount(cell, "amount", currency, separators)
    assert refused.value.column == "amount"
    return refused.value.code


@pytest.mark.parametrize(
    "cell",
    [
        *("1,234.56", "1.234,56", "１２", "٣", "1_000", "1\u00a0000", "12\u00a0", " 1", "1e3"),
        *("NaN", "Infinity", "0x1F", "1.", ".5", "--1", "(5.00)", "007", "¥5", "1\n", "5%"),
    ],
)
def test_a_number_that_is_not_as_declared_is_refused(cell: str) -> None:
    assert code(cell) in ("bad-amount", "formula")


@pytest.mark.parametrize(
    ("cell", "separators", "plain"),
    [
        ("4821.0", (".", ""), "4821.0"),
        ("50000000.0", (".", ""), "50000000.0"),
        ("-5.00", (".", ""), "-5.00"),
        ("1.234,56", (",", "."), "1234.56"),
        ("1234,56", (",", "."), "1234.56"),
        ("12.345.678", (",", "."), "12345678"),
        ("1 234,5", (",", " "), "1234.5"),
        ("1'234.50", (".", "'"), "1234.50"),
        ("1\u00a0234,5", (",", "\u00a0"), "1234.5"),
        ("0,00", (",", "."), "0.00"),
        ("12.340000", (".", ""), "12.34"),
    ],
)
def test_a_number_as_declared_is_read_to_the_digit(
    cell: str, separators: tuple[Decimal, Thousands], plain: str
) -> None:
    assert plain_amount(cell, "amount", "CNY", separators) == plain


@pytest.mark.parametrize("cell", ["1.2345,00", "12.34", "1.23.456", ".123", "1234.567", "0.123"])
def test_thousands_stand_in_groups_of_three_or_not_at_all(cell: str) -> None:
    assert code(cell, (",", ".")) == "bad-amount"


def test_zeros_that_a_currency_has_no_place_for_are_dropped_and_nothing_else() -> None:
    assert plain_amount("4821.0", "amount", "JPY", PLAIN) == "4821"
    assert plain_amount("4821.5", "amount", "JPY", PLAIN) == "4821.5"
    assert plain_amount("4821.000", "amount", "BHD", PLAIN) == "4821.000"


def test_an_amount_without_a_currency_is_refused() -> None:
    assert code("5", currency="") == "unknown-currency"
    assert code("5", currency="R$") == "unknown-currency"


def test_a_number_the_workbook_knows_needs_no_format() -> None:
    assert plain_amount(Typed("1234.5"), "amount", "CNY", (",", ".")) == "1234.5"
    assert code(Typed("2026-01-02"), (",", ".")) == "bad-amount"


@given(st.integers(-(10**15) + 1, 10**15 - 1), st.sampled_from(["", ".", " ", "'"]))
def test_every_amount_survives_being_written_in_another_country(
    minor: int, thousands: Thousands
) -> None:
    whole, cents = divmod(abs(minor), 100)
    sign = "-" if minor < 0 else ""
    cell = f"{sign}{whole:,}".replace(",", thousands) + f",{cents:02d}"
    plain = plain_amount(cell, "amount", "CNY", (",", thousands))
    assert plain == f"{sign}{whole}.{cents:02d}"


@given(st.text(st.sampled_from("0123456789.,-+e _'\u00a0１"), max_size=12))
def test_what_is_read_at_all_is_an_amount_of_the_wire(cell: str) -> None:
    try:
        plain = plain_amount(cell, "amount", "CNY", (",", "."))
    except RefusedCell:
        return
    assert re.fullmatch(AMOUNT_PATTERN, plain) or len(plain) > 15


def times(zone: str, *formats: str, doubled: Doubled = "refuse") -> Times:
    return Times(ZoneInfo(zone), formats, doubled)


@pytest.mark.parametrize(
    ("written", "cell", "instant"),
    [
        ("YYYY-MM-DD", "2026-01-20", "2026-01-19T16:00:00+00:00"),
        ("YYYY-MM-DD hh:mm:ss", "2026-01-20 15:00:01", "2026-01-20T07:00:01+00:00"),
        ("D.M.YYYY h:mm", "3.1.2026 9:05", "2026-01-03T01:05:00+00:00"),
        ("DD/MM/YYYY", "03/01/2026", "2026-01-02T16:00:00+00:00"),
        ("YYYYMMDD", "20260103", "2026-01-02T16:00:00+00:00"),
        (
            "YYYY-MM-DDThh:mm:ss.ffffff",
            "2026-01-03T08:00:00.25",
            "2026-01-03T00:00:00.250000+00:00",
        ),
    ],
)
def test_a_time_is_read_as_it_is_declared(written: str, cell: str, instant: str) -> None:
    assert times("Asia/Shanghai", written).instant(cell, "on") == instant


def test_a_time_with_its_own_offset_keeps_it() -> None:
    declared = times("Asia/Shanghai", "RFC3339")
    assert declared.instant("2026-01-31T23:30:00-03:00", "on") == "2026-01-31T23:30:00-03:00"
    assert declared.month("2026-01-31T23:30:00-03:00") == "2026-02"


@pytest.mark.parametrize(
    ("zone", "cell", "why"),
    [
        ("America/New_York", "2026-11-01 01:30:00", "double-time"),
        ("America/New_York", "2026-03-08 02:30:00", "no-such-time"),
        ("America/Sao_Paulo", "2018-02-17 23:30:00", "double-time"),
        ("Asia/Shanghai", "2026-02-29 00:00:00", "bad-time"),
        ("Asia/Shanghai", "2026-1-2 00:00:00", "bad-time"),
        ("Asia/Shanghai", "２026-01-02 00:00:00", "bad-time"),
        ("Asia/Shanghai", "2026-01-02 24:00:00", "bad-time"),
        ("Asia/Shanghai", "", "missing-field"),
    ],
)
def test_a_time_that_is_not_one_instant_is_refused(zone: str, cell: str, why: str) -> None:
    with pytest.raises(RefusedCell) as refused:
        times(zone, "YYYY-MM-DD hh:mm:ss").instant(cell, "on")
    assert refused.value.code == why


def test_an_hour_that_was_shown_twice_is_the_declared_one() -> None:
    cell, written = "2026-11-01 01:30:00", "YYYY-MM-DD hh:mm:ss"
    first = times("America/New_York", written, doubled="first").instant(cell, "on")
    second = times("America/New_York", written, doubled="second").instant(cell, "on")
    assert (first, second) == ("2026-11-01T05:30:00+00:00", "2026-11-01T06:30:00+00:00")


def test_a_date_whose_midnight_was_skipped_begins_at_its_first_instant() -> None:
    found = times("America/Sao_Paulo", "YYYY-MM-DD").instant("2017-10-15", "on")
    assert found == "2017-10-15T03:00:00+00:00"


def test_a_date_that_two_formats_read_differently_is_refused() -> None:
    both = times("Asia/Shanghai", "DD/MM/YYYY", "MM/DD/YYYY")
    assert both.month("13/01/2026") == "2026-01"
    assert both.month("01/01/2026") == "2026-01"
    with pytest.raises(RefusedCell, match="two times"):
        both.instant("02/01/2026", "on")
