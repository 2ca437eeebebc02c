"""Arrangements of what the kernel computed and of what the log holds: pure folds."""
