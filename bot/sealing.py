"""Seals what must not be read where it is kept: AES-256-GCM under the first key, opened with any of them."""

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


class Unsealable(FingerpostError):
    """What was kept can't be opened: changed, moved, or sealed under a key that is no longer given."""


class Seal:
    """Seals and opens. The context (what is sealed, and whose) is part of the seal: a record can't be moved.

    `keys` are one or more of 32 bytes, as `load_keys` gives them.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
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
            raise Unsealable("sealed under another key than those given")
        try:
            return key.decrypt(nonce, sealed[_NAME_BYTES + _NONCE_BYTES :], context.encode())
        except InvalidTag as error:
            raise Unsealable("changed after it was sealed") from error

    def renewed(self, sealed: bytes, context: str) -> bytes | None:
        """The same under the first key, None when it is under it already. Raises Unsealable."""
        plain = self.open(sealed, context)
        return None if sealed.startswith(self._first) else self.seal(plain, context)

    def marks(self, text: str) -> tuple[str, ...]:
        """What a text is found by without keeping it: one mark a key, the first to be kept."""
        return tuple(hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32] for key in self._marking)


def _name(key: bytes) -> bytes:
    return hashlib.sha256(b"name" + key).digest()[:_NAME_BYTES]


def load_keys(text: str, *, setting: str, path: Path) -> tuple[bytes, ...]:
    """The keys that a setting holds; those of a file of its own when it is empty. Raises SettingError."""
    return read_keys(text, setting) if text else own_keys(path)


def read_keys(text: str, place: str) -> tuple[bytes, ...]:
    """One or more keys of 32 bytes. Raises SettingError, which names the place they stand in and shows none of them."""
    try:
        keys = tuple(base64.b64decode(part.strip(), validate=True) for part in text.split(",") if part.strip())
    except (binascii.Error, ValueError):
        keys = ()
    if not keys or any(len(key) != _KEY_BYTES for key in keys):
        raise SettingError(f"{place} must hold keys of {_KEY_BYTES} bytes in base64, with commas between them")
    return keys


def own_keys(path: Path) -> tuple[bytes, ...]:
    """The keys of a file that only its owner may read, one a line; made with a fresh one if there is none.

    Raises SettingError.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _make(path)
        if path.stat().st_mode & 0o077:
            raise SettingError(f"{path} may be read by others: chmod 600 it")
        return read_keys(path.read_text("ascii").replace("\n", ","), str(path))
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
