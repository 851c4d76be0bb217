"""Seals of the ledger: signed by our key, witnessed by the time-stamping authority."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from motcua.exchange.signing.seals import SIGNATURE_BYTES, SoftKeySealer
from motcua.ledger.api import sealers
from motcua_sandbox.server import Sandbox


@pytest.fixture
def sealer(authority: Sandbox, settings: Any, tmp_path: Path) -> SoftKeySealer:
    settings.MOTCUA_KEYS_DIR = tmp_path
    return SoftKeySealer()


def test_a_sealer_is_plugged_in() -> None:
    assert [name for name, _ in sealers.all()] == ["soft_key"]


def test_a_seal_holds_for_its_message_and_its_key_only(sealer: SoftKeySealer) -> None:
    seal = sealer.sign(b"root 1")
    assert len(seal) > SIGNATURE_BYTES + 500  # the stamp is there
    assert sealer.check(message=b"root 1", signature=seal, key_id=sealer.key_id)
    assert not sealer.check(message=b"root 2", signature=seal, key_id=sealer.key_id)
    assert not sealer.check(message=b"root 1", signature=seal, key_id="../seal.key")
    assert not sealer.check(message=b"root 1", signature=b"", key_id=sealer.key_id)
    other = sealer.sign(b"root 2")
    swapped = seal[:SIGNATURE_BYTES] + other[SIGNATURE_BYTES:]  # somebody else's time
    assert not sealer.check(message=b"root 1", signature=swapped, key_id=sealer.key_id)
    assert not sealer.check(message=b"root 1", signature=seal[:-600], key_id=sealer.key_id)


def test_a_restart_keeps_the_key_and_checking_needs_the_public_half_only(
    sealer: SoftKeySealer, tmp_path: Path
) -> None:
    seal, key_id = sealer.sign(b"x"), sealer.key_id
    assert SoftKeySealer().key_id == key_id
    private = tmp_path / "seal" / "seal.key.pem"
    assert private.stat().st_mode & 0o077 == 0
    private.unlink()
    assert SoftKeySealer().check(message=b"x", signature=seal, key_id=key_id)


def test_an_absent_authority_does_not_stop_the_sealing(authority: Sandbox, sealer: SoftKeySealer) -> None:
    sealer.sign(b"before")
    authority.pki_down = True
    seal = sealer.sign(b"x")
    assert len(seal) == SIGNATURE_BYTES
    assert sealer.check(message=b"x", signature=seal, key_id=sealer.key_id)
