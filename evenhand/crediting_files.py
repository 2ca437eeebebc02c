"""Files of crediting models: YAML 1.2 (or JSON) read into a model, or all that is wrong with it."""

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, get_args

from pydantic import ValidationError

from evenhand.findings import Document, Finding, Grammar, of_errors
from evenhand.rule_files import read_bytes
from evenhand.yaml_files import NoYaml
from schemas.crediting import PerJourney, Pooled
from schemas.errors import Malformed

MODELS: Final[Mapping[str, type[PerJourney | Pooled]]] = {
    get_args(kind.model_fields["model"].annotation)[0]: kind
    for kind in (*get_args(PerJourney), *get_args(Pooled))
}
"""The kinds of models by the word that `model` says."""


class BadModel(Malformed):
    """A crediting model that cannot be used as it is; `findings` are all that is wrong with it."""

    code = "bad-model"

    def __init__(self, path: Path, findings: list[str]) -> None:
        self.path, self.findings = path, findings
        listed = "".join(f"\n  {finding}" for finding in findings)
        super().__init__(
            f"{path} is no crediting model that can be used:{listed}\n"
            "Correct these; docs/crediting-models.md has every model with its keys."
        )


def read_model(path: Path) -> PerJourney | Pooled:
    """The model in a file. Raises `NoSuchFile` and `BadModel`."""
    try:
        document = Document(read_bytes(path))
    except NoYaml as bad:
        raise BadModel(path, [str(bad)]) from None
    word = _word(document.content)
    if word not in MODELS:
        raise BadModel(path, [str(_no_model(document, word))])
    kind = MODELS[word]
    try:
        return kind.model_validate(document.content)
    except ValidationError as invalid:
        grammar = Grammar(model=kind, choices={}, asking=())
        found = sorted(
            of_errors(document, grammar, invalid.errors()),
            key=lambda each: (each.line, each.column),
        )
        raise BadModel(path, [str(each) for each in found]) from None


def _word(content: Any) -> str:
    """What a document says that its model is; nothing if it does not."""
    try:
        return str(content["model"])
    except (LookupError, TypeError):
        return ""


def _no_model(document: Document, word: str) -> Finding:
    """A file that does not say which model it is, or one that there is not."""
    close = get_close_matches(word, MODELS, n=1)
    known = f"Known here: {', '.join(MODELS)}."
    if not word:
        return document.finding(("model",), "missing", "the key is missing", known)
    meant = f"Did you mean {close[0]}?" if close else known
    return document.finding(("model",), "no-model", f"{word} is no model", meant)
