"""Bytes on disk, kept under the hash of their content: written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

from django.conf import settings

from motcua.base.errors import DomainError


class StorageFull(DomainError):
    """The server has no room left for the file. Nothing was stored; what you typed is safe. Please try later."""

    message_vi = (
        "Máy chủ tạm hết chỗ chứa nên tệp chưa được lưu. "
        "Thông tin bạn đã nhập vẫn an toàn; vui lòng thử lại sau."
    )


class FileDamaged(DomainError):
    """The stored file does not match its fingerprint or is missing. The office has been told."""

    message_vi = "Tệp lưu trữ bị thiếu hoặc không còn nguyên vẹn. Vui lòng báo cho bộ phận kỹ thuật."


def digest(content: bytes) -> str:
    """The name under which `content` is kept: SHA-256, lower-case hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def path_of(sha256: str) -> Path:
    """Where the bytes with this hash lie."""
    return Path(settings.MOTCUA_FILES_DIR) / sha256[:2] / sha256[2:4] / sha256


def put(content: bytes) -> str:
    """Keep `content` and return its hash; when this returns the bytes survive a crash. Raises `StorageFull`.

    The same content is written once; a half-written file never has the final name.
    """
    sha256 = digest(content)
    target = path_of(sha256)
    if target.exists() and target.stat().st_size == len(content):
        return sha256
    fresh = target.with_name(f".{secrets.token_hex(8)}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _write(fresh, content)
        fresh.replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise StorageFull(str(error)) from error
    return sha256


def get(sha256: str) -> bytes:
    """The bytes with this hash, checked; raises `FileDamaged`."""
    try:
        content = path_of(sha256).read_bytes()
    except OSError as error:
        raise FileDamaged(f"{sha256}: {error}") from error
    if digest(content) != sha256:
        raise FileDamaged(f"{sha256}: the bytes changed")
    return content


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)  # citizens' papers: ours alone
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Make the new name itself survive a crash (a folder can be opened for this on POSIX only)."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
