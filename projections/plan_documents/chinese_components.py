"""Components and targets of plan documents in Chinese (zh-CN)."""

from typing import Final

_DEALS: Final = {
    "deals-marketing": "市场来源的合同",
    "deals-self": "销售自拓的合同",
    "deals-account": "老客户经营带来的合同",
    "deals-partner": "合作伙伴介绍的合同",
    "deals-house": "无特定来源的公司合同",
    "deals-any": "全部合同",
    "role-marketing": "市场（线索由您发现）",
    "role-sales": "销售（合同由您签订）",
    "role-below-marketing": "市场（发现线索）",
    "role-below-sales": "销售（签订合同）",
    "finder-marketing": "市场侧",
    "finder-sales": "销售侧",
    "where": "仅限符合以下条件的合同：{condition}。",
    "per-deal": "每单",
    "per-month": "每月",
    "per-quarter": "每季度",
    "per-year": "每年",
    "cap": "每人{per}封顶 {amount}，超出部分不予发放，也不顺延。",
    "commission": (
        "{deals}，您的角色为{role}的，按合同金额的 {rate} 计提提成。多人参与的，按各自份额计提。"
    ),
    "tiered": "{deals}，您的角色为{role}的，按阶梯计提提成。",
    "tiered-window-deal": "每份合同按自身金额单独确定档位。",
    "tiered-window-month": "业绩按自然月累计。",
    "tiered-window-quarter": "业绩按季度累计。",
    "tiered-window-year": "业绩按年度累计。",
    "tiered-by-amount": "档位按计入您名下的累计金额确定。",
    "tiered-by-deals": "档位按您的签单数量确定。",
    "tiered-by-attainment": "档位按目标 {quota} 的达成率确定。",
    "tiered-marginal": "分段计提：各档比例只适用于落在该档内的部分。",
    "tiered-retroactive": (
        "追溯计提：达到某一档后，自第一单起全部业绩均按该档比例计提；晋档时补发差额，"
        "回落时扣回差额。"
    ),
    "falling": "本表允许高档的比例低于前一档，属有意设置。",
    "tiers-caption": "阶梯比例",
    "tiers-amount-rate": "自（含），{currency}> | 至（不含）> | 比例>",
    "tiers-attainment-rate": "达成率自（含）> | 至（不含）> | 比例>",
    "tiers-deals-rate": "自第几单> | 至第几单> | 比例>",
    "tiers-deals-amount": "自第几单> | 至第几单> | 每单金额>",
    "endless": "以上不限",
    "matrix": (
        "{deals}，您的角色为{role}的，按合同金额乘以比例计提提成。比例按签约时的{rows}和{columns}"
        "查表确定。"
    ),
    "matrix-quota": "达成率指合同所属期间目标 {quota} 的达成率。",
    "matrix-words": "表中未列出的情形，本项不计提。",
    "matrix-caption": "提成比例（行：{rows}；列：{columns}）",
    "matrix-from": "{figure} 起",
    "matrix-others": "其他",
    "axis-amount": "合同金额（{currency}）",
    "axis-term": "合同期限（月）",
    "axis-product": "产品",
    "axis-customer type": "客户类型",
    "axis-attainment": "达成率",
    "override": (
        "{deals}，您的下属以{role}角色参与的，您可计提管理提成。汇报关系以合同当时的为准。"
        "您本人已在同一合同中以该角色计提的，不再计提管理提成。"
    ),
    "override-gross": "各级均按下属全部计提基数乘以本级比例计算（毛额）。",
    "override-net": "各级按扣除下级已计部分之后的余额乘以本级比例计算（净额）。",
    "override-below": "参与合同的员工本人视为第 0 级，比例为 {rate}。",
    "levels-caption": "各级比例",
    "levels": "上级层级（1 为直属上级）> | 比例>",
    "overlay": (
        "每份合同按金额的 {rate} 设立协作奖金池，由参与者平分，与其他提成互不影响。适用于{deals}。"
    ),
    "overlay-part": "仅限登记的参与角色为 {part} 的人员。",
    "overlay-pool": "奖金池全体合计{per}封顶 {amount}。",
}

_OCCASIONS: Final = {
    "points": (
        "每条线索首次认定为有效时，{side}的线索发现人获得 {points} 个积分，只计一次。每个积分折合 "
        "{value}。"
    ),
    "award-joint-signing-confirmed-both": "联合签单的合同，奖励 {amount}，由联合签单人平分。",
    "award-referral-made-both": "由内部推荐促成的合同，奖励 {amount}，由推荐人与承接人平分。",
    "award-referral-made-referrer": "由内部推荐促成的合同，奖励推荐人 {amount}。",
    "award-once": "每份合同只奖励一次；合同金额归零的，不予奖励。",
    "flat-touch-recorded": "您每完成一次{of}，奖励 {amount}。",
    "flat-any-touch": "客户接触",
    "flat-once-each": "每次均计。",
    "flat-once-lead": "同一线索只计您的第一次。",
    "flat-once-customer": "同一客户只计您的第一次。",
    "flat-lead-qualified": "每条线索首次认定为有效时，奖励{side}的线索发现人 {amount}。",
    "flat-deal-signed": (
        "每新签一份合同，奖励 {amount}，由角色为{role}的人员按份额分配。适用于{deals}。"
    ),
    "limit": "每人{per}最多计 {count} 次。",
    "spiff-amount": (
        "{starts}至{last}（含首尾两日）新签的合同，您的角色为{role}的，每单另奖 {amount}，"
        "按您的份额计算。适用于{deals}。"
    ),
    "spiff-rate": (
        "{starts}至{last}（含首尾两日）新签的合同，您的角色为{role}的，另按合同金额的 {rate} "
        "奖励，按您的份额计算。适用于{deals}。"
    ),
    "spiff-first": "每人只计前 {first} 单。",
    "spiff-most": "每人累计封顶 {amount}。",
}

