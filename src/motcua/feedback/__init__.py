"""Petitions and ratings. Not built yet: nothing here answers."""
