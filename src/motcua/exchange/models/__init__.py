"""What is kept in the database; each part of the package has its own file."""

from motcua.exchange.models.connectors import ConnectorCall, Outage, PlannedOutage

__all__ = ["ConnectorCall", "Outage", "PlannedOutage"]
