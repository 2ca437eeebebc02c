"""Whether what an old schema allows is allowed by a new one: a small check for our own schemas."""

from typing import Any, cast

from schemas.publish import Document

_EXACT = ("type", "pattern", "enum", "const", "minimum", "maximum", "minItems", "maxItems", "$ref")


def breaks(old: Document, new: Document) -> list[str]:
    """Why data that was valid may not be any more; empty when only optional fields were added."""
    parts = old.get("$defs", {}), new.get("$defs", {})
    gone = [f"the part {name} is gone" for name in parts[0].keys() - parts[1].keys()]
    changed = [
        f"{name}: {reason}"
        for name in sorted(parts[0].keys() & parts[1].keys())
        for reason in _object_breaks(parts[0][name], parts[1][name])
    ]
    return [*gone, *changed, *_object_breaks(old, new)]


def _object_breaks(old: Document, new: Document) -> list[str]:
    before, after = old.get("properties", {}), new.get("properties", {})
    needed = set(new.get("required", [])) - set(old.get("required", []))
    reasons = [f"{name} is required" for name in sorted(needed)]
    for name in before:
        if name not in after:
            reasons.append(f"{name} is gone")
        elif not _allows(after[name], before[name]):
            reasons.append(f"{name} is read otherwise")
    words = [word for word in ("anyOf", "oneOf", "allOf") if new.get(word) != old.get(word)]
    return [*reasons, *(f"the conditions under {word} changed" for word in words)]


def _allows(new: Any, old: Any) -> bool:
    """Whether a field takes what it took: the same, or one more choice of it."""
    if new == old:
        return True
    choices = cast("list[Any]", new.get("anyOf", [])) if isinstance(new, dict) else []
    olds = cast("list[Any]", old.get("anyOf", [old]))
    if choices:
        return all(choice in choices for choice in olds)
    if "enum" in new and "enum" in old:
        return set(old["enum"]) <= set(new["enum"])
    return all(new.get(word) == old.get(word) for word in _EXACT)
