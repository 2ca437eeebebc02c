"""Who is credited inside the classes of a deal, and what one person in both roles is credited."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from tests.oracle.attribution.journeys import shares_of_touches
from tests.oracle.attribution.known import Known
from tests.oracle.attribution.sources import Source
from tests.oracle.deals import Deal
from tests.oracle.facts import Fact

Shares = Mapping[str, Fraction]
Touches = Mapping[str, list[Fact]]
NOTHING = Fraction(0)


@dataclass(frozen=True)
class Credit:
    """A role in a class of a deal: the class share, and each payee's share of the whole deal."""

    role: str
    source: str
    class_share: Fraction
    shares: Shares
    touches: Touches = field(default_factory=dict)  # of each payee, by which they are credited


@dataclass(frozen=True)
class Side:
    """Shares of one side that sum to 1, or nobody's; with the touches of each payee."""

    shares: Shares
    touches: Touches = field(default_factory=dict)


def credits_in(known: Known, deal: Deal, source: Source, split: Shares) -> list[Credit]:
    """Who is credited for a layer with this signing split, in which role and class."""
    sales = sales_side(known, deal, source, split)
    own = source.vector.get("self", NOTHING)
    part = source.vector.get("marketing", NOTHING)
    shared = marketing_part(part, marketing_side(known, deal, source), sales) if part else []
    found = [Credit("sales", "self", own, scaled(sales.shares, own), sales.touches)] if own else []
    for credit in shared:
        if found and credit.source == "self":
            found = [together(found[0], credit)]
        else:
            found.append(credit)
    found += [
        Credit("sales", name, share, scaled(sales.shares, share), sales.touches)
        for name, share in source.vector.items()
        if name not in {"marketing", "self"}
    ]
    return [credit for credit in found if credit.shares]


def marketing_part(part: Fraction, marketing: Side, sales: Side) -> list[Credit]:
    """What both sides have of one person becomes class self; the rest stays marketing's."""
    both = {p: min(share, sales.shares.get(p, NOTHING)) for p, share in marketing.shares.items()}
    overlap = sum(both.values(), NOTHING)
    rest = part * (1 - overlap)
    of_marketing = scaled(without(marketing.shares, both), part)
    of_sales = scaled(without(sales.shares, both), part)
    touches = joined(kept(marketing.touches, both), kept(sales.touches, both))
    return [
        Credit("sales", "self", part * overlap, scaled(both, part), touches),
        Credit("marketing", "marketing", rest, of_marketing, marketing.touches),
        Credit("sales", "marketing", rest, of_sales, sales.touches),
    ]


def together(one: Credit, other: Credit) -> Credit:
    """A payee's shares in one class and role are added."""
    return Credit(
        one.role,
        one.source,
        one.class_share + other.class_share,
        added(one.shares, other.shares),
        joined(one.touches, other.touches),
    )


def marketing_side(known: Known, deal: Deal, source: Source) -> Side:
    """As ruled; else by touches if there are any; else the finder, or nobody."""
    ruled = source.ruled.split("marketing") if source.ruled else None
    if ruled:
        return Side(ruled)
    by_touches = touched(known, deal, source, "marketing")
    finder = {source.finder: Fraction(1)} if source.finder else {}
    return by_touches or Side(finder)


def sales_side(known: Known, deal: Deal, source: Source, split: Shares) -> Side:
    """As ruled; else by touches if there are any; else the signers of the layer."""
    ruled = source.ruled.split("sales") if source.ruled else None
    return Side(ruled) if ruled else touched(known, deal, source, "sales") or Side(split)


def touched(known: Known, deal: Deal, source: Source, side: str) -> Side | None:
    """The payees of the touches of a side, each with the sum of what those have."""
    settings = source.policy.credit(side)
    if settings["by"] != "touches":
        return None
    shares: dict[str, Fraction] = {}
    touches: dict[str, list[Fact]] = {}
    for fact, share in shares_of_touches(known, deal, side, settings):
        payee = str(fact.data["by"])
        shares[payee] = shares.get(payee, NOTHING) + share
        if share:
            touches.setdefault(payee, []).append(fact)
    return Side(positive(shares), touches) if shares else None


def positive(shares: Shares) -> dict[str, Fraction]:
    """Nobody is credited with nothing."""
    return {payee: share for payee, share in shares.items() if share > 0}


def scaled(shares: Shares, by: Fraction) -> dict[str, Fraction]:
    return positive({payee: share * by for payee, share in shares.items()})


def without(shares: Shares, taken: Shares) -> dict[str, Fraction]:
    return positive({payee: share - taken.get(payee, NOTHING) for payee, share in shares.items()})


def added(one: Shares, other: Shares) -> dict[str, Fraction]:
    payees = sorted({*one, *other})
    return {payee: one.get(payee, NOTHING) + other.get(payee, NOTHING) for payee in payees}


def kept(touches: Touches, both: Shares) -> dict[str, list[Fact]]:
    """The touches of those who are credited on both sides."""
    return {payee: facts for payee, facts in touches.items() if both.get(payee)}


def joined(*several: Touches) -> dict[str, list[Fact]]:
    found: dict[str, list[Fact]] = {}
    for touches in several:
        for payee, facts in touches.items():
            found[payee] = [*found.get(payee, []), *facts]
    return found
