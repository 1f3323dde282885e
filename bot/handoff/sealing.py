"""Seals what people wrote before it is kept: AES-256-GCM under the first key, opened with any of them."""

import base64
import binascii
import hashlib
import hmac
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import FingerpostError, SettingError

_KEY_BYTES, _NAME_BYTES, _NONCE_BYTES = 32, 4, 12
_NAME = "FINGERPOST_HANDOFF_KEY"


class Unsealable(FingerpostError):
    """What was kept can't be opened: changed, moved, or sealed under a key that is no longer given."""


class Seal:
    """Seals and opens. The context (what is sealed, and whose) is part of the seal: a record can't be moved."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys or any(len(key) != _KEY_BYTES for key in keys):
            raise SettingError(f"{_NAME} must hold keys of {_KEY_BYTES} bytes in base64, with commas between them")
        self._keys = {_name(key): AESGCM(key) for key in keys}
        self._first = _name(keys[0])
        self._marking = [hashlib.sha256(b"mark" + key).digest() for key in keys]

    def seal(self, plain: bytes, context: str) -> bytes:
        """Sealed bytes: the key's name, a nonce, and the rest."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return self._first + nonce + self._keys[self._first].encrypt(nonce, plain, context.encode())

    def open(self, sealed: bytes, context: str) -> bytes:
        """What was sealed. Raises Unsealable."""
        name, nonce = sealed[:_NAME_BYTES], sealed[_NAME_BYTES : _NAME_BYTES + _NONCE_BYTES]
        key = self._keys.get(name)
        if key is None:
            raise Unsealable(f"sealed under another key than those of {_NAME}")
        try:
            return key.decrypt(nonce, sealed[_NAME_BYTES + _NONCE_BYTES :], context.encode())
        except InvalidTag as error:
            raise Unsealable("changed after it was sealed") from error

    def marks(self, text: str) -> tuple[str, ...]:
        """What a text is found by without keeping it: one mark a key, the first to be kept."""
        return tuple(hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32] for key in self._marking)


def _name(key: bytes) -> bytes:
    return hashlib.sha256(b"name" + key).digest()[:_NAME_BYTES]


def read_keys(text: str) -> tuple[bytes, ...]:
    """The keys of a setting. Raises SettingError, which shows none of them."""
    try:
        return tuple(base64.b64decode(part.strip(), validate=True) for part in text.split(",") if part.strip())
    except (binascii.Error, ValueError):
        raise SettingError(f"{_NAME} must hold keys in base64, with commas between them") from None


def own_keys(path: Path) -> tuple[bytes, ...]:
    """The keys of a file that only its owner may read; made with a fresh key if there is none. Raises SettingError."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _make(path)
        if path.stat().st_mode & 0o077:
            raise SettingError(f"{path} may be read by others: chmod 600 it")
        return read_keys(path.read_text("ascii").strip().replace("\n", ","))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"{path} can't be used: {type(error).__name__}") from error


def _make(path: Path) -> None:
    """A whole file or none, whoever else is making it at the same time: the first one stays."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(_KEY_BYTES)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink(missing_ok=True)
