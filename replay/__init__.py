"""The same kernel, another question: a period again, a past date, the difference of two answers."""
