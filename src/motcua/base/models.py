"""Abstract models: ids that say nothing, and values that carry when they apply and when we learned them."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import DateRangeField
from django.db import models


class UUIDModel(models.Model):
    """A row whose id tells nothing about its place in a sequence."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class EffectiveDated(models.Model):
    """A value of the law or of a register: `valid` is when it applies, `known_from` when we learned it."""

    valid = DateRangeField()
    known_from = models.DateTimeField()
    source = models.JSONField()

    class Meta:
        abstract = True
