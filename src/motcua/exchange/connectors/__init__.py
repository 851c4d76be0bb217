"""The framework in which every talk with a system outside happens: plug-ins, calls, outages, the log.

A part of `exchange` that talks to a system defines a `Connector`, adds it to `connectors`, and sends with
`call` (HTTP) or `attempt` (anything else, such as SMTP). Both keep the same rules: a time limit, a circuit that
opens when the system is down, repeats with jitter only for what may be repeated, one log row for each attempt.
"""

from motcua.exchange.connectors.calls import attempt, call, forget_circuits
from motcua.exchange.connectors.errors import CallFailed, CircuitOpen, NotReached, Unanswered, WentWrong
from motcua.exchange.connectors.http import Answer, Request, client
from motcua.exchange.connectors.outages import announcements, keep_call, outages
from motcua.exchange.connectors.plugin import (
    Connector,
    Endpoint,
    NotConfigured,
    check_endpoint,
    connectors,
    endpoint,
)

__all__ = [
    "Answer",
    "CallFailed",
    "CircuitOpen",
    "Connector",
    "Endpoint",
    "NotConfigured",
    "NotReached",
    "Request",
    "Unanswered",
    "WentWrong",
    "announcements",
    "attempt",
    "call",
    "check_endpoint",
    "client",
    "connectors",
    "endpoint",
    "forget_circuits",
    "keep_call",
    "outages",
]
