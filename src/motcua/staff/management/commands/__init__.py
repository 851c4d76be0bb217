"""Commands of staff that need the database."""
