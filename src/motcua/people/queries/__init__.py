"""Reads: persons, families, organisations, facts to prefill, who may act for whom."""
