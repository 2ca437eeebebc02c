"""What is said of sources, claims and counterfactuals, in Chinese (zh-CN)."""

from typing import Final

SOURCES: Final = {
    "source": "合同 {deal} 的来源：{classes}，因为{why}",
    "share": "{name} {share}",
    "named-lead": "签约时，合同所指明的线索 {lead} 有效",
    "customer-lead": "签约时，线索 {lead} 是该客户最早的有效线索",
    "last-lead": "签约时，线索 {lead} 是该客户最晚的有效线索",
    "customer-lead-own": "签约时，签约人的自拓声明是最早的有效主张",
    "last-lead-own": "签约时，签约人的自拓声明是最晚的有效主张",
    "existing-account": "该客户已于 {day} 签署合同 {earlier}，距本合同不足 {days} 天",
    "tie": "{sides}的主张在 {hours} 小时之内先后产生",
    "fixed": "规则 {rule} 适用：{where}",
    "ruling": "已于 {day} 裁定",
    "signers": "签约时没有有效线索，归签约人自拓",
    "signers-evidence": "签约时没有有效线索，而签约人有凭据，归签约人自拓",
    "nobody": "签约时没有有效线索，也没有签约人参与分成",
    "nobody-evidence": "签约时没有有效线索，签约人也没有自拓的凭据",
    "nobody-rule": "政策中没有任何规则适用",
    "policy": "适用政策：{policy}，自 {day} 起生效",
    "class-marketing": "市场",
    "class-self": "销售自拓",
    "class-account": "存量客户",
    "class-partner": "合作伙伴",
    "class-house": "公司",
    "side-marketing": "市场",
    "side-sales": "销售",
    "side-partner": "合作伙伴",
    "comma": "，",
    "and": " 与",
    "nobody-found": "无人",
}

CLAIMS: Final = {
    "lead": "线索 {lead}（{payee}）",
    "own": "签约人的自拓声明（{payee}）",
    "claim": "{who}{protected}{evidence}{terms}：{status}",
    "protected": "，保护期自 {opened} 起至 {closes} 止",
    "evidence": "，凭据 {pieces} 项，需 {needed} 项",
    "terms": "，按 {terms} 的条款",
    "unknown": "线索 {lead}：合同已指明，但系统中没有记录",
    "live": "有效",
    "superseded": "有效，但规则 {rule} 另有认定",
    "superseded-named-lead": "有效，但合同指明的是 {lead}",
    "superseded-customer-lead": "有效，但晚于 {lead}",
    "superseded-last-lead": "有效，但早于 {lead}",
    "duplicate": "不成立：同一方已有更早的有效主张",
    "late": "不成立：线索在签约之后才产生",
    "lapsed": "不成立：签约时保护期已过",
    "disqualified": "不成立：签约时该线索已被认定无效",
    "ruled-out": "不成立：已裁定该线索不计",
    "not-admitted": "不成立：政策不接受{side}方的主张",
    "insufficient-evidence": "不成立：签约时凭据不足",
    "own-claim": "签约人的自拓声明",
}

COUNTERFACTUALS: Final = {
    "if-void": "如果没有{subjects}，该合同将归为：{source}",
    "if-protected": (
        "如果线索 {subject} 的保护期延续到签约之时（{at} 之后），该合同将归为：{source}"
    ),
    "if-protected-own": (
        "如果签约人自拓声明的保护期延续到签约之时（{at} 之后），该合同将归为：{source}"
    ),
    "if-evidence": "如果线索 {subject} 再有 {missing} 项凭据，该合同将归为：{source}",
    "if-evidence-own": "如果签约人的自拓声明再有 {missing} 项凭据，该合同将归为：{source}",
    "if-earlier": "如果线索 {subject} 产生于 {at} 之前，该合同将归为：{source}",
    "if-earlier-own": "如果签约人的自拓始于 {at} 之前，该合同将归为：{source}",
    "if-account": "如果{subjects}不使该客户成为存量客户，该合同将归为：{source}",
    "subject-lead": "线索 {name}",
    "subject-deal": "合同 {name} ",
}

SENTENCES: Final = {**SOURCES, **CLAIMS, **COUNTERFACTUALS}
