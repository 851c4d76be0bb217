"""The world of the whole way: the reviewed catalogue, officers where they are needed, a real sandbox authority."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.documents.conftest import authority, served

from .factories import Office, build_office

__all__ = ["authority", "served"]


@pytest.fixture(scope="module")
def shared_office(django_db_setup: None, django_db_blocker: Any) -> Iterator[Office]:
    """Calendar, the sixteen procedures in all their versions; gone when the module is done."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_office()
        transaction.set_rollback(True)


@pytest.fixture
def office(shared_office: Office, db: None, authority: Any) -> Office:
    """The office, as nobody has touched it; signing works."""
    return Office()
