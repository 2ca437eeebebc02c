"""Others who answer the same question from the same log, written by hand for one plan."""
