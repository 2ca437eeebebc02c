"""Plan documents in Chinese (zh-CN), in the words of an HR department."""

from typing import Final

from projections.plan_documents.chinese_components import COMPONENTS
from projections.plan_documents.chinese_facts import FACTS

_LIMITS: Final = {
    "gates": "发放条件",
    "gate": "门槛",
    "gate-flow": (
        "{components}：转化率（{per}核算）达到 {threshold} 方可计提。转化率 = "
        "期内首次签约的您的线索数 ÷ 期内认定有效的您的线索数。"
    ),
    "gate-cohort": (
        "{components}：期内（{per}核算）认定有效的您的线索中，在期末后 {days} 天内签约的比例达到 "
        "{threshold} 方可计提。"
    ),
    "gate-attainment": (
        "{components}：目标 {quota} 的达成率（{per}核算）达到 {threshold} 方可计提。"
    ),
    "inclusive-true": "恰好等于 {threshold} 视为达到。",
    "inclusive-false": "须高于 {threshold}，恰好等于不视为达到。",
    "zero-open": "期内没有认定有效的线索时，视为达到，照常计提。",
    "zero-closed": "期内没有认定有效的线索时，视为未达到，不予计提。",
    "missed-lost": "未达到的，当期不计提，以后也不补发。",
    "missed-deferred": "未达到的先挂起，以后某一期（{per}核算）达到时予以补发。",
    "guarantee-top-up": (
        "保底：{components}合计{per}不足 {amount} 的，补足至该金额。保底款无须归还。"
    ),
    "guarantee-on-top": "固定保障：在{components}之外，{per}另发 {amount}，无须归还。",
    "own": "已为您登记{metric}的，以所登记的金额为准。",
    "first-months": "仅适用于您入职后的前 {months} 个月。",
    "ceiling": "{components}合计，每人{per}封顶 {amount}，超出部分不予发放。",
    "clawback-all": (
        "合同在{term}内减额或终止的，{components}中与减少部分对应的提成全额扣回；期满之后不再扣回。"
    ),
    "clawback-unserved": (
        "合同在{term}内减额或终止的，{components}中与减少部分对应的提成，按未履行期限占比扣回；"
        "期满之后不再扣回。"
    ),
    "term-months": " {term} 个月",
    "term-days": " {term} 天",
    "term-own": "合同期限",
    "unit-months": "已履行期限按满月计算，不足一月不计。",
    "unit-days": "已履行期限按天计算。",
    "first-served-counts": "合同当日计入已履行天数。",
    "first-served-does-not-count": "合同当日不计入已履行天数。",
    "instalments": "分期计提",
    "instalment": "分期",
    "instalment-says": "{components}：分期计提。",
    "instalment-caption": "各期比例",
    "instalment-rows": "比例> | 计提时点",
    "part-signing": "签约时",
    "part-cash": "客户回款时",
    "part-milestone": "达到里程碑 {milestone} 时",
    "part-months": "合同日期后满 {months} 个月时",
    "cash-in-full": "回款部分在客户付清全款后一次计提。",
    "cash-in-proportion": "回款部分按客户回款进度同比例计提。",
}

_PAYMENT: Final = {
    "payment": "发放方式",
    "holdback": "留存",
    "holdback-cash": "{components}按单留存 {share}，待客户付清全款后发放。",
    "holdback-milestone": "{components}按单留存 {share}，待合同达到里程碑 {milestone} 后发放。",
    "holdback-months": "{components}按单留存 {share}，自签约起满 {months} 个月后发放。",
    "holdback-leaving-kept": "离职后继续留存，待条件满足时照常发放。",
    "holdback-leaving-released": "离职时一并结清发放。",
    "holdback-leaving-forfeited": "离职时尚未发放的留存不再发放。",
    "pay-cap": "每月实发封顶 {amount}，超出部分顺延至以后月份发放。",
    "draw": "预支",
    "draw-top-up": "当月提成不足 {amount} 的，差额由公司预支，记为您的欠款。",
    "draw-on-top": "公司每月在提成之外预支 {amount}，记为您的欠款。",
    "draw-recovered": "自入职第 {month} 个月起，以超过该金额的提成抵扣。",
    "draw-share": "每次抵扣不超过超出部分的 {share}。",
    "draw-most": "每月抵扣不超过 {amount}。",
    "pay-minimum": "当月应发不足 {amount} 的暂不发放，结转至下月。",
    "leaving": "离职结算",
    "later-deals-earned": "离职之后发生的业绩照常计提。",
    "later-deals-lost": "离职之后发生的业绩不再计提。",
    "later-parts-earned": "离职之后到期的分期部分照常计提。",
    "later-parts-lost": "离职之后到期的分期部分不再计提。",
}

