"""Pure Python: forms, search, import parsing and the checks of a draft, tested without a database."""
