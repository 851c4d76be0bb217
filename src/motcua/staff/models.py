"""What is kept of officers: accounts with their second factor, positions, substitutions, sign-in attempts."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from motcua.base.models import UUIDModel
from motcua.staff.data import Role, SigningCapacity


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts the way Django's own tools expect."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> Account:
        """An account with a password, or with none that works when `password` is None."""
        account = self.model(username=self.normalise(username), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    @staticmethod
    def normalise(username: str) -> str:
        """User names are compared in small letters."""
        return username.strip().lower()


class Account(AbstractBaseUser, UUIDModel):
    """An officer's account.

    The second factor's secret is encrypted at rest; recovery codes and the activation code are kept as hashes;
    `totp_last_step` is the last time step that was used, so that no code works twice.
    """

    username = models.CharField(max_length=60, unique=True)
    full_name = models.CharField(max_length=100)
    email = models.EmailField(blank=True, default="")
    phone = models.CharField(max_length=16, blank=True, default="")
    is_active = models.BooleanField(default=True)
    totp_secret = models.BinaryField(null=True)
    totp_pending = models.BinaryField(null=True)
    totp_last_step = models.BigIntegerField(default=0)
    recovery_hashes = ArrayField(models.CharField(max_length=64), default=list)
    failed_attempts = models.PositiveIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    activation_hash = models.CharField(max_length=64, blank=True, default="")
    activation_until = models.DateTimeField(null=True)

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        db_table = "staff_account"
        constraints = [
            models.CheckConstraint(
                name="account_username_shape", condition=Q(username__regex=r"^[a-z0-9][a-z0-9._-]{1,59}$")
            ),
            models.CheckConstraint(name="account_has_name", condition=~Q(full_name="")),
            models.CheckConstraint(
                name="account_activation_pair",
                condition=(Q(activation_hash="") & Q(activation_until__isnull=True))
                | (~Q(activation_hash="") & Q(activation_until__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def has_second_factor(self) -> bool:
        """Was an authenticator set up and confirmed?"""
        return self.totp_secret is not None


class Position(UUIDModel):
    """A post in an agency for a time. The same post is not held twice by one person on one day."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="positions")
    agency_key = models.CharField(max_length=60)
    title = models.CharField(max_length=120)
    roles = ArrayField(models.CharField(max_length=20))
    capacity = models.CharField(
        max_length=4, blank=True, default="", choices=[(c.value, c.name) for c in SigningCapacity]
    )
    valid = DateRangeField()

    class Meta:
        db_table = "staff_position"
        indexes = [models.Index(fields=["agency_key"], name="position_agency")]
        constraints = [
            models.CheckConstraint(
                name="position_roles_known",
                condition=Q(roles__contained_by=[role.value for role in Role]) & Q(roles__len__gt=0),
            ),
            models.CheckConstraint(
                name="position_valid_not_empty", condition=Q(valid__isempty=False) & Q(valid__lower_inf=False)
            ),
            ExclusionConstraint(
                name="position_not_twice",
                expressions=[
                    ("account", RangeOperators.EQUAL),
                    ("agency_key", RangeOperators.EQUAL),
                    ("title", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.agency_key})"


class Substitution(UUIDModel):
    """While a post's holder is absent another officer acts in it; nobody stands in twice for one post at once."""

    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="+")
    substitute = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    valid = DateRangeField()
    reason = models.CharField(max_length=300)
    recorded_by = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "staff_substitution"
        constraints = [
            models.CheckConstraint(
                name="substitution_has_span",
                condition=Q(valid__isempty=False) & Q(valid__lower_inf=False) & Q(valid__upper_inf=False),
            ),
            ExclusionConstraint(
                name="substitution_not_twice",
                expressions=[
                    ("position", RangeOperators.EQUAL),
                    ("substitute", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class SignInAttempt(models.Model):
    """A failed sign-in from one place, so that guessing over many accounts is slowed too."""

    place_hash = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        db_table = "staff_sign_in_attempt"
        indexes = [models.Index(F("place_hash"), F("at").desc(), name="attempt_place_at")]

    def __str__(self) -> str:
        return str(self.pk)
