"""Secrets of staff: passwords, one-time secrets, backup codes, authenticator codes, and the key that seals them."""

import base64
import hashlib
import hmac
import os
import re
import secrets
from datetime import datetime
from pathlib import Path

import argon2
import pyotp
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import SettingError
from bot.staff.errors import WeakPassword

BACKUP_CODES = 10
SHORTEST_PASSWORD = 12
_LONGEST_PASSWORD = 200  # argon2 hashes any length; a bound keeps a request cheap
_STEP_SECONDS = 30
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else
_KEY_FILE = "staff.key"
_NONCE_BYTES = 12

# RFC 9106, second recommended choice: 64 MiB, 3 passes.
_HASHER = argon2.PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)
_NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=1$"
    "ThHGzscVVAPVgc/tOPT72g$qplpKdUiY1zUBZxKJt1kmG1LiEMdqv0dwPEhflVRR9o"
)  # verified for names that don't exist, so that a missing account takes as long as a wrong password


def hash_password(password: str, *, name: str) -> str:
    """The argon2id hash of a new password. Raises WeakPassword."""
    plain = password.casefold()
    if not SHORTEST_PASSWORD <= len(password) <= _LONGEST_PASSWORD:
        raise WeakPassword(f"Use at least {SHORTEST_PASSWORD} characters. Three or four unrelated words are good.")
    if name.casefold() in plain or len(set(plain)) < 5 or re.search(r"passwor[dt]|12345678|qwertyui|abcdefgh", plain):
        raise WeakPassword("That password is easy to guess. Three or four unrelated words are good.")
    return _HASHER.hash(password)


def password_fits(stored: str, password: str) -> bool:
    """Whether the password is the one. Takes as long for an account without one."""
    try:
        return _HASHER.verify(stored or _NOBODY, password[: _LONGEST_PASSWORD + 1]) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False


def digest(secret: str) -> str:
    """The stored form of a random secret of 96 bits or more, which needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def random_token() -> str:
    """256 random bits for a cookie."""
    return secrets.token_urlsafe(32)


def one_time_secret() -> str:
    """About 99 random bits that can be read out over the phone: `abcde-fghjk-mnpqr-stuvw`."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(4))


def tidy(typed: str) -> str:
    """What was typed as a secret or a code, however it was spaced."""
    plain = re.sub(r"[\s-]", "", typed).lower()
    return plain if plain.isdigit() and len(plain) == 6 else "-".join(plain[i : i + 5] for i in range(0, len(plain), 5))


def backup_codes() -> tuple[str, ...]:
    """Ten codes of 49 random bits each: short enough to type, and tried under the slow-down only."""
    return tuple(
        "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(2)) for _ in range(BACKUP_CODES)
    )


def new_totp() -> str:
    """A new authenticator secret, base32."""
    return pyotp.random_base32()


def totp_address(secret: str, *, name: str) -> str:
    """The otpauth address that an authenticator app takes. It says nothing of what the service is for."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name="Console")


def totp_step(secret: str, code: str, *, at: datetime, used: int) -> int | None:
    """The time step that `code` belongs to, one to either side allowed, each good once; None when it is wrong."""
    now = int(at.timestamp()) // _STEP_SECONDS
    totp = pyotp.TOTP(secret)
    for step in (now, now - 1, now + 1):
        if step > used and hmac.compare_digest(totp.generate_otp(step), code):
            return step
    return None


class Seal:
    """Seals what must be readable again, and hashes what is short, under one key."""

    def __init__(self, key: bytes) -> None:
        if len(key) != 32:
            raise SettingError("FINGERPOST_STAFF_KEY must be 32 bytes in base64")
        self._key = key
        self._cipher = AESGCM(key)

    @classmethod
    def from_setting(cls, text: str, folder: Path) -> "Seal":
        """The key of the setting, or of a file in the state folder that is made once, readable by its owner only."""
        if text:
            try:
                return cls(base64.b64decode(text, validate=True))
            except ValueError as error:
                raise SettingError("FINGERPOST_STAFF_KEY must be 32 bytes in base64") from error
        path = folder / _KEY_FILE
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(secrets.token_bytes(32))
                file.flush()
                os.fsync(file.fileno())
        except FileExistsError:
            pass
        return cls(path.read_bytes())

    def seal(self, text: str, *, about: str) -> bytes:
        """Encrypted, and bound to what it is about: it opens nowhere else."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, text.encode(), about.encode())

    def open(self, sealed: bytes, *, about: str) -> str:
        """The text again. Raises SettingError when the key is another one."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], about.encode()).decode()
        except InvalidTag as error:
            raise SettingError("FINGERPOST_STAFF_KEY is not the key that this state was sealed with") from error

    def mark(self, text: str, *, about: str) -> str:
        """A keyed hash: the stored form of a short code, or of an address that must not be kept."""
        return hmac.new(self._key, f"{about}\0{text}".encode(), hashlib.sha256).hexdigest()
