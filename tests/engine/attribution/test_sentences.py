"""What is said of sources and claims, in both languages."""

from string import Formatter

from engine.attribution.words import LANGUAGES
from engine.explanations.otherwise import otherwise
from engine.explanations.sources import source_reason
from tests.engine.attribution.knowing import Told, policy
from tests.engine.explaining import text

ASKS = {
    "marketing": {"protection_days": 90, "evidence": {"minimum": 1}},
    "sales": {"protection_days": 90},
}
FACTS = (
    "2026-03-01 lead-created L1 customer C1 by mia\n"
    "2026-03-02 touch-recorded lead L1 kind form by mia\n"
    "2026-03-03 lead-created L2 customer C1 side sales by lee\n"
    "2026-03-20 deal-signed D1 customer C1 by sam 1000.00 EUR\n"
)


def test_both_languages_say_the_same_with_the_same_values() -> None:
    english, chinese = (
        {name: fields(sentence) for name, sentence in LANGUAGES[language].items()}
        for language in ("en", "zh")
    )
    assert english == chinese


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_every_claim_is_told_with_its_evidence_in_both_languages() -> None:
    told = Told(FACTS, policy(claims=ASKS))
    english = text(source_reason(told.source(), told.world))
    assert (
        "Source of deal D1: marketing, because lead L1 was its customer's first live one when it "
        "was signed\n"
        "  The policy: p@1, in force from 2026-01-01\n"
        "  lead L1 by mia, protected from 2026-03-01 until 2026-05-30, on 1 of 1 pieces of "
        "evidence: live\n"
        "    2026-03-01 23:00  form of lead L1 by mia (fact 2 of example)\n"
    ) in english
    assert "lead L2 by lee" in english
    assert english.endswith("live, but later than L1")
    chinese = text(source_reason(told.source(), told.world, "zh"))
    assert chinese.startswith("合同 D1 的来源：市场，因为签约时，线索 L1 是该客户最早的有效线索")
    assert "凭据 1 项，需 1 项：有效" in chinese


def test_a_tie_and_what_would_undo_it_are_sentences() -> None:
    law = policy(rules=["tie", "first-claim", "no-claim"], tie={"hours": 72, "shares": "equal"})
    told = Told(FACTS, law)
    assert text(source_reason(told.source(), told.world)).startswith(
        "Source of deal D1: marketing 1/2, self 1/2, because claims of marketing and sales were "
        "opened within 72 hours"
    )
    assert [reason.text for reason in otherwise("D1", told.world)] == [
        "If lead L1 had not been, the deal would be of class self",
        "If lead L2 had not been, the deal would be of class marketing",
    ]
