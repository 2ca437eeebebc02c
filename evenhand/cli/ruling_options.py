"""Rulings as they are typed: shares of classes, splits of sides, claims; or a file."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from evenhand.rule_files import read_bytes
from evenhand.yaml_files import NoYaml, parsed
from schemas.events.rulings import Ruling

Shares = Annotated[
    list[str] | None,
    typer.Option("--shares", metavar="CLASS=SHARE", help="A class's share, as marketing=1/2."),
]
Marketing = Annotated[
    list[str] | None,
    typer.Option("--marketing", metavar="PAYEE=SHARE", help="Of the marketing side, as mia=1."),
]
Sales = Annotated[
    list[str] | None,
    typer.Option("--sales", metavar="PAYEE=SHARE", help="Of the sales side, as sam=1/2."),
]
Claims = Annotated[
    list[str] | None,
    typer.Option(
        "--claim", metavar="LEAD=WORD", help="A lead that counts, or does-not-count, as L1=counts."
    ),
]
RulingFile = Annotated[
    Path | None, typer.Option("--ruling", help="The same in a YAML or JSON file.")
]
_COUNTS = {"counts": True, "does-not-count": False}


def ruling_of(
    splits: dict[str, Sequence[str] | None], claims: Sequence[str] | None, file: Path | None
) -> Ruling | None:
    """The ruling that was typed, or that a file holds; None where none was.

    `splits` are what was typed for `shares`, `marketing` and `sales`.
    """
    typed = {name: [_pair(each, name) for each in told] for name, told in splits.items() if told}
    if file is None and not typed and not claims:
        return None
    if file is not None:
        if typed or claims:
            raise typer.BadParameter("--ruling FILE says it all: name no shares or claims besides")
        return _valid(_content(file))
    content: dict[str, Any] = {}
    if "shares" in typed:
        content["shares"] = dict(typed["shares"])
    for side in typed.keys() - {"shares"}:
        content[side] = [{"payee": payee, "share": share} for payee, share in typed[side]]
    if claims:
        content["claims"] = [_claim(each) for each in claims]
    return _valid(content)


def _pair(text: str, option: str) -> tuple[str, str]:
    name, equals, share = text.partition("=")
    if not equals:
        raise typer.BadParameter(f"--{option} {text}: write a name, = and a share, as in mia=1/2")
    return name, share


def _claim(text: str) -> dict[str, Any]:
    lead, word = _pair(text, "claim")
    if word not in _COUNTS:
        raise typer.BadParameter(f"--claim {text}: a claim counts or does-not-count")
    return {"lead": lead, "counts": _COUNTS[word]}


def _content(file: Path) -> Any:
    try:
        return parsed(read_bytes(file))[0]
    except NoYaml as bad:
        raise typer.BadParameter(f"{file}: {bad}") from None


def _valid(content: Any) -> Ruling:
    try:
        return Ruling.model_validate(content)
    except ValidationError as invalid:
        reasons = (
            f"{'.'.join(map(str, error['loc'])) or 'ruling'}: {error['msg']}"
            for error in invalid.errors()
        )
        raise typer.BadParameter("; ".join(reasons)) from None
