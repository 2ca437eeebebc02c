"""Five months of the demo's company: what its CRM sends from January to May 2026."""

from collections.abc import Iterable, Iterator
from typing import Final

from evenhand.demo.facts import Sent, amended, evening, local, sent, signed, together
from evenhand.demo.people import PEOPLE

_JOURNEYS: Final = """
L01 C01 mia wechat 01-05  01-07 sam  01-09 qualified
L02 C02 mia wechat 01-08  01-12 zoe  01-14 qualified
L03 C03 mia expo   01-12  01-15 hao  01-19 qualified
L04 C04 mia expo   01-13  -     -    01-16 disqualified
L05 C05 lin search 01-06  01-09 zoe  01-12 qualified
L06 C06 lin search 01-15  01-19 hao  01-21 qualified
L07 C07 lin search 01-20  -     -    01-23 disqualified
L08 C08 qiu video  01-07  01-13 wei  01-15 qualified
L09 C09 qiu video  01-12  01-16 wei  01-20 qualified
L10 C10 qiu video  01-22  01-26 sam  01-28 qualified
L11 C11 mia wechat 02-04  02-06 sam  02-09 qualified
L12 C12 mia wechat 02-05  02-10 zoe  02-11 qualified
L13 C13 mia expo   02-10  02-12 hao  02-13 qualified
L14 C14 lin search 02-02  02-04 hao  02-05 qualified
L15 C15 lin search 02-03  02-05 zoe  02-06 qualified
L16 C16 lin search 02-06  02-10 wei  02-11 qualified
L17 C17 lin search 02-09  02-12 sam  02-13 qualified
L18 C18 qiu video  02-05  02-09 wei  02-12 qualified
L21 C21 mia wechat 03-03  03-05 sam  03-06 qualified
L22 C22 mia expo   03-09  03-12 zoe  03-13 qualified
L23 C23 lin search 03-04  03-09 hao  03-10 qualified
L24 C24 lin search 03-11  03-16 hao  03-17 qualified
L25 C25 qiu video  03-10  03-13 wei  03-18 qualified
L26 C26 qiu video  03-16  -     -    03-19 disqualified
L27 C27 mia wechat 04-02  04-07 sam  04-08 qualified
L28 C28 mia expo   04-07  04-09 hao  04-10 qualified
L29 C29 lin search 04-08  04-13 hao  04-14 qualified
L30 C30 lin search 04-13  04-16 zoe  04-17 qualified
L31 C31 qiu video  04-10  04-14 wei  04-16 qualified
L32 C32 mia wechat 05-06  05-08 zoe  05-11 qualified
L33 C33 lin search 05-07  05-11 hao  05-12 qualified
L34 C34 qiu video  05-08  05-12 wei  05-13 qualified
"""
"""A marketing lead a line: customer, who found it, where, when; the visit; what it was judged."""

_THIRD: Final = "1/3"


def people() -> list[Sent]:
    """Everybody is enrolled on the first day, so that everybody can be paid."""
    return [
        sent(
            "payee-enrolled",
            "01-01 00:00",
            f"payee/{person.payee}",
            {"name": person.name, "role": person.job},
            id_=f"{person.payee}-enrolled",
            arrives="01-01 10:00",
        )
        for person in PEOPLE
    ]


def everything() -> list[Sent]:
    """All that the CRM sends, in the order in which it arrives."""
    parts = (people(), journeys(), january(), february(), march(), april(), may())
    facts = [fact for part in parts for fact in part]
    return sorted([*facts, *_again(facts)], key=lambda each: each.arrives)


def journeys() -> Iterator[Sent]:
    """Leads found by marketing, visited by sales, judged valid or not."""
    for line in _JOURNEYS.split("\n"):
        if line:
            yield from _journey(*line.split())


def _journey(  # noqa: PLR0913, PLR0917 - the columns of the table above
    lead: str,
    customer: str,
    by: str,
    channel: str,
    found: str,
    visited: str,
    visitor: str,
    judged: str,
    verdict: str,
) -> Iterator[Sent]:
    subject = f"lead/{lead}"
    origin = {"customer": customer, "by": by, "side": "marketing", "channel": channel}
    yield sent("lead-created", found, subject, origin, id_=f"{lead}-created")
    if visitor != "-":
        visit = {"kind": "visit", "side": "sales", "by": visitor}
        yield sent("touch-recorded", f"{visited} 14:00", subject, visit, id_=f"{lead}-visit")
    says = {"by": visitor if visitor != "-" else by, "criteria": "budget-need-date"}
    yield sent(f"lead-{verdict}", f"{judged} 10:00", subject, says, id_=f"{lead}-{verdict}")


