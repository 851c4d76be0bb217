"""Other systems that may use the door: who they are, what they may do, what they sent."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from motcua.base.models import UUIDModel
from motcua.gateway.data import DeliveryState


class Client(models.Model):
    """A system of another agency, known by its id and the hash of its secret.

    `scopes` are the words of `gateway.data.Scope`; `door` is through which lawful door its dossiers come;
    `agencies` are the desks it may hand in at (empty: the whole province); `per_minute` is how often it may
    call, counted for all web processes together. The secret before the last still serves until `previous_until`.
    A token carries the `generation` in which it was given: a new one ends them all. `xroad` is the identifier
    that its X-Road-Client headers must say.
    """

    id = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=200)
    secret_hash = models.CharField(max_length=200)
    previous_hash = models.CharField(max_length=200, default="", blank=True)
    previous_until = models.DateTimeField(null=True)
    generation = models.PositiveIntegerField(default=1)
    xroad = models.CharField(max_length=255, default="", blank=True)
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
            models.CheckConstraint(
                condition=Q(previous_hash="", previous_until__isnull=True)
                | (~Q(previous_hash="") & Q(previous_until__isnull=False)),
                name="gateway_client_previous_secret_ends",
            ),
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


class Bucket(models.Model):
    """How many calls a caller has left, for all web processes together; the table is unlogged (see `limits`)."""

    caller = models.CharField(max_length=120, primary_key=True)
    calls = models.FloatField()
    drawn = models.IntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "gateway_bucket"

    def __str__(self) -> str:
        return f"{self.caller}: {self.calls}"


class XRoadCall(models.Model):
    """A call that came by X-Road, as its headers say; kept because nobody else can say later who asked."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    client_id = models.CharField(max_length=40, default="", blank=True)
    xroad_client = models.CharField(max_length=255)
    service = models.CharField(max_length=255, default="", blank=True)
    message_id = models.CharField(max_length=255, default="", blank=True)
    request_id = models.CharField(max_length=36, default="", blank=True)
    request_hash = models.CharField(max_length=128, default="", blank=True)
    user_id = models.CharField(max_length=255, default="", blank=True)
    issue = models.CharField(max_length=255, default="", blank=True)
    represented_party = models.CharField(max_length=255, default="", blank=True)
    method = models.CharField(max_length=10)
    path = models.CharField(max_length=300)
    status = models.PositiveSmallIntegerField()
    error = models.CharField(max_length=80, default="", blank=True)

    class Meta:
        db_table = "gateway_xroad_call"
        indexes = [models.Index(fields=["at"], name="gateway_xroad_by_time")]

    def __str__(self) -> str:
        return f"{self.xroad_client} {self.method} {self.path} {self.status}"


class Hook(UUIDModel):
    """A subscription: what happens to the client's own dossiers is told to an address.

    Its signing secret is not kept: it is derived from the installation's key and the id. `rests_until`: the
    receiver failed; nothing is sent to it until then, and nobody else waits for it.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="hooks")
    url = models.CharField(max_length=500)
    events = ArrayField(models.CharField(max_length=40))
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)
    rests_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "gateway_hook"
        constraints = [
            models.UniqueConstraint(
                fields=["client", "url"], condition=Q(is_active=True), name="gateway_hook_once"
            ),
            models.CheckConstraint(condition=~Q(events=[]), name="gateway_hook_tells_something"),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} {self.url}"


class Delivery(UUIDModel):
    """One event for one subscription; unique, so that an event is told once however often it is read."""

    hook = models.ForeignKey(Hook, on_delete=models.CASCADE, related_name="deliveries")
    entry_id = models.BigIntegerField()
    position = models.BigIntegerField()
    event = models.CharField(max_length=40)
    body = models.JSONField()
    state = models.CharField(max_length=10, default=DeliveryState.QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    why = models.CharField(max_length=200, default="", blank=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "gateway_delivery"
        constraints = [
            models.UniqueConstraint(fields=["hook", "entry_id"], name="gateway_delivery_once"),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in DeliveryState]), name="gateway_delivery_state"
            ),
        ]
        indexes = [
            models.Index(
                fields=["hook", "position"],
                name="gateway_delivery_open",
                condition=Q(state__in=[DeliveryState.QUEUED, DeliveryState.SENDING]),
            ),
            models.Index(fields=["hook", "-made_at"], name="gateway_delivery_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.event} to {self.hook_id} ({self.state})"
