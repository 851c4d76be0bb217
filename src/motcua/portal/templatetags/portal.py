"""Tells templates who is signed in."""

from __future__ import annotations

from django import template
from django.template import Context

from motcua.notices import api as notices
from motcua.portal.citizen import Citizen, signed_in

register = template.Library()


@register.simple_tag(takes_context=True)
def citizen(context: Context) -> Citizen | None:
    """The person who is signed in, or nothing."""
    request = context.get("request")
    return signed_in(request) if request is not None else None


@register.simple_tag
def unread(me: Citizen | None) -> int:
    """How many messages this person has not opened; one indexed read, nothing for who is not signed in."""
    return notices.unread(by=me.actor) if me is not None else 0
