"""A mirror of the population base: who a citizen is, and where each fact came from."""
