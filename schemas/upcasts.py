"""Old shapes read as new ones: one pure function a step, never removed.

A record keeps the version it was written with; whoever reads it climbs these steps. Version 1 of
`deal-signed` is that of the first pilot, which knew one signer a deal and called it `signer`.
"""

from collections.abc import Callable
from typing import Any, Final

Content = dict[str, Any]


def _deal_signed_1_to_2(old: Content) -> Content:
    """One `signer` becomes a split with one share.

    `signed_by` was unknown to version 1: a content that has it keeps both, and is refused by name.
    """
    if "signed_by" in old:
        return {**old, "signer": old.get("signer")}
    new = {name: value for name, value in old.items() if name != "signer"}
    signer = old.get("signer")
    return {**new, "signed_by": [] if signer is None else [{"payee": signer, "share": "1"}]}


UPCASTS: Final[dict[tuple[str, int], Callable[[Content], Content]]] = {
    ("deal-signed", 1): _deal_signed_1_to_2,
}
"""(type, version) to the step that makes the next version of it."""


def upcast(kind: str, version: int, content: Content, *, to: int) -> Content:
    """The content of an event of version `version` in the shape of version `to`.

    Raises `KeyError` when a step is missing, which is our bug and not the sender's.
    """
    while version < to:
        content = UPCASTS[kind, version](content)
        version += 1
    return content
