"""Pure Python: time-based codes, recovery codes, passwords, the officers' sheet."""
