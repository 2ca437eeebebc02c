"""A condition as payees are told it, in English and in Chinese."""

from collections.abc import Mapping
from datetime import date
from typing import Final, Literal, assert_never

from schemas.expressions.nodes import (
    All,
    AnyOf,
    Compares,
    Comparison,
    Computed,
    Condition,
    Constant,
    Field,
    Is,
    Known,
    Negative,
    Not,
    Number,
    Relation,
    Value,
    Within,
    value_text,
)

Language = Literal["en", "zh"]

ZH_FIELDS: Final[Mapping[str, str]] = {
    "product": "产品",
    "customer type": "客户类型",
    "class": "来源类别",
    "role": "角色",
    "side": "线索方",
    "channel": "渠道",
    "campaign": "活动",
    "team": "团队",
    "kind": "合同类型",
    "business": "业务",
    "amount": "金额",
    "term": "期限（月）",
}
ZH_CHOICES: Final[Mapping[tuple[str, str], str]] = {
    ("class", "marketing"): "市场",
    ("class", "self"): "自拓",
    ("class", "account"): "客户经营",
    ("class", "partner"): "合作伙伴",
    ("class", "house"): "公司",
    ("role", "marketing"): "市场",
    ("role", "sales"): "销售",
    ("side", "marketing"): "市场",
    ("side", "sales"): "销售",
    ("side", "partner"): "合作伙伴",
    ("kind", "signing"): "新签",
    ("kind", "upsell"): "增购",
    ("kind", "renewal"): "续约",
    ("business", "first"): "首单",
    ("business", "repeat"): "复购",
}
_ZH_RELATIONS: Final = {
    Relation.AT_LEAST: "不低于",
    Relation.MORE_THAN: "高于",
    Relation.AT_MOST: "不高于",
    Relation.LESS_THAN: "低于",
}
_ZH_DATES: Final = {
    Relation.AT_LEAST: "不早于",
    Relation.MORE_THAN: "晚于",
    Relation.AT_MOST: "不晚于",
    Relation.LESS_THAN: "早于",
}


def said(condition: Condition, language: Language) -> str:
    """The sentence that a payee is told; in English that is the condition's own text."""
    match language:
        case "en":
            return str(condition)
        case "zh":
            return _zh(condition)


def _zh(condition: Condition) -> str:
    match condition:
        case Not(Known(field)):
            return f"{_number(field)}未知"
        case Not(Is() as asked):
            return _is(asked, "不为")
        case Not(part):
            return f"非（{_zh(part)}）"
        case All(parts):
            return _joined("，且", [_grouped(part, (All, AnyOf)) for part in parts])
        case AnyOf(parts):
            return _joined("，或", [_grouped(part, (AnyOf,)) for part in parts])
        case _:
            return _comparison(condition)


def _grouped(part: Condition, loose: tuple[type[Condition], ...]) -> str:
    return f"（{_zh(part)}）" if isinstance(part, loose) else _zh(part)


def _comparison(asked: Comparison) -> str:
    match asked:
        case Known(field):
            return f"{_number(field)}已知"
        case Is():
            return _is(asked, "为")
        case Compares(left, relation, right):
            words = _ZH_DATES if isinstance(right, date) else _ZH_RELATIONS
            return _joined(words[relation], [_number(left), _value(left, right)])
        case Within(left, low, high):
            return f"{_number(left)}自 {_value(left, low)}（含）至 {_value(left, high)}（不含）"
        case _:
            assert_never(asked)


def _is(asked: Is, word: str) -> str:
    values = "、".join(_value(asked.left, value) for value in asked.values)
    told = _joined(word, [_number(asked.left), values])
    if len(asked.values) == 1:
        return told
    return f"{told} 之一" if told[-1].isascii() else f"{told}之一"


def _joined(word: str, parts: list[str]) -> str:
    """Parts with a word between them; Latin signs are set apart from Chinese ones by a space."""
    told = parts[0]
    for part in parts[1:]:
        told += word + (" " if part[0].isascii() else "") + part
    return told


def _value(left: Number, value: Value) -> str:
    match value:
        case bool():
            return "是" if value else "否"
        case str():
            name = left.name if isinstance(left, Field) else ""
            return ZH_CHOICES.get((name, value)) or value_text(left, value)
        case date():
            return value.isoformat()
        case _:
            return _number(value).rstrip()


def _number(number: Number) -> str:
    text = str(_renamed(number)).replace("*", "×").replace("/", "÷")
    return f"{text} " if text[-1].isascii() else text


def _renamed(number: Number) -> Number:
    match number:
        case Field(name, kind):
            return Field(ZH_FIELDS.get(name, name), kind)
        case Constant():
            return number
        case Negative(inner):
            return Negative(_renamed(inner))
        case Computed(left, operator, right):
            return Computed(_renamed(left), operator, _renamed(right))
