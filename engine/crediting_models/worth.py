"""What channels are worth over all journeys: exact, and the shares that follow from it."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal

from schemas.errors import Refused

Worth = Mapping[str, Fraction]
"""Of each channel: conversions, minor units, or a removal effect."""

Negatives = Literal["refuse", "floor"]
"""What becomes of a worth below zero."""


class NegativeWorth(Refused):
    """A channel is worth less than nothing, and the model refuses to credit then."""

    code = "negative-worth"

    def __init__(self, channel: str, worth: Fraction) -> None:
        super().__init__(
            f"Shares were asked of a model that refuses negative values, and {channel} is worth "
            f"{worth}. Choose another game, or say `negatives: floor` in the model."
        )


class NothingToShare(Refused):
    """No channel is worth anything, so there is nothing to have shares of."""

    code = "nothing-to-share"

    def __init__(self) -> None:
        super().__init__(
            "Shares of channels were asked of journeys in which no channel is worth anything: none "
            "with touches converted, or none has a value. Take a longer window, or weigh by number."
        )


def shares(worth: Worth, negatives: Negatives = "refuse") -> dict[str, Fraction]:
    """The shares of channels, which sum to 1: each worth over the sum of all.

    `floor` counts a worth below zero as zero. Raises `NegativeWorth` and `NothingToShare`.
    """
    if negatives == "refuse":
        for channel, value in worth.items():
            if value < 0:
                raise NegativeWorth(channel, value)
    kept = {channel: max(value, Fraction(0)) for channel, value in worth.items()}
    total = sum(kept.values(), Fraction(0))
    if total == 0:
        raise NothingToShare
    return {channel: value / total for channel, value in kept.items()}
