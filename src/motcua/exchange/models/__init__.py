"""What is kept in the database; each part of the package has its own file."""

from motcua.exchange.models.connectors import ConnectorCall, Outage, PlannedOutage
from motcua.exchange.models.inbound import Cursor, Delivery, Handover, MinistryDossier
from motcua.exchange.models.national import Line, PortalProcedure, Track
from motcua.exchange.models.reconciliation import Difference, Reconciliation

__all__ = [
    "ConnectorCall",
    "Cursor",
    "Delivery",
    "Difference",
    "Handover",
    "Line",
    "MinistryDossier",
    "Outage",
    "PlannedOutage",
    "PortalProcedure",
    "Reconciliation",
    "Track",
]
