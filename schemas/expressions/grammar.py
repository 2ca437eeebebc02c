"""The grammar of conditions, and what is said about a text that does not follow it."""

import re
import unicodedata
from functools import cache
from typing import Final, Protocol, cast

from lark import Lark, Token, Tree, UnexpectedCharacters, UnexpectedToken

from schemas.expressions.findings import BadCondition, Finding, closest, quoted, sign_name

TEXT_MAX: Final = 2_000
DEPTH_MAX: Final = 50

GRAMMAR: Final = r"""
?start: any
?any: all (_OR all)*
?all: single (_AND single)*
?single: sum _IS (plain | related | within) -> comparison
    | sum _IS _NOT plain -> denial
    | _NOT "(" any ")" -> negation
    | "(" any ")"
?plain: value | known | one_of
known: _KNOWN
one_of: _ONE_OF value ("," value)*
related: RELATION value
within: _FROM value _UP_TO value
?value: sum | TEXT | DAY | YES | NO
?sum: product ((PLUS | MINUS) product)*
?product: factor ((TIMES | OVER) factor)*
?factor: MINUS atom -> negative
    | atom
?atom: NUMBER | NAME | "(" sum ")"

_AND.2: /and(?![\w-])/i
_OR.2: /or(?![\w-])/i
_NOT.2: /not(?![\w-])/i
_IS.2: /is(?![\w-])/i
_KNOWN.2: /known(?![\w-])/i
_ONE_OF.2: /one\s+of(?![\w-])/i
_FROM.2: /from(?![\w-])/i
_UP_TO.2: /up\s+to(?![\w-])/i
YES.2: /yes(?![\w-])/i
NO.2: /no(?![\w-])/i
RELATION.2: /(at\s+least|more\s+than|at\s+most|less\s+than|on\s+or\s+after|on\s+or\s+before|after|before)(?![\w-])/i
NAME.1: /customer\s+type(?![\w-])|[a-z][a-z0-9]*([-_][a-z0-9]+)*(?![\w-])/i
DAY.1: /[0-9]{4}-[0-9]{2}-[0-9]{2}(?![\w.-])/
NUMBER: /[0-9]+(\.[0-9]+)?%?(?![\w.%])/
TEXT: /"([^"]|"")*"/
PLUS: "+"
MINUS: "-"
TIMES: "*"
OVER: "/"
%ignore /[ \t\r\n]+/
"""  # noqa: E501

_SAID: Final = {
    "NAME": "a field",
    "NUMBER": "a number",
    "TEXT": 'a text in quotes such as "Cloud"',
    "DAY": "a date such as 2026-04-01",
    "YES": "yes",
    "NO": "no",
    "_IS": "is",
    "_NOT": "not",
    "_KNOWN": "known",
    "_ONE_OF": "one of",
    "RELATION": "at least (or more than, at most, less than, on or after, after, on or before, "
    "before)",
    "_FROM": "from",
    "_UP_TO": "up to",
    "_AND": "and",
    "_OR": "or",
    "COMMA": "a comma",
    "LPAR": "(",
    "RPAR": ")",
    "PLUS": "+",
    "MINUS": "-",
    "TIMES": "*",
    "OVER": "/",
    "$END": "the end",
}
"""What the parser may expect, in the words and the order of an error."""

_PHRASES: Final = (
    "is", "is not", "known", "one of", "at least", "more than", "at most", "less than", "from",
    "up to", "on or after", "on or before", "after", "before", "and", "or", "not", "yes", "no",
)  # fmt: skip
_OF_PHRASES: Final = frozenset(word for phrase in _PHRASES for word in phrase.split())
_OTHER_WORDS: Final = {
    "between": "from … up to …",
    "equals": "is",
    "equal": "is",
    "in": "is one of",
    "contains": "is",
    "over": "more than",
    "above": "more than",
    "exceeds": "is more than",
    "under": "less than",
    "below": "less than",
    "since": "on or after",
    "until": "before",
}
"""Words that people write for ours."""
_MEANT: Final = {
    "=": '"is"',
    "!": '"is not"',
    "<": '"is less than" or "is at most"',
    ">": '"is more than" or "is at least"',
    "&": '"and"',
    "|": '"or"',
    "'": 'straight double quotes, as in "Cloud"',
}
_CURLY: Final = "\u201c\u201d\u201e\u2018\u2019\u300c\u300d\uff02"
_SIGNS: Final = "ASCII letters, digits and signs, and other characters only inside quotes"
_REFUSED: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", re.ASCII)
_LAST_WORD = re.compile(r"([A-Za-z][A-Za-z0-9_-]*)[ \t\r\n]*\Z", re.ASCII)


