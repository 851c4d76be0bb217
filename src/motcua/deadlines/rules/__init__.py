"""The arithmetic of time limits: pure Python, no database, no clock of its own."""
