"""Other systems that may use the door: who they are, what they may do."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Client(models.Model):
    """A system of another agency, known by its id and the hash of its secret.

    `scopes` are the words of `gateway.data.Scope`; `door` is through which lawful door its dossiers come;
    `agencies` limits whose dossiers it may read and file (empty: the whole province).
    """

    id = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=200)
    secret_hash = models.CharField(max_length=200)
    scopes = ArrayField(models.CharField(max_length=20))
    agencies = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    door = models.CharField(max_length=30)
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "gateway_client"

    def __str__(self) -> str:
        return f"{self.id} ({self.name})"


class HandedIn(models.Model):
    """A dossier that came through this door: whose it is there, and which it is here.

    A client sees the dossiers that it handed in, and no others.
    """

    id = models.BigAutoField(primary_key=True)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="handed_in")
    outside_code = models.CharField(max_length=60)
    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "gateway_handed_in"
        constraints = [
            models.UniqueConstraint(fields=["client", "outside_code"], name="gateway_handed_in_code"),
            models.UniqueConstraint(fields=["client", "dossier"], name="gateway_handed_in_dossier"),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} {self.outside_code}"
