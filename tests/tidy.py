"""Where a limit of tidiness bends: each place with its number and the reason."""

Place = tuple[str, str]

LONG_FILES: dict[str, tuple[int, str]] = {}
"""File to its lines, above 300."""

LONG_FUNCTIONS: dict[Place, tuple[int, str]] = {}
"""File and function to its lines, above 40."""

MANY_PARAMETERS: dict[Place, tuple[int, str]] = {}
"""File and function to the number of its parameters, above 5."""

DEEP: dict[Place, tuple[int, str]] = {}
"""File and function to its depth of nesting, above 3."""

ENTRY_POINTS: dict[str, str] = {}
"""Modules that no module imports."""
