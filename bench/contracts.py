"""The events of deals: signed, amended, signed together; and the repair of some of them."""

import polars as pl

from bench.company import DAY, END, Company
from bench.dice import Dice
from bench.telling import TOLD, json_object, money, payee, signers, text, told

SOURCE = "/crm/demo"
_KINDS = ("upsell", "reduction", "renewal", "correction", "cancellation")
_KIND_WEIGHTS = (35, 25, 15, 15, 10)


def signed(company: Company, known: pl.DataFrame) -> list[pl.DataFrame]:
    """Signings; one in a thousand is told twice with another date."""
    frame = _placed(known).with_columns(at="signed_at")
    again = frame.filter(Dice(company.seed, "d").chance(0.001, "twice"))
    later = again.with_columns(pl.col("at") + 5 * DAY)
    fields = _signing(pl.col("minor"))
    return [
        told(frame, "deal-signed", ("d", pl.col("d")), fields),
        told(later, "deal-signed", ("dd", pl.col("d")), fields),
    ]


def amended(company: Company, known: pl.DataFrame) -> pl.DataFrame:
    """One to three amendments of some deals, now and then dated before the signing."""
    dice = Dice(company.seed, "a")
    some = known.filter(Dice(company.seed, "d").chance(0.045, "amended"))
    every = pl.concat([some.with_columns(turn=pl.lit(turn, dtype=pl.Int64)) for turn in range(3)])
    numbered = every.with_columns(a=pl.col("d") * 3 + pl.col("turn"))
    frame = numbered.filter((pl.col("turn") == 0) | dice.chance(0.3, "more")).with_columns(
        kind=pl.lit(pl.Series(_KINDS)).gather(dice.weighted(_KIND_WEIGHTS, "kind")),
        after=5 * DAY + dice.below(240 * DAY, "after"),
        factor=40 + dice.below(140, "factor"),
    )
    early = pl.when(dice.chance(0.01, "early")).then(-2 * DAY).otherwise("after")
    frame = _placed(frame).with_columns(at=(pl.col("signed_at") + early).clip(upper_bound=END))
    valued = pl.col("kind") != "cancellation"
    corrects = (pl.col("kind") == "correction") & dice.chance(0.5, "names")
    own = pl.col("kind").is_in(["upsell", "renewal"]) & dice.chance(0.2, "own")
    first = json_object({"id": text(pl.format("d{}", "d")), "source": pl.lit(f'"{SOURCE}"')})
    amount = money(pl.col("minor") * pl.col("factor") // 100, pl.col("currency"))
    people = (pl.col("two"), pl.col("three"), pl.col("one"))
    fields = {
        "corrects": pl.when(corrects).then(first),
        "deal": text(pl.format("D{}", "d")),
        "kind": text(pl.col("kind")),
        "signed_by": pl.when(own).then(signers(pl.col("split"), people)),
        "value": pl.when(valued).then(amount),
    }
    return told(frame, "contract-amended", ("a", pl.col("a")), fields)


def joined(company: Company, known: pl.DataFrame) -> pl.DataFrame:
    """Joint signings of some deals, by two or by three."""
    dice = Dice(company.seed, "d")
    frame = _placed(known.filter(dice.chance(0.12, "joint"))).with_columns(
        at=(pl.col("signed_at") + dice.below(DAY, "minutes")).clip(upper_bound=END),
        also=pl.when(dice.chance(0.8, "pair")).then(None).otherwise("three"),
    )
    people = pl.concat_list("one", "two", "also").list.drop_nulls().list.sort()
    names = people.list.eval(text(payee(pl.element()))).list.join(",")
    fields = {"deal": text(pl.format("D{}", "d")), "payees": pl.format("[{}]", names)}
    return told(frame, "joint-signing-confirmed", ("j", pl.col("d")), fields)


def repaired(company: Company, known: pl.DataFrame, facts: pl.DataFrame) -> list[pl.DataFrame]:
    """Voids of facts, voids of those, and corrections of signings, some of their dates."""
    dice = Dice(company.seed, "row")
    numbered = facts.with_row_index("row").with_columns(at=pl.col("effective_at") + 20 * DAY)
    void = numbered.filter(dice.chance(0.001, "void"))
    target = json_object({"id": text(pl.col("id")), "source": pl.lit(f'"{SOURCE}"')})
    voids = told(void, "fact-voided", ("v-", pl.col("id")), {"target": target})
    kept = voids.with_row_index("row").filter(dice.chance(0.2, "sorry"))
    back = told(
        kept.with_columns(at=pl.col("effective_at") + DAY),
        "fact-voided",
        ("w-", pl.col("id")),
        {"target": target},
    )
    wrong = _placed(known.filter(Dice(company.seed, "d").chance(0.004, "wrong")))
    moved = Dice(company.seed, "d").chance(0.3, "moved")
    day = (pl.col("signed_at") - DAY).cast(pl.Datetime("us")).dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    first = json_object({"id": text(pl.format("d{}", "d")), "source": pl.lit(f'"{SOURCE}"')})
    right = {
        "data": json_object(_signing(pl.col("minor") + 123_456)),
        "effective_at": pl.when(moved).then(text(day)),
        "target": first,
    }
    corrections = told(
        wrong.with_columns(at=pl.col("signed_at") + 12 * DAY),
        "fact-corrected",
        ("c", pl.col("d")),
        right,
    )
    return [frame.select(*TOLD) for frame in (voids, back, corrections)]


def _placed(known: pl.DataFrame) -> pl.DataFrame:
    return known.rechunk().with_columns(stream=pl.format("deal/D{}", "d"))


def _signing(minor: pl.Expr) -> dict[str, pl.Expr]:
    people = (pl.col("one"), pl.col("two"), pl.col("three"))
    return {
        "customer": text(pl.format("C{}", "customer")),
        "deal": text(pl.format("D{}", "d")),
        "lead": text(pl.format("L{}", "lead")),
        "products": pl.lit('["suite","onboarding"]'),
        "signed_by": signers(pl.col("split"), people),
        "term_months": pl.lit("12"),
        "value": money(minor, pl.col("currency")),
    }
