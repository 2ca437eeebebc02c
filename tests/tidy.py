"""Where a limit of tidiness bends: each place with its number and the reason."""

Place = tuple[str, str]

LONG_FILES: dict[str, tuple[int, str]] = {}
"""File to its lines, above 300."""

LONG_FUNCTIONS: dict[Place, tuple[int, str]] = {
    ("tests/strategies/arrivals.py", "arrivals"): (43, "its draws depend on each other in order"),
}
"""File and function to its lines, above 40."""

_COMMAND = "the options of a command line are its parameters"
MANY_PARAMETERS: dict[Place, tuple[int, str]] = {
    ("commands/handle.py", "_record"): (6, "one more than five would hide one of them in a tuple"),
    ("evenhand/cli/attribution.py", "attribution"): (7, _COMMAND),
    ("evenhand/cli/chains.py", "chain"): (8, _COMMAND),
    ("evenhand/cli/chains.py", "conversion"): (6, _COMMAND),
    ("evenhand/cli/performance.py", "show_performance"): (6, _COMMAND),
    ("evenhand/cli/weights.py", "train"): (7, _COMMAND),
    ("evenhand/cli/weights.py", "shadow"): (8, _COMMAND),
    ("evenhand/cli/files.py", "import_export"): (6, _COMMAND),
    ("evenhand/cli/earned.py", "earned"): (13, _COMMAND),
    ("evenhand/cli/questions.py", "show_as_of"): (7, _COMMAND),
    ("evenhand/cli/explaining.py", "explain"): (9, _COMMAND),
    ("evenhand/cli/models.py", "credit_journeys"): (7, _COMMAND),
    ("evenhand/cli/models.py", "compare"): (7, _COMMAND),
    ("evenhand/cli/plans.py", "assign"): (6, _COMMAND),
    ("evenhand/cli/plan_questions.py", "show_impact"): (6, _COMMAND),
    ("evenhand/cli/policies.py", "impact"): (7, _COMMAND),
    ("evenhand/cli/rules.py", "publish_rate"): (6, _COMMAND),
    ("evenhand/cli/disputes.py", "raise_dispute"): (20, _COMMAND),
    ("evenhand/cli/disputes.py", "evidence"): (6, _COMMAND),
    ("evenhand/cli/disputes.py", "settle"): (12, _COMMAND),
    ("evenhand/cli/disputes.py", "revoke"): (6, _COMMAND),
    ("evenhand/cli/disputes.py", "override"): (10, _COMMAND),
    ("evenhand/cli/dispute_questions.py", "preview_ruling"): (11, _COMMAND),
    ("evenhand/cli/costs.py", "costs"): (8, _COMMAND),
    ("evenhand/cli/statements.py", "balance"): (6, _COMMAND),
    ("evenhand/cli/asked.py", "asked"): (6, _COMMAND),
    ("evenhand/cli/periods.py", "close"): (6, _COMMAND),
    ("evenhand/cli/statements.py", "replay"): (10, _COMMAND),
    ("evenhand/cli/statements.py", "statement"): (7, _COMMAND),
    ("evenhand/cli/what_if.py", "what_if"): (7, _COMMAND),
    ("evenhand/demo/facts.py", "sent"): (6, "the attributes of a CloudEvent"),
    ("evenhand/demo/months.py", "_journey"): (9, "the columns of the table above it"),
}
"""File and function to the number of its parameters, above 5."""

DEEP: dict[Place, tuple[int, str]] = {
    ("evenhand/cli/facts.py", "_messages"): (4, "a generator holds the file open around its loop"),
    ("evenhand/importers/workbooks.py", "_check_parts"): (4, "parts, their chunks, their dangers"),
    ("evenhand/kafka/consumer.py", "Consumer._consume"): (4, "one loop says what stops it and why"),
    ("evenhand/sql/log.py", "SqlLog.append_with"): (5, "what to do after each kind of failure"),
    ("evenhand/sql/verify.py", "_page"): (4, "a damaged page is read again row by row"),
}
"""File and function to its depth of nesting, above 3."""

ENTRY_POINTS: dict[str, str] = {}
"""Modules that no module imports."""

FLOATING: dict[str, str] = {
    "engine/crediting_models/certified.py": "guesses in doubles, proven in whole numbers",
}
"""Files of the kernel that may use floating point."""
