"""Pure Python: the arithmetic of indices and the reasons for every line of evidence, without a database."""