class _Parser(Protocol):
    """What we use of Lark, with its types."""

    def parse(self, text: str) -> Tree[Token] | Token:
        """The tree of a text."""
        ...


@cache
def _parser() -> _Parser:
    made = Lark(GRAMMAR, parser="lalr", lexer="basic", propagate_positions=True)
    return cast("_Parser", made)


def tree_of(text: str) -> Tree[Token] | Token:
    """The text as its grammar reads it. Raises `BadCondition`."""
    if (refused := _refused(text)) is not None:
        raise BadCondition([refused])
    try:
        return _parser().parse(text)
    except UnexpectedCharacters as error:
        at: int | None = error.pos_in_stream
        raise BadCondition([_unreadable(text, at or 0)]) from None
    except UnexpectedToken as error:
        token: Token = error.token
        raise BadCondition([_misplaced(text, token, error.accepts)]) from None


def _refused(text: str) -> Finding | None:
    """What no grammar needs to look at: too long, too deep, or with signs that hide."""
    if len(text) > TEXT_MAX:
        return Finding(
            column=TEXT_MAX + 1,
            found=f"{len(text):,} characters",
            expected=f"at most {TEXT_MAX:,}",
        )
    if not text.strip():
        return Finding(column=1, found="nothing", expected='a condition such as product is "Cloud"')
    depth = 0
    quoting = False
    for column, sign in enumerate(text, 1):
        if sign not in "\t\r\n" and unicodedata.category(sign) in _REFUSED:
            return Finding(
                column=column,
                found=f"the invisible character U+{ord(sign):04X}",
                expected="readable text",
            )
        quoting ^= sign == '"'
        depth += 0 if quoting else (sign == "(") - (sign == ")")
        if depth > DEPTH_MAX:
            return too_deep(column)
    return None


def too_deep(column: int) -> Finding:
    """A condition or a computation inside too many others."""
    return Finding(
        column=column, found="too deep a nesting", expected=f"at most {DEPTH_MAX} levels"
    )


def _unreadable(text: str, at: int) -> Finding:
    sign = text[at]
    if sign == '"':
        found, expected = "a quote that is not closed", 'the closing quote, as in "Cloud"'
    elif sign in _CURLY:
        found, expected = sign_name(sign), 'straight quotes, as in "Cloud"'
    elif sign in _MEANT:
        found, expected = quoted(sign), _MEANT[sign]
    elif sign.isascii() and sign.isdigit():
        found = quoted(re.split(r"[\s,()]", text[at:], maxsplit=1)[0])
        expected = "a number such as 100000.00 or 20%, or a date such as 2026-04-01"
    elif unicodedata.category(sign) == "Nd":
        found, expected = sign_name(sign), "an ASCII digit, 0 to 9"
    else:
        found, expected = sign_name(sign), _SIGNS
    return Finding(column=at + 1, found=found, expected=expected)


def _misplaced(text: str, token: Token, accepted: set[str]) -> Finding:
    ended = token.type == "$END"
    at = len(text) if ended else token.start_pos or 0
    before = _LAST_WORD.search(text[:at])
    words = [*([] if ended else [str(token)]), *([before[1]] if before else [])]
    return Finding(
        column=at + 1,
        found="the end" if ended else quoted(str(token)),
        expected=", ".join(said for name, said in _SAID.items() if name in accepted),
        suggestion=_without_commas(text, at) or next(filter(None, map(_meant, words)), None),
    )


def _meant(word: str) -> str | None:
    """The phrase of the language that a word stands for, or nearly is."""
    if word.lower() in _OF_PHRASES:
        return None
    other = _OTHER_WORDS.get(word.lower())
    return quoted(other) if other else closest(word, _PHRASES)


def _without_commas(text: str, at: int) -> str | None:
    grouped = next(
        (each for each in _GROUPED.finditer(text) if each.start() < at < each.end()), None
    )
    return grouped and quoted(grouped[0].replace(",", ""))
