"""Pure Python: the shipped tables, succession through the reforms, agencies, and resolving an address."""

from motcua.units.rules.tables import Tables, shipped

__all__ = ["Tables", "shipped"]
