"""Connectors to national systems and signature services."""
