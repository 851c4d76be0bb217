"""Pure Python: the structure of numbers, names and tokens, tested without a database."""
