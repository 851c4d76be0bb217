"""Cleaning and linking registers against the population base: who a record is, how sure that is, and why."""
