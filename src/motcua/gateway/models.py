"""Other systems that may use the door: who they are, what they may do, what they sent."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Client(models.Model):
    """A system of another agency, known by its id and the hash of its secret.

    `scopes` are the words of `gateway.data.Scope`; `door` is through which lawful door its dossiers come;
    `agencies` are the desks it may hand in at (empty: the whole province); `per_minute` is how often it may
    call each web process.
    """

    id = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=200)
    secret_hash = models.CharField(max_length=200)
    scopes = ArrayField(models.CharField(max_length=20))
    agencies = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    door = models.CharField(max_length=30)
    per_minute = models.PositiveIntegerField(default=600)
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "gateway_client"
        constraints = [
            models.CheckConstraint(condition=Q(per_minute__gte=1), name="gateway_client_may_call"),
        ]

    def __str__(self) -> str:
        return f"{self.id} ({self.name})"


class SentFile(models.Model):
    """A file that a client sent. Only the client that sent a file may put it into a dossier."""

    id = models.BigAutoField(primary_key=True)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="sent_files")
    file_id = models.UUIDField()

    class Meta:
        db_table = "gateway_sent_file"
        constraints = [models.UniqueConstraint(fields=["client", "file_id"], name="gateway_sent_file_once")]

    def __str__(self) -> str:
        return f"{self.client_id} {self.file_id}"


class HandedIn(models.Model):
    """A dossier that came through this door: whose it is there, and which it is here.

    A client sees the dossiers that it handed in, and no others. `content_hash` tells a resend from another
    dossier under a code already used; `received_there_at` is when the other system took it from the citizen.
    """

    id = models.BigAutoField(primary_key=True)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="handed_in")
    outside_code = models.CharField(max_length=60)
    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="+")
    content_hash = models.CharField(max_length=64)
    received_there_at = models.DateTimeField()

    class Meta:
        db_table = "gateway_handed_in"
        constraints = [
            models.UniqueConstraint(fields=["client", "outside_code"], name="gateway_handed_in_code"),
            models.UniqueConstraint(fields=["client", "dossier"], name="gateway_handed_in_dossier"),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} {self.outside_code}"
