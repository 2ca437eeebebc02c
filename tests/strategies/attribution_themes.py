"""What a story of attribution is about: choices in the place of the usual ones."""

from tests.strategies.policies import RULES, Theme
from tests.strategies.working_together import STRICT

OPEN: Theme = {
    "customers": ["C1"],
    "admitted": [True],
    "protection_days": [14, 30],
    "evidence": [False],
    "verdicts": [0],
    "named": [None],
}
"""Most leads are live claims."""
THEMES: dict[str, Theme] = {
    "everything": {},
    "ties": {**OPEN, "leads": [2, 3, 4], "rules": [RULES[1], RULES[5]], "touches": [0]},
    "own word": {
        **OPEN,
        "self_sourced": ["weighed"],
        "own_word": [True],
        "touches": [4, 6],
        "about": ["customer/C1"],
        "evidence": [False, False, True],
        "leads": [0, 1],
        "rules": RULES[:2],
    },
    "touches": {**OPEN, "credit": ["touches"], "touches": [4, 6, 8], "leads": [1, 2]},
    "accounts": {**OPEN, "rules": RULES[2:4], "deals": [3, 4], "leads": [0, 1]},
    "extensions": {
        **OPEN,
        "protection_days": [1, 7],
        "extended_by": [["meeting", "call"], ["call"]],
        "touches": [6, 8],
        "leads": [1],
    },
    "rulings": {**OPEN, "rulings": [1, 2, 3]},
    "awards": {
        **OPEN,
        "customers": ["C1", "C1", "C1", "C2", None],
        "named": [None, "L1"],
        "awards": STRICT,
        "joint": [1, 2, 3],
        "referrals": [4, 6],
        "leads": [2, 3],
        "deals": [1, 2],
        "touches": [0, 2],
    },
}
