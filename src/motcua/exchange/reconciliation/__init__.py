"""Compares everything that we hold with everything that the national portal holds, and proves what was found."""
