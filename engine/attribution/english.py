"""What is said of sources, claims and counterfactuals, in English."""

from typing import Final

SOURCES: Final = {
    "source": "Source of deal {deal}: {classes}, because {why}",
    "share": "{name} {share}",
    "named-lead": "the lead it names, {lead}, was live when it was signed",
    "customer-lead": "lead {lead} was its customer's first live one when it was signed",
    "last-lead": "lead {lead} was its customer's last live one when it was signed",
    "customer-lead-own": "its signers' own word was the first live claim when it was signed",
    "last-lead-own": "its signers' own word was the last live claim when it was signed",
    "existing-account": (
        "its customer had signed deal {earlier} on {day}, less than {days} days before it"
    ),
    "tie": "claims of {sides} were opened within {hours} hours",
    "fixed": "rule {rule} holds for it: {where}",
    "ruling": "it was ruled so on {day}",
    "signers": "no lead was live when it was signed, so it is its signers' own",
    "signers-evidence": (
        "no lead was live when it was signed, and its signers have evidence, so it is their own"
    ),
    "nobody": "no lead was live when it was signed, and nobody signed it for a share",
    "nobody-evidence": (
        "no lead was live when it was signed, and its signers have no evidence of their own"
    ),
    "nobody-rule": "no rule of the policy decides it",
    "policy": "The policy: {policy}, in force from {day}",
    "class-marketing": "marketing",
    "class-self": "self",
    "class-account": "account",
    "class-partner": "partner",
    "class-house": "house",
    "side-marketing": "marketing",
    "side-sales": "sales",
    "side-partner": "partners",
    "comma": ", ",
    "and": " and ",
    "nobody-found": "nobody",
}

CLAIMS: Final = {
    "lead": "lead {lead} by {payee}",
    "own": "the signers' own word, by {payee}",
    "claim": "{who}{protected}{evidence}{terms}: {status}",
    "protected": ", protected from {opened} until {closes}",
    "evidence": ", on {pieces} of {needed} pieces of evidence",
    "terms": ", under the terms of {terms}",
    "unknown": "lead {lead}: named by the deal, and not in the log",
    "live": "live",
    "superseded": "live, but rule {rule} gave the deal otherwise",
    "superseded-named-lead": "live, but the deal names {lead}",
    "superseded-customer-lead": "live, but later than {lead}",
    "superseded-last-lead": "live, but earlier than {lead}",
    "duplicate": "no claim: another of its side was live and opened before it",
    "late": "no claim: it was created after the signing",
    "lapsed": "no claim: the deal was signed when its protection was over",
    "disqualified": "no claim: it was disqualified when the deal was signed",
    "ruled-out": "no claim: it was ruled that it does not count",
    "not-admitted": "no claim: the policy admits none of {side}",
    "insufficient-evidence": "no claim: its evidence was not enough when the deal was signed",
    "own-claim": "the signers' own word",
}

COUNTERFACTUALS: Final = {
    "if-void": "If {subjects} had not been, the deal would be of class {source}",
    "if-protected": (
        "If lead {subject} had been protected to the signing, until after {at}, the deal would be "
        "of class {source}"
    ),
    "if-protected-own": (
        "If the signers' own word had been protected to the signing, until after {at}, the deal "
        "would be of class {source}"
    ),
    "if-evidence": (
        "If lead {subject} had {missing} more pieces of evidence, the deal would be of class "
        "{source}"
    ),
    "if-evidence-own": (
        "If the signers' own word had {missing} more pieces of evidence, the deal would be of "
        "class {source}"
    ),
    "if-earlier": (
        "If lead {subject} had been opened before {at}, the deal would be of class {source}"
    ),
    "if-earlier-own": (
        "If the signers' own word had been opened before {at}, the deal would be of class {source}"
    ),
    "if-account": (
        "If {subjects} made no account of the customer, the deal would be of class {source}"
    ),
    "subject-lead": "lead {name}",
    "subject-deal": "deal {name}",
}

SENTENCES: Final = {**SOURCES, **CLAIMS, **COUNTERFACTUALS}
