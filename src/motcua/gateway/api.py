"""The one door of the gateway's own affairs: the systems that may call, and who is told what."""

from motcua.gateway.actions.clients import (
    PER_MINUTE,
    BadClient,
    ClientRefused,
    MayNotEnrol,
    ScopeRefused,
    enrol,
    grant,
    rotate,
    shut_out,
    token_for,
)
from motcua.gateway.actions.hooks import BadHook, NoSuchHook, plan_deliveries, subscribe, unsubscribe
from motcua.gateway.actions.keeping import tidy
from motcua.gateway.actions.telling import Teller
from motcua.gateway.data import Caller, ClientView, DeliveryState, DeliveryView, HookView, Scope
from motcua.gateway.queries import caller_of, clients, deliveries, hooks

__all__ = [
    "PER_MINUTE",
    "BadClient",
    "BadHook",
    "Caller",
    "ClientRefused",
    "ClientView",
    "DeliveryState",
    "DeliveryView",
    "HookView",
    "MayNotEnrol",
    "NoSuchHook",
    "Scope",
    "ScopeRefused",
    "Teller",
    "caller_of",
    "clients",
    "deliveries",
    "enrol",
    "grant",
    "hooks",
    "plan_deliveries",
    "rotate",
    "shut_out",
    "subscribe",
    "tidy",
    "token_for",
    "unsubscribe",
]
