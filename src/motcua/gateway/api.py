"""The one door of the gateway's own affairs: enrolling the systems that may call."""

from motcua.gateway.actions import PER_MINUTE, BadClient, ClientRefused, enrol, shut_out, token_for
from motcua.gateway.data import Caller, Scope
from motcua.gateway.queries import caller_of

__all__ = [
    "PER_MINUTE",
    "BadClient",
    "Caller",
    "ClientRefused",
    "Scope",
    "caller_of",
    "enrol",
    "shut_out",
    "token_for",
]
