"""What a deployment can set, in one frozen object read from the environment once at start."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self

from bot.errors import SettingError

ROOT = Path(__file__).resolve().parent.parent

PREFIX = "FINGERPOST_"

_WORDS = {"yes": True, "true": True, "on": True, "1": True, "no": False, "false": False, "off": False, "0": False}
_LOOPBACK = re.compile(r"http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$")


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that never prints."""

    _value: str = ""

    def reveal(self) -> str:
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return "Secret('***')" if self._value else "Secret('')"

    __str__ = __repr__


def _setting(default: Any, doc: str) -> Any:
    return field(default=default, metadata={"doc": doc})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting is an environment variable: FINGERPOST_ and the field's name in capitals."""

    host: str = _setting("127.0.0.1", "address that the public gateway listens on")
    gateway_port: int = _setting(8080, "port of the visitor's chat")
    internal_host: str = _setting("127.0.0.1", "address that Rasa, the action server and metrics listen on")
    rasa_host: str = _setting("", "where the gateway finds Rasa; empty: at the internal address")
    rasa_port: int = _setting(5005, "port of the Rasa process")
    actions_host: str = _setting("", "where Rasa finds the action server; empty: at the internal address")
    actions_port: int = _setting(5055, "port of the action server")
    metrics_port: int = _setting(9090, "port of /metrics")
    build_folder: Path = _setting(ROOT / ".build", "where the encoder and trained models lie")
    console_host: str = _setting("127.0.0.1", "address that the staff's console listens on")
    console_port: int = _setting(8081, "port of the staff's console")
    console_url: str = _setting("", "the console's public address; empty: http, its host and its port")
    staff_key: Secret = _setting(
        Secret(),
        "keys of 32 bytes in base64, commas between, for second factors and safeguarding records: the first seals, "
        "all open; empty: a file in the state folder",
    )
    state_folder: Path = _setting(ROOT / ".state", "where staff accounts, the audit log, handoffs and keys lie")
    content_folder: Path = _setting(
        ROOT / ".content", "where published content, its history and its models lie; shared by all parts"
    )
    helplines_folder: Path = _setting(
        ROOT / "data" / "helplines", "files of the helplines that take handoffs; none ship"
    )
    handoff_url: Secret = _setting(
        Secret(), "Redis that keeps handoffs, append-only and fsync always; empty: a SQLite file in the state folder"
    )
    handoff_key: Secret = _setting(
        Secret(),
        "keys of 32 bytes in base64, commas between: the first seals, all open; empty: a file in the state folder",
    )
    handoff_days: int = _setting(30, "days that a handoff is kept, 1 to 30")
    inbox: bool = _setting(
        False, "yes: messages that were not understood are kept for editors, redacted, up to 14 days; visitors are told"
    )
    insight_folder: str = _setting(
        "",
        "where gateway, console and actions share counts and the inbox; empty: the counts go to Redis when there is one, "
        "the rest to the state folder",
    )
    rasa_seconds: float = _setting(2.5, "how long the gateway waits for Rasa before it answers on its own")
    actions_seconds: float = _setting(2.0, "how long Rasa waits for the action server")
    idle_seconds: int = _setting(1800, "a silent session is erased after this; at most 1800")
    session_seconds: int = _setting(86400, "any session is erased after this; at most 86400")
    most_sessions: int = _setting(20000, "sessions one gateway holds in memory when there is no Redis")
    redis_url: Secret = _setting(Secret(), "where sessions and conversations are kept; in memory when empty")
    gateway_workers: int = _setting(1, "processes of the gateway; more than one need Redis")
    rasa_workers: int = _setting(1, "processes of Rasa; more than one need Redis")
    actions_workers: int = _setting(1, "processes of the action server")
    messages_a_minute: int = _setting(240, "messages taken from one address in a minute, danger always; 0 for no limit")
    sessions_a_minute: int = _setting(120, "chats opened from one address in a minute; 0 for no limit")
    proxies: int = _setting(0, "proxies of your own in front of gateway and console, whose X-Forwarded-For is believed")
    drain_seconds: float = _setting(15.0, "how long a process told to stop may finish what it has begun")
    exit_url: str = _setting("https://www.bbc.co.uk/weather", "where the way out leads")
    exit_second_tab: str = _setting("", "a second ordinary site that the way out opens in a new tab; none when empty")
    frame_hosts: str = _setting("'self'", "sites that may embed the chat, as CSP frame-ancestors lists them")
    security_contact: str = _setting("", "where weaknesses are reported: mailto: or https address; none when empty")
    log_level: str = _setting("info", "debug, info, warning or error")
    sentry_dsn: Secret = _setting(Secret(), "error reports go here, scrubbed; off when empty")

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Self:
        """Read the environment. Raises SettingError, which names the setting."""
        env = os.environ if env is None else env
        known = {PREFIX + f.name.upper(): f for f in fields(cls)}
        if unknown := sorted(name for name in env if name.startswith(PREFIX) and name not in known):
            raise SettingError(f"unknown setting {', '.join(unknown)}: see deploy/docs/settings.md")
        values = {f.name: _parse(name, env[name], type(f.default)) for name, f in known.items() if name in env}
        settings = cls(**values)
        settings._check()
        return settings

    def _check(self) -> None:
        if not 60 <= self.idle_seconds <= 1800:
            raise SettingError(f"{PREFIX}IDLE_SECONDS must be 60 to 1800: visitors are promised 30 minutes at most")
        if not self.idle_seconds <= self.session_seconds <= 86400:
            raise SettingError(f"{PREFIX}SESSION_SECONDS must be at most 86400: visitors are promised 24 hours at most")
        if not self.exit_url.startswith(("https://", "http://")):
            raise SettingError(f"{PREFIX}EXIT_URL must be a web address")
        if self.exit_second_tab and not self.exit_second_tab.startswith(("https://", "http://")):
            raise SettingError(f"{PREFIX}EXIT_SECOND_TAB must be a web address or empty")
        if not self.security_contact.startswith(("mailto:", "https://")) and self.security_contact:
            raise SettingError(f"{PREFIX}SECURITY_CONTACT must begin with mailto: or https://")
        if any(c.isspace() for c in self.security_contact):
            raise SettingError(f"{PREFIX}SECURITY_CONTACT must be one address without spaces")
        if self.log_level not in ("debug", "info", "warning", "error"):
            raise SettingError(f"{PREFIX}LOG_LEVEL must be debug, info, warning or error")
        for workers in (self.gateway_workers, self.rasa_workers, self.actions_workers):
            if not 1 <= workers <= 64:
                raise SettingError(f"{PREFIX}GATEWAY_WORKERS, RASA_WORKERS and ACTIONS_WORKERS must be 1 to 64")
        if max(self.gateway_workers, self.rasa_workers) > 1 and not self.redis_url:
            raise SettingError(f"{PREFIX}REDIS_URL must be set when GATEWAY_WORKERS or RASA_WORKERS is more than 1")
        if not self.console_address.startswith("https://") and not _LOOPBACK.match(self.console_address):
            raise SettingError(f"{PREFIX}CONSOLE_URL must be https: staff sign in there")
        if not 1 <= self.handoff_days <= 30:
            raise SettingError(f"{PREFIX}HANDOFF_DAYS must be 1 to 30: visitors are promised 30 days at most")
        for port in (self.gateway_port, self.console_port, self.rasa_port, self.actions_port, self.metrics_port):
            if not 0 < port < 65536:
                raise SettingError(f"a port must be 1 to 65535, not {port}")

    @property
    def most_a_minute(self) -> dict[str, int]:
        """How much one address may send in a minute, by the name of the limit."""
        return {"messages": self.messages_a_minute, "sessions": self.sessions_a_minute}

    def workers(self, part: str) -> int:
        """How many processes a part has."""
        return int(getattr(self, f"{part}_workers", 1))

    @property
    def learning_folder(self) -> Path:
        """Where the counts of topics and the inbox lie."""
        return Path(self.insight_folder) if self.insight_folder else self.state_folder

    @property
    def counts_in_redis(self) -> bool:
        """Whether counts are shared over Redis: always, but where a folder was named for them."""
        return bool(self.redis_url) and not self.insight_folder

    @property
    def console_address(self) -> str:
        """Where staff find the console, without a slash at the end."""
        return (self.console_url or f"http://{self.console_host}:{self.console_port}").rstrip("/")

    @property
    def rasa_url(self) -> str:
        return f"http://{self.rasa_host or self.internal_host}:{self.rasa_port}"

    @property
    def actions_url(self) -> str:
        return f"http://{self.actions_host or self.internal_host}:{self.actions_port}"


def _parse(name: str, text: str, kind: type) -> Any:
    if kind is Secret:
        return Secret(text)
    if kind is bool:
        if text.lower() not in _WORDS:
            raise SettingError(f"{name} must be yes or no, not {text!r}")
        return _WORDS[text.lower()]
    if issubclass(kind, Path):
        return Path(text)
    try:
        return kind(text)  # type: ignore[call-arg]  # int, float or str
    except ValueError as error:
        raise SettingError(f"{name} must be a number, not {text!r}") from error
