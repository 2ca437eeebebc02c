"""Decisions: what people may do, judged against a state, and the events that follow."""
