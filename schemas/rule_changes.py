"""What changed from one version of a plan or a policy to another, part by part and key by key.

Parts are matched by their ids, rows of tables by their place. Pure: two versions in, changes out;
the sentences that tell them, in English and Chinese, are here too.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar, assert_never, cast

from pydantic import BaseModel

from schemas.expressions import Language
from schemas.rule_words import GROUPS, WORDS, zh_key
from schemas.values import Money

Rules = TypeVar("Rules", bound=BaseModel)
What = Literal["added", "removed", "changed", "reordered"]
_LISTS: Final = (
    *("measures", "quotas", "components", "coefficients", "gates", "instalments", "examples"),
    *("rules", "stages"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that is otherwise.

    `whole` is what it is a change of, a plan or a policy; `group` is a key of it, `part` the id of
    a part in that. `key` is the path of the key inside the part, with rows counted from 1;
    `meaning` says what the key decides. `before` and `after` are texts as in the file, None where
    there is nothing.
    """

    what: What
    group: str
    whole: str = "plan"
    part: str | None = None
    key: str | None = None
    before: str | None = None
    after: str | None = None
    meaning: str | None = None


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A value as its file says it, and what its key means."""

    text: str
    meaning: str | None


_Leaves = Mapping[str, _Leaf]


def changes(old: Rules, new: Rules) -> list[Change]:
    """Everything that differs between two plans, or two policies, in the order of their keys."""
    found: list[Change] = []
    for name, field in type(old).model_fields.items():
        before, after = getattr(old, name), getattr(new, name)
        if name in _LISTS:
            found += _of_parts(name, before, after)
        else:
            found += _of_keys(
                Change(what="changed", group=name, whole=next(iter(type(old).model_fields))),
                _leaves(before, _shown(old, name), field.description),
                _leaves(after, _shown(new, name), field.description),
            )
    return found


def _shown(part: BaseModel, name: str) -> Any:
    """The value of a key as the file says it."""
    field = type(part).model_fields[name]
    key = field.alias or name
    return part.model_dump(mode="json", by_alias=True, include={name})[key]


def _of_parts(group: str, old: Sequence[Any], new: Sequence[Any]) -> Iterator[Change]:
    before, after = {_name(part): part for part in old}, {_name(part): part for part in new}
    both = [name for name in before if name in after]
    for name, part in before.items():
        if name not in after:
            yield Change(what="removed", group=group, part=name, before=_summary(part))
        elif getattr(part, "kind", None) != getattr(after[name], "kind", None):
            yield Change(what="removed", group=group, part=name, before=_summary(part))
            yield Change(what="added", group=group, part=name, after=_summary(after[name]))
        else:
            where = Change(what="changed", group=group, part=name)
            yield from _of_keys(where, _part_leaves(part), _part_leaves(after[name]))
    for name, part in after.items():
        if name not in before:
            yield Change(what="added", group=group, part=name, after=_summary(part))
    again = [name for name in after if name in before]
    if both != again:
        yield Change(what="reordered", group=group, before=", ".join(both), after=", ".join(again))


def _name(part: Any) -> str:
    """What a part is called; a rule of the language is its name and nothing more."""
    if isinstance(part, str):
        return part
    return str(part.id if hasattr(part, "id") else part.name)


def _of_keys(where: Change, before: _Leaves, after: _Leaves) -> Iterator[Change]:
    for key in [*before, *(key for key in after if key not in before)]:
        old, new = before.get(key), after.get(key)
        if old is None or new is None or old.text != new.text:
            told = new or old
            yield Change(
                what="changed",
                group=where.group,
                whole=where.whole,
                part=where.part,
                key=key or None,
                before=None if old is None else old.text,
                after=None if new is None else new.text,
                meaning=None if told is None else told.meaning,
            )


def _part_leaves(part: BaseModel | str, prefix: str = "") -> dict[str, _Leaf]:
    """Every value of a part by its path; what it does not say is not there."""
    found: dict[str, _Leaf] = {}
    if isinstance(part, str):
        return found
    for name, field in type(part).model_fields.items():
        below = _leaves(getattr(part, name), _shown(part, name), field.description)
        path = f"{prefix}{field.alias or name}"
        found |= {f"{path}.{key}" if key else path: leaf for key, leaf in below.items()}
    return found


def _leaves(value: Any, shown: Any, meaning: str | None) -> dict[str, _Leaf]:
    """The values in a value by their path below it; a single value has the empty path."""
    match value:
        case None:
            return {}
        case Money():
            return {"": _Leaf(str(value), meaning)}
        case BaseModel():
            return _part_leaves(value)
        case list() if value and isinstance(value[0], BaseModel):
            parts = cast("list[BaseModel]", value)
            return {
                key: leaf
                for number, part in enumerate(parts, 1)
                for key, leaf in _part_leaves(part, f"{number}.").items()
            }
        case dict():
            named = cast("Mapping[str, Any]", value)
            return {
                f"{key}.{path}".rstrip("."): leaf
                for key, each in named.items()
                for path, leaf in _leaves(each, shown[key], meaning).items()
            }
        case _:
            text = _text(shown)
            return {"": _Leaf(text, meaning)} if text else {}


def _text(shown: Any) -> str:
    match shown:
        case bool():
            return "true" if shown else "false"
        case list():
            return ", ".join(map(_text_in_list, shown))  # pyright: ignore[reportUnknownArgumentType]
        case _:
            return str(shown)


def _text_in_list(shown: Any) -> str:
    return " with ".join(shown) if isinstance(shown, list) else _text(shown)  # pyright: ignore[reportUnknownArgumentType]


def _summary(part: BaseModel | str) -> str:
    """A part in one line: its keys and values, if it has any."""
    leaves = _part_leaves(part)
    return ", ".join(f"{key} {leaf.text}" for key, leaf in leaves.items() if key != "id")


def said(change: Change, language: Language) -> str:
    """A change as a sentence: `component sales-commission: rate 2% -> 2.5%`."""
    match language:
        case "en":
            return _english(change)
        case "zh":
            return _chinese(change)
        case _:
            assert_never(language)


def _subject(change: Change) -> str:
    """The part that changed, or the whole."""
    if change.part is None:
        return change.whole if change.key is None else change.group
    return f"{GROUPS[change.group][0]} {change.part}"


def _english(change: Change) -> str:
    subject = _subject(change)
    match change.what:
        case "added":
            return f"{subject}: new{_within(change.after, ' ({})')}"
        case "removed":
            return f"{subject}: taken out{_within(change.before, ' ({})')}"
        case "reordered":
            return f"{change.group}: in another order, {change.before} -> {change.after}"
        case "changed":
            key = change.key or change.group
            return f"{subject}: {key} {change.before or 'nothing'} -> {change.after or 'nothing'}"
        case _:
            assert_never(change.what)


def _within(text: str | None, brackets: str) -> str:
    """What a part says, in brackets; nothing for one that is only a name."""
    return brackets.format(text) if text else ""


def _chinese(change: Change) -> str:
    group = GROUPS[change.group][1] if change.group in GROUPS else WORDS[change.group]
    subject = group if change.part is None else f"{group} {change.part}"
    match change.what:
        case "added":
            return f"{subject}：新增{_within(change.after, '（{}）')}"
        case "removed":
            return f"{subject}：删除{_within(change.before, '（{}）')}"
        case "reordered":
            return f"{group}：顺序改变，{change.before} → {change.after}"
        case "changed":
            key = "" if change.key is None else f"{zh_key(change.key)} "
            return f"{subject}：{key}{change.before or '无'} → {change.after or '无'}"
        case _:
            assert_never(change.what)
