"""The language of conditions: what a plan may ask of a deal, as a sentence that finance reads.

`parsed` turns a text into a `Condition`, or refuses it with everything that is wrong and where.
`str` of a condition is its canonical text, `said` the sentence a payee is told. The grammar and the
meaning of every field are in `docs/conditions.md`; `engine.matching` asks deals.
"""

from schemas.expressions.findings import BadCondition, Finding
from schemas.expressions.nodes import Condition, fields
from schemas.expressions.reading import may_be_declared, parsed
from schemas.expressions.saying import Language, said
from schemas.expressions.vocabulary import ATTRIBUTE_KINDS, CHOICES, FIELDS, NAME_PATTERN, Kind

__all__ = [
    "ATTRIBUTE_KINDS",
    "CHOICES",
    "FIELDS",
    "NAME_PATTERN",
    "BadCondition",
    "Condition",
    "Finding",
    "Kind",
    "Language",
    "fields",
    "may_be_declared",
    "parsed",
    "said",
]
