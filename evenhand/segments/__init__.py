"""Segments as files: written from the log, checked against it, read instead of it."""
