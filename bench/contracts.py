"""The events of deals: signed, amended, signed together; and the repair of some of them."""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from bench.company import DAY, END, Company
from bench.dice import Dice
from bench.happenings import SOURCE, Happening, happening
from bench.telling import Said, json_object, money, name, payee, signers, text, texts, whole

_KINDS = ("upsell", "reduction", "renewal", "correction", "cancellation")
_KIND_WEIGHTS = (35, 25, 15, 15, 10)
_STREAM = pl.format("deal/D{}", "d")
_DEAL = text(pl.format("D{}", "d"), "deal")
_SIGNING = pl.format("d{}", "d")
"""The id of a deal's first signing."""


def signed(company: Company, known: pl.DataFrame) -> list[Happening]:
    """Signings; one in a thousand is told twice with another date."""
    rows = known.drop("names_lead", "finder").with_columns(at="signed_at")
    again = rows.filter(Dice(company.seed, "d").chance(0.001, "twice"))
    later = again.with_columns(pl.col("at") + 5 * DAY)
    number, fields = pl.col("d"), _signing(pl.col("minor"))
    return [
        happening("deal-signed", ("d", number), rows, _STREAM, fields),
        happening("deal-signed", ("dd", number), later, _STREAM, fields),
    ]


def amended(company: Company, known: pl.DataFrame) -> Happening:
    """One to three amendments of some deals, now and then dated before the signing."""
    dice = Dice(company.seed, "a")
    some = known.filter(Dice(company.seed, "d").chance(0.045, "amended"))
    every = pl.concat([some.with_columns(turn=pl.lit(turn, dtype=pl.Int64)) for turn in range(3)])
    numbered = every.with_columns(a=pl.col("d") * 3 + pl.col("turn"))
    rows = numbered.filter((pl.col("turn") == 0) | dice.chance(0.3, "more")).with_columns(
        kind=pl.lit(pl.Series(_KINDS)).gather(dice.weighted(_KIND_WEIGHTS, "kind")),
        after=5 * DAY + dice.below(240 * DAY, "after"),
        factor=40 + dice.below(140, "factor"),
    )
    early = pl.when(dice.chance(0.01, "early")).then(-2 * DAY).otherwise("after")
    rows = rows.with_columns(at=(pl.col("signed_at") + early).clip(upper_bound=END))
    corrects = (pl.col("kind") == "correction") & dice.chance(0.5, "names")
    own = pl.col("kind").is_in(["upsell", "renewal"]) & dice.chance(0.2, "own")
    amount = money(pl.col("minor") * pl.col("factor") // 100, pl.col("currency"))
    people = (pl.col("two"), pl.col("three"), pl.col("one"))
    fields = {
        "corrects": name(SOURCE, _SIGNING, "corrects").where(corrects),
        "deal": _DEAL,
        "kind": text(pl.col("kind"), "kind"),
        "signed_by": signers(pl.col("split"), people).where(own),
        "value": amount.where(pl.col("kind") != "cancellation"),
    }
    return happening("contract-amended", ("a", pl.col("a")), rows, _STREAM, fields)


def joined(company: Company, known: pl.DataFrame) -> Happening:
    """Joint signings of some deals, by two or by three."""
    dice = Dice(company.seed, "d")
    rows = known.filter(dice.chance(0.12, "joint")).select(
        *("d", "one", "two"),
        at=(pl.col("signed_at") + dice.below(DAY, "minutes")).clip(upper_bound=END),
        also=pl.when(dice.chance(0.8, "pair")).then(None).otherwise("three"),
    )
    people = pl.concat_list("one", "two", "also").list.drop_nulls().list.sort()
    names = people.list.eval(payee(pl.element()))
    fields = {"deal": _DEAL, "payees": texts(names, "payees")}
    return happening("joint-signing-confirmed", ("j", pl.col("d")), rows, _STREAM, fields)


def repaired(company: Company, known: pl.DataFrame, facts: Sequence[Happening]) -> list[Happening]:
    """Voids of facts, voids of those, and corrections of signings, some of their dates."""
    void = pl.concat([_voided(company, fact) for fact in facts])
    voids = _voids("v-", 16, void.with_columns(pl.col("at") + 20 * DAY))
    kept = void.filter(Dice(company.seed, "key").chance(0.2, "sorry"))
    back = _voids(
        "w-",
        32,
        kept.with_columns(pl.col("at") + 21 * DAY, target=pl.format("v-{}", pl.col("target"))),
    )
    return [voids, back, _corrected(company, known)]


def _voided(company: Company, fact: Happening) -> pl.DataFrame:
    """The facts of a kind that are voided some day: `key, at, stream, target`."""
    some = fact.rows.filter(Dice(company.seed, "key").chance(0.001, "void"))
    return some.select("key", "at", stream=fact.stream, target=fact.id)


def _voids(prefix: str, after: int, rows: pl.DataFrame) -> Happening:
    """Voids by the names of what they void; their keys come after those of the facts."""
    return Happening(
        kind="fact-voided",
        prefix=prefix,
        rows=rows.with_columns(pl.col("key") + after),
        stream=pl.col("stream"),
        id=pl.format(prefix + "{}", "target"),
        state=json_object({"target": name(SOURCE, pl.col("target")).json}),
    )


def _corrected(company: Company, known: pl.DataFrame) -> Happening:
    dice = Dice(company.seed, "d")
    wrong = known.filter(dice.chance(0.004, "wrong"))
    day = (pl.col("signed_at") - DAY).cast(pl.Datetime("us")).dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    said = json_object({field: said.json for field, said in _signing(_RIGHT).items()})
    fields = {
        "data": Said(said),
        "effective_at": text(day).where(dice.chance(0.3, "moved")),
        "target": name(SOURCE, _SIGNING),
    }
    rows = wrong.with_columns(at=pl.col("signed_at") + 12 * DAY)
    told = happening("fact-corrected", ("c", pl.col("d")), rows, _STREAM, fields)
    return replace(told, columns={})


_RIGHT = pl.col("minor") + 123_456
_PRODUCTS = pl.lit(pl.Series([["suite", "onboarding"]])).first()


def _signing(minor: pl.Expr) -> dict[str, Said]:
    people = (pl.col("one"), pl.col("two"), pl.col("three"))
    return {
        "customer": text(pl.format("C{}", "customer"), "customer"),
        "deal": _DEAL,
        "lead": text(pl.format("L{}", "lead"), "lead"),
        "products": texts(_PRODUCTS, "products"),
        "signed_by": signers(pl.col("split"), people),
        "term_months": whole(12, "term_months"),
        "value": money(minor, pl.col("currency")),
    }
