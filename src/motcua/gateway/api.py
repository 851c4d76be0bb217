"""The one door of the gateway's own affairs: enrolling the systems that may call."""

from motcua.gateway.actions import ClientRefused, enrol, token_for
from motcua.gateway.data import Caller, Scope
from motcua.gateway.queries import caller_of

__all__ = ["Caller", "ClientRefused", "Scope", "caller_of", "enrol", "token_for"]
