"""Working time and the time limits the law gives."""
