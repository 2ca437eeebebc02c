"""The kernel: facts and plans in, lines out. Columnar, exact, and without clock, dice or I/O."""
