"""Reads: accounts, positions, who has which role on a day, who stands in for whom."""