def january() -> Iterable[Sent]:
    """A joint signing, a deal of two signers, and one that sales found by itself."""
    return (
        signed("D01", "01-20 15:00", {"sam": "1"}, "100000.00", customer="C01", lead="L01"),
        together("D01", "01-20 15:30", "mia", "sam"),
        signed(
            "D02",
            "01-26 11:00",
            {"zoe": "2/3", "hao": _THIRD},
            "50000.00",
            customer="C05",
            lead="L05",
        ),
        signed("D03", "01-28 16:00", {"wei": "1"}, "30000.00", customer="C51", term_months=3),
    )


def february() -> Iterable[Sent]:
    """Zoe enters customer C02 as her own find, five weeks after Mia had found the same customer."""
    own = {"customer": "C02", "by": "zoe", "side": "sales", "channel": "phone"}
    visit = {"kind": "visit", "side": "sales", "by": "zoe"}
    return (
        signed("D04", "02-12 15:00", {"hao": "1"}, "60000.00", customer="C14", lead="L14"),
        sent("lead-created", "02-10 17:00", "lead/L20", own, id_="L20-created"),
        sent("touch-recorded", "02-11 14:00", "lead/L20", visit, id_="L20-visit"),
        signed("D05", "02-25 15:00", {"zoe": "1"}, "80000.00", customer="C02", self_sourced=True),
        signed(
            "D06",
            "02-26 10:00",
            {"sam": "0.5", "wei": "0.5"},
            "45000.00",
            customer="C08",
            lead="L08",
        ),
    )


def march() -> Iterable[Sent]:
    """Dollars, an upsell, one person in both roles, a test entry that is voided, a contract."""
    void = {"target": {"source": "/crm/demo", "id": "D10-signed"}, "reason": "entered as a test"}
    return (
        signed(
            "D07",
            "03-05 11:00",
            {"wei": "1"},
            "20000.00",
            currency="USD",
            customer="C09",
            lead="L09",
        ),
        amended("D01", "03-10 10:00", "upsell", "130000.00"),
        signed("D10", "03-12 17:30", {"hao": "1"}, "8000.00", customer="C99"),
        sent("fact-voided", "03-13 09:30", "deal/D10", void, id_="D10-void"),
        signed(
            "D08",
            "03-16 15:00",
            {"mia": "0.5", "sam": "0.5"},
            "100000.00",
            customer="C11",
            lead="L11",
        ),
        signed("D09", "03-24 15:00", {"zoe": "1"}, "70000.00", customer="C15", lead="L15"),
    )


def april() -> Iterable[Sent]:
    """D09 shrank on 30 March, and nobody said so until 9 April; D11 is unreadable at first."""
    proper = signed("D11", "04-14 15:00", {"hao": "1"}, "88000.00", customer="C24", lead="L24")
    number = proper.raw.replace(b'"88000.00"', b"88000.00")
    return (
        amended("D09", "03-30 16:00", "reduction", "50000.00", arrives="04-09 21:00"),
        Sent(proper.arrives, number),
        Sent(local("04-15 21:00"), proper.raw),
        amended("D03", "04-20 10:00", "renewal", "36000.00"),
        signed(
            "D12",
            "04-22 15:00",
            {"hao": _THIRD, "sam": _THIRD, "zoe": _THIRD},
            "90000.00",
            customer="C21",
            lead="L21",
        ),
        together("D12", "04-22 15:30", "mia", "sam", "zoe"),
    )


def may() -> Iterable[Sent]:
    """The month that is still open."""
    return (signed("D13", "05-18 15:00", {"wei": "1"}, "40000.00", customer="C25", lead="L25"),)


def _again(facts: Iterable[Sent]) -> Iterator[Sent]:
    """On 21 April the CRM sends everything of March once more."""
    first, last = evening(local("03-01")), evening(local("03-31"))
    for fact in facts:
        if first <= fact.arrives <= last:
            yield Sent(local("04-21 22:00"), fact.raw)
