"""What a fact says, told twice from the same numbers: as canonical JSON, and as columns of READ."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import polars as pl

from bench.company import DIGITS, SPLITS
from schemas.frames import SIGNERS


@dataclass(frozen=True, slots=True)
class Said:
    """One field of a fact: its JSON, null where it is absent, and the columns that hold it."""

    json: pl.Expr
    columns: Mapping[str, pl.Expr] = field(default_factory=dict)

    def where(self, condition: pl.Expr) -> "Said":
        """The field in some rows, absent in the others."""
        told = {name: pl.when(condition).then(value) for name, value in self.columns.items()}
        return Said(pl.when(condition).then(self.json), told)


def text(value: pl.Expr, column: str | None = None) -> Said:
    """A text that needs no escapes."""
    return Said(_quoted(value), {column: value} if column else {})


def whole(value: int, column: str) -> Said:
    """A whole number."""
    return Said(pl.lit(str(value)), {column: pl.lit(value, dtype=pl.Int64)})


def texts(values: pl.Expr, column: str) -> Said:
    """A list of texts that need no escapes."""
    inside = values.list.eval(_quoted(pl.element())).list.join(",")
    return Said(pl.format("[{}]", inside), {column: values})


def name(source: str, id_: pl.Expr, column: str | None = None) -> Said:
    """The name of a fact: its source and its id."""
    written = json_object({"id": _quoted(id_), "source": pl.lit(f'"{source}"')})
    told = {f"{column}_source": pl.lit(source), f"{column}_id": id_} if column else {}
    return Said(written, told)


def money(minor: pl.Expr, currency: pl.Expr) -> Said:
    """Money as it travels."""
    cents = pl.format("{}.{}", minor // 100, (minor % 100).cast(pl.String).str.zfill(2))
    plain = [code for code, digits in DIGITS.items() if digits == 0]
    amount = pl.when(currency.is_in(plain)).then(minor.cast(pl.String)).otherwise(cents)
    written = json_object({"amount": _quoted(amount), "currency": _quoted(currency)})
    return Said(written, {"amount": minor, "currency": currency})


def signers(split: pl.Expr, people: tuple[pl.Expr, pl.Expr, pl.Expr]) -> Said:
    """A split as it travels, its signers in order of name."""
    one, two, three = people
    least, most = pl.min_horizontal(one, two), pl.max_horizontal(one, two)
    low, high = pl.min_horizontal(least, three), pl.max_horizontal(most, three)
    many = split.replace_strict({told: len(shares) for told, shares in SPLITS.items()})
    first = pl.when(many == 1).then(one).when(many == 2).then(least).otherwise(low)
    second = pl.when(many == 2).then(most).otherwise(one + two + three - low - high)
    written, listed = [], []
    for seat, who in enumerate((first, second, high)):
        share = {told: [*shares, "1", "1"][seat] for told, shares in SPLITS.items()}
        written.append(pl.when(many > seat).then(_signer_text(who, split.replace_strict(share))))
        listed.append(_signer(who, split, share))
    texts = pl.concat_str(written, separator=",", ignore_nulls=True)
    signed_by = pl.concat_list(listed).list.head(many).cast(SIGNERS)
    return Said(pl.format("[{}]", texts), {"signed_by": signed_by})


def json_object(fields: Mapping[str, pl.Expr]) -> pl.Expr:
    """A JSON object in canonical form, without the fields that are null."""
    pieces = [pl.format('"' + name + '":{}', fields[name]) for name in sorted(fields)]
    inside = pl.concat_str(pieces, separator=",", ignore_nulls=True)
    return pl.lit("{") + inside + pl.lit("}")


def payee(number: pl.Expr) -> pl.Expr:
    """The name of a payee, as wide for each, so that numbers and names sort alike."""
    return pl.format("p{}", number.cast(pl.String).str.zfill(5))


def _signer_text(who: pl.Expr, share: pl.Expr) -> pl.Expr:
    return json_object({"payee": _quoted(payee(who)), "share": _quoted(share)})


def _signer(who: pl.Expr, split: pl.Expr, shares: Mapping[str, str]) -> pl.Expr:
    """A signer whose share depends on the split."""
    exact = {told: Fraction(share) for told, share in shares.items()}
    num = {told: share.numerator for told, share in exact.items()}
    den = {told: share.denominator for told, share in exact.items()}
    return pl.struct(payee=payee(who), num=split.replace_strict(num), den=split.replace_strict(den))


def _quoted(value: pl.Expr) -> pl.Expr:
    return pl.format('"{}"', value)
