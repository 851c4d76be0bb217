"""Pure Python: what a file really is, codes, names, pages, verdicts."""
