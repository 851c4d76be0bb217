"""Strict templates: a variable that a template names and nobody gave fails the test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.template import engines

from tests.ui.strict import Strict


@pytest.fixture(autouse=True)
def strict_templates(settings: Any) -> Iterator[None]:
    """Replaces Django's silence about unknown variables with a failure."""
    templates = [dict(django_settings.TEMPLATES[0])]
    templates[0]["OPTIONS"] = {**templates[0]["OPTIONS"], "string_if_invalid": Strict()}
    settings.TEMPLATES = templates
    yield
    engines.__dict__.pop("templates", None)
