"""What is kept in the database; each part of the package has its own file."""

from motcua.exchange.models.connectors import ConnectorCall, Outage, PlannedOutage
from motcua.exchange.models.national import Line, PortalProcedure, Track

__all__ = ["ConnectorCall", "Line", "Outage", "PlannedOutage", "PortalProcedure", "Track"]
