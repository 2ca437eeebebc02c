"""The law in plain Python and exact fractions: slow, small, and meant to be obviously right.

`tests.oracle.law` answers: `earned`, `payable`, `statements`. Nothing in the product imports this.
"""
