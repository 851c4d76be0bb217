"""Cleaning and linking registers against the population base. Not built yet: nothing here answers."""
