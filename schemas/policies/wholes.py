"""How the parts of a policy hold together: every slip, with its place in the document.

A part is checked by itself where it is defined; here is what takes the whole policy to see. Each
check yields all that it finds. `slips` are what no policy can be; `gaps` are what one can be and
nobody publishes: the kernel has an answer for them, and it is not the one that was meant.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from pydantic_core import PydanticCustomError

from schemas.policies.reading import readable
from schemas.policies.rules import FixedRule
from schemas.slips import Found, Place, Slip, named_twice

if TYPE_CHECKING:
    from schemas.policies.policy import Policy

RECORDED: Final = {
    "named-lead": "named-lead",
    "existing-account": "existing-account",
    "tie": "tie",
    "first-claim": "customer-lead",
    "last-claim": "last-lead",
    "no-claim": "signers",
}
"""Names of rules, and as what they are recorded with the deals that they decide."""
_TAKEN: Final = frozenset({*RECORDED, *RECORDED.values(), "nobody", "ruling", "house"})
"""Names that a rule of one's own cannot have: its deals could not be told from others."""
_NEEDED: Final = {"existing-account": "existing_account", "tie": "tie"}
"""Rules to the keys that hold their settings."""
OF_CLAIMS: Final = frozenset({"named-lead", "tie", "first-claim", "last-claim"})
"""Rules that need a live claim."""
_ANY_CLAIM: Final = frozenset({"first-claim", "last-claim"})
"""Rules that decide every deal on which there is a live claim."""
_TYING: Final = frozenset({"marketing", "self", "partner"})
"""Classes that claims have."""


def slips(policy: "Policy") -> Iterator[Slip]:
    """Everything that does not hold together, in the order in which it is looked for."""
    for check in (_rule_twice, _ids_twice, _unset, _taken, _ties, _stages, readable):
        yield from (Slip(place, error) for place, error in check(policy))


def gaps(policy: "Policy") -> Iterator[Slip]:
    """What a policy that decides pay says, and this one leaves to chance."""
    for check in (_unreached, _open_end, _unsaid):
        yield from (Slip(place, error) for place, error in check(policy))


def _named(policy: "Policy") -> Iterator[tuple[Place, str]]:
    """The rules that go by their names, with their places."""
    for number, rule in enumerate(policy.rules):
        if not isinstance(rule, FixedRule):
            yield ("rules", number), rule


def _own(policy: "Policy") -> Iterator[tuple[Place, FixedRule]]:
    for number, rule in enumerate(policy.rules):
        if isinstance(rule, FixedRule):
            yield ("rules", number), rule


def _rule_twice(policy: "Policy") -> Found:
    seen: set[str] = set()
    for place, name in _named(policy):
        if name in seen:
            yield (
                place,
                PydanticCustomError(
                    "rule-twice",
                    "{name} is tried already; what it decides, it has decided there",
                    {"name": name},
                ),
            )
        seen.add(name)


def _ids_twice(policy: "Policy") -> Found:
    yield from named_twice((place, rule.id) for place, rule in _own(policy))
    stages = enumerate(policy.stages)
    yield from named_twice((("stages", number), stage.id) for number, stage in stages)


def _unset(policy: "Policy") -> Found:
    """Rules by name whose settings are missing."""
    for place, name in _named(policy):
        key = _NEEDED.get(name)
        if key is not None and getattr(policy, key) is None:
            yield (
                place,
                PydanticCustomError(
                    "unset-rule",
                    "the rule {name} needs the key {key}, which this policy does not have",
                    {"name": name, "key": key},
                ),
            )


def _taken(policy: "Policy") -> Found:
    for place, rule in _own(policy):
        if rule.id in _TAKEN:
            yield (
                (*place, "id"),
                PydanticCustomError(
                    "name-taken",
                    "{id} is the name of a rule of the language; deals of two rules would be told "
                    "alike",
                    {"id": rule.id},
                ),
            )


def _ties(policy: "Policy") -> Found:
    """Shares of a tie for a class that no claim has, or for one class alone."""
    shares = "equal" if policy.tie is None else policy.tie.shares
    if isinstance(shares, str):
        return
    odd = sorted(shares.keys() - _TYING)
    if odd or len(shares) == 1:
        said = f"{odd[0]} is the class of no claim" if odd else "one class ties with nobody"
        yield (
            ("tie", "shares"),
            PydanticCustomError(
                "bad-tie",
                "{said}: a tie is between two or three of marketing, self (the side sales) and "
                "partner",
                {"said": said},
            ),
        )


def _stages(policy: "Policy") -> Found:
    for number, stage in enumerate(policy.stages):
        for each, end in enumerate(stage.ends):
            if end == stage.begins:
                yield (
                    ("stages", number, "ends", each),
                    PydanticCustomError(
                        "bad-stage", "it ends with the fact that begins it, and takes no time"
                    ),
                )


def _unreached(policy: "Policy") -> Found:
    """Rules after others that leave them no deal."""
    claimed = unclaimed = ""
    for number, rule in enumerate(policy.rules):
        name = rule.id if isinstance(rule, FixedRule) else rule
        again = rule in policy.rules[:number]  # which is told as such
        if claimed and not again and (unclaimed or name in OF_CLAIMS):
            deciders = claimed if name in OF_CLAIMS else f"{claimed} and {unclaimed}"
            yield (
                ("rules", number),
                PydanticCustomError(
                    "rule-unreached",
                    "{name} never decides: {deciders} come first, and leave it no deal",
                    {"name": name, "deciders": deciders},
                ),
            )
        claimed = claimed or (name if name in _ANY_CLAIM else "")
        unclaimed = unclaimed or (name if name == "no-claim" else "")


def _open_end(policy: "Policy") -> Found:
    if policy.rules[-1] != "no-claim":
        yield (
            ("rules",),
            PydanticCustomError(
                "open-end",
                "the last rule is not no-claim: a deal that no rule decides is the house's, and "
                "nobody said so",
            ),
        )


def _unsaid(policy: "Policy") -> Found:
    """Keys that money depends on and that have an answer when nobody says one."""
    said = policy.model_fields_set
    if "no-claim" in policy.rules and "no_claim" not in said:
        yield ("no_claim",), _missing()
    if "self_sourced" not in said:
        yield ("self_sourced",), _missing()
    account = policy.existing_account
    if account is not None and "cancelled" not in account.model_fields_set:
        yield ("existing_account", "cancelled"), _missing()


def _missing() -> PydanticCustomError:
    return PydanticCustomError("missing", "the key is missing")
