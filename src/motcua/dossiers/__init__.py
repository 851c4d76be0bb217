"""The case: one request of one citizen, from filing to result."""
