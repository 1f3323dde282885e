"""Secrets of staff: passwords, one-time secrets, backup codes and authenticator codes."""

import hashlib
import hmac
import re
import secrets
from datetime import datetime

import argon2
import pyotp
from argon2.exceptions import InvalidHashError, VerificationError

from bot.staff.errors import WeakPassword
from bot.staff.records import AccountId

BACKUP_CODES = 10
SHORTEST_PASSWORD = 12
_LONGEST_PASSWORD = 200  # argon2 hashes any length; a bound keeps a request cheap
_STEP_SECONDS = 30
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else

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


def backup_code_context(account: AccountId) -> str:
    """What the seal of a backup code's digest is bound to."""
    return f"backup code {account}"


def totp_context(account: AccountId) -> str:
    """What the seal of an authenticator secret is bound to."""
    return f"authenticator {account}"


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