_WHOLE: Final = {
    "between": "",
    "comma": "、",
    "day": "{year} 年 {month} 月 {day} 日",
    "period-written": "{year} 年 {month} 月",
    "months": "1 月|2 月|3 月|4 月|5 月|6 月|7 月|8 月|9 月|10 月|11 月|12 月",
    "currency-CNY": "元",
    "title": "薪酬提成方案 {plan}",
    "lead": (
        "本文说明您在本方案下的提成如何计算、何时发放，适用于所有被分配到本方案的人员。"
        "内容由方案本身逐条生成。"
    ),
    "term-version": "版本",
    "term-from": "生效日期",
    "term-currency": "结算币种",
    "term-period": "结算周期",
    "term-period-month": "自然月",
    "term-zone": "日期所用时区",
    "term-digest": "方案的 SHA-256",
    "components": "提成与奖金项目",
    "kind-commission": "提成",
    "kind-tiered": "阶梯提成",
    "kind-matrix": "查表提成",
    "kind-override": "管理提成",
    "kind-overlay": "协作奖金池",
    "kind-points": "有效线索积分",
    "kind-award": "协作奖励",
    "kind-flat": "计件奖励",
    "kind-spiff": "限时激励",
    "kind-bonus": "目标奖金",
    "kind-scorecard": "综合考核奖金",
    "kind-guarantee": "保底",
    "kind-ceiling": "合计封顶",
    "kind-clawback": "提成扣回",
    "conventions": "计算规则",
    "rounding-half-even": "每笔应得金额只舍入一次：四舍六入，恰为一半时取偶。",
    "rounding-half-up": "每笔应得金额只舍入一次：四舍五入。",
    "rounding-half-down": "每笔应得金额只舍入一次：五舍六入。",
    "decreases-by-layer": (
        "合同减额或终止时，视同自始即为减额后的金额，按原计提比例扣回；同一累计期内排在其后的合同，"
        "档位随之调整。"
    ),
    "decreases-own-slice": "合同减额或终止时，只扣回该合同自身所占的阶梯部分，其他合同不受影响。",
    "decreases-current-window": "合同减额或终止时，在发生当期按当期比例冲减。",
    "mid-period-split": "自本版本生效起，月度、季度和年度累计重新开始。",
    "mid-period-carry": "本版本生效时，正在进行的月度、季度和年度累计继续计算。",
    "year-starts": "季度和年度自 {month}起算。",
    "exchange-market": "其他币种的合同，按合同日期当日公布的汇率折算。",
    "exchange-plan": "其他币种的合同，按本方案的固定汇率折算。",
    "exchange-caption": "本方案的固定汇率",
    "exchange-rows": "外币 1 单位 | 折合{currency}>",
    "attributes": "条件中可引用的合同附加属性：{attributes}。",
    "attribute": "{name}（{kind}）",
    "attribute-text": "文本",
    "attribute-number": "数值",
    "attribute-rate": "比率",
    "attribute-date": "日期",
    "attribute-yes-no": "是或否",
    "terms": (
        "提成单上每一笔金额都列明所依据的事实、本方案及其版本。本文与方案不一致的，以方案为准。"
    ),
    "examples": "计算示例",
    "facts-caption": "发生的事项",
    "facts": "日期 | 事项",
    "lines-caption": "由此产生的应得金额",
    "lines": "月份 | 人员 | 项目 | 金额（{currency}）>",
    "balances-caption": "实发与余额",
    "balances": "截至 | 人员 | 类别 | 金额（{currency}）>",
    "balance-cash": "实发",
    "balance-held": "留存",
    "balance-capped": "封顶顺延",
    "balance-carried": "结转",
    "balance-owed": "预支欠款",
    "last": "{plan} · SHA-256 {digest}",
}

SENTENCES: Final[dict[str, str]] = COMPONENTS | _LIMITS | _PAYMENT | _WHOLE | FACTS