_TARGETS: Final = {
    "measures": "考核指标",
    "measure": "{id}：{what}。",
    "measure-value": "您以{role}角色计入的合同金额，统计范围为{deals}",
    "measure-deals": "您以{role}角色签订的有效合同数，按份额折算，统计范围为{deals}",
    "measure-cash": "客户回款净额（扣除退款），按您的{role}份额折算，统计范围为{deals}",
    "measure-qualified-leads": "您发现并首次认定为有效的线索数",
    "measure-touches": "您完成的客户接触次数（{of}）",
    "measure-touches-any": "不限类型",
    "measure-metric": "为您填报的指标 {metric}，{over}",
    "over-sum": "取期内各月之和",
    "over-mean": "取期内已填报各月的平均值",
    "over-last": "取期内最后一个月的数值",
    "measure-where": "{what}，且须符合：{condition}",
    "quotas": "业绩目标",
    "quota": "目标",
    "quota-target": "指标 {measure} 的目标为{per} {target}。另行下达个人目标的，以个人目标为准。",
    "quota-equal": "目标按月平均分解。",
    "season-caption": "各月目标占比",
    "season": "期内第几个月> | 占比>",
    "ramp-caption": "新人爬坡期目标系数（爬坡期满后按 100%）",
    "ramp": "入职第几个月> | 系数>",
    "quota-prorate-none": "不论适用本方案的时间长短，目标不折算。",
    "quota-prorate-days": "当月未满勤适用本方案的，目标按适用天数占当月天数的比例折算。",
    "quota-prorate-months": "当月未完整适用本方案的，该月不设目标。",
    "first-day-counts": "起始当日计入天数。",
    "first-day-does-not-count": "起始当日不计入天数。",
    "quota-lower": (
        "该指标越低越好：达成率为 200% 减去实际值与目标之比，最低为 0；未登记数据时达成率为 0。"
    ),
    "quota-zero-reached": "目标为零时，视为达成（100%）。",
    "quota-zero-missed": "目标为零时，视为未达成（0%）。",
    "bonus": "目标 {quota} 恰好达成 100% 时，{per}目标奖金为 {target}。",
    "scorecard": "各项目标均恰好达成 100% 时，{per}目标奖金为 {target}。",
    "cards-caption": "目标奖金的构成",
    "cards": "目标 | 权重> | 达成率上限> | 前置条件",
    "card-needs": "{quota} 达成率不低于 {least}",
    "unlimited": "不设上限",
    "nothing": "无",
    "payout-caption": "达成率与兑现标准",
    "payout-caption-of": "{quota} 的达成率与兑现标准",
    "payout-times": "达成率自（含）> | 至（不含）> | 倍数>",
    "payout-pays": "达成率自（含）> | 至（不含）> | 占目标奖金>",
    "payout-marginal": "分段计算：每一段达成率乘以所在档的倍数。",
    "payout-retroactive": "全额计算：全部达成率乘以所达到档的倍数。",
    "payout-interpolated": "已越过的各档全额兑现，所在档按比例兑现。",
    "payout-highest": "按所达到的档兑现，档与档之间不插值。",
    "most": "达成率超过 {most} 的，按 {most} 计。",
    "paid-at-end": "奖金按{per}核算，在期内最后一个月发放。",
    "paid-to-date": "奖金按{per}核算，逐月预核：每月按期初至当月的累计结果计算，扣除此前已发部分。",
    "against-window": "截至当月的业绩与整个期间（{per}）的目标相比。",
    "against-months-so-far": "截至当月的业绩与截至当月的目标相比。",
    "prorate-none": "不论适用本方案的时间长短，金额不折算。",
    "prorate-days": "期间（{per}）内只有部分时间适用本方案的，金额按适用天数折算。",
    "coefficients": "考核系数",
    "coefficient": "系数",
    "coefficient-says": (
        "{components}：乘以考核系数，系数由当月为您填报的指标 {metric} 确定。未填报的，"
        "按 {missing} 取值。"
    ),
    "coefficient-caption": "指标与系数",
    "coefficient-rows": "自（含）> | 至（不含）> | 系数>",
}

COMPONENTS: Final = _DEALS | _OCCASIONS | _TARGETS
