"""Pure Python: arithmetic without a database."""
