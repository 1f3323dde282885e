"""Settings: read once, refused by name, secrets never shown."""

from dataclasses import fields

import pytest

from bot.errors import SettingError
from bot.settings import PREFIX, ROOT, Secret, Settings


def test_defaults_are_enough() -> None:
    """A deployment that sets nothing listens on loopback only."""
    settings = Settings.from_env({})
    assert settings.host == settings.internal_host == "127.0.0.1"


@pytest.mark.parametrize(("text", "on"), [("yes", True), ("On", True), ("no", False), ("0", False), ("false", False)])
def test_the_inbox_is_off_until_somebody_says_yes(text: str, on: bool) -> None:
    """Nothing of a visitor is kept by a word that means no."""
    assert Settings.from_env({}).inbox is False
    assert Settings.from_env({PREFIX + "INBOX": text}).inbox is on


def test_parts_on_other_machines_are_found_by_their_names() -> None:
    """Where a part listens and where others find it differ between containers; on one machine they are the same."""
    one = Settings.from_env({})
    assert (one.rasa_url, one.actions_url) == ("http://127.0.0.1:5005", "http://127.0.0.1:5055")
    several = {"INTERNAL_HOST": "0.0.0.0", "RASA_HOST": "rasa", "ACTIONS_HOST": "actions"}
    apart = Settings.from_env({PREFIX + name: value for name, value in several.items()})
    assert (apart.rasa_url, apart.actions_url) == ("http://rasa:5005", "http://actions:5055")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GATEWAY_PORT", "http"),
        ("GATEWAY_PORT", "70000"),
        ("IDLE_SECONDS", "3600"),
        ("SESSION_SECONDS", "100000"),
        ("EXIT_URL", "javascript:alert(1)"),
        ("SECURITY_CONTACT", "security@example.org"),
        ("SECURITY_CONTACT", "mailto:a@example.org\nPolicy: x"),
        ("LOG_LEVEL", "loud"),
        ("CONSOLE_URL", "http://console.example.org"),
        ("CONSOLE_URL", "http://127.0.0.1.example.org"),
        ("CONSOLE_HOST", "0.0.0.0"),
        ("HANDOFF_DAYS", "31"),
        ("INBOX", "perhaps"),
        ("NO_SUCH", "1"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(name: str, value: str) -> None:
    """The message says which setting, and promises to visitors can't be set away."""
    with pytest.raises(SettingError, match=r"port|CONSOLE_URL|" + name):
        Settings.from_env({PREFIX + name: value})


def test_a_secret_never_prints() -> None:
    """Neither text nor representation of a secret or of the settings shows it."""
    settings = Settings.from_env({PREFIX + "SENTRY_DSN": "https://hush@example.org/1"})
    assert "hush" not in repr(settings) + str(settings.sentry_dsn)
    assert settings.sentry_dsn.reveal() == "https://hush@example.org/1"
    assert not Secret()


def test_every_setting_is_documented() -> None:
    """The page for engineers names every setting and what it is for."""
    page = (ROOT / "deploy" / "docs" / "settings.md").read_text()
    for field in fields(Settings):
        assert f"`{PREFIX}{field.name.upper()}`" in page, field.name
        assert field.metadata["doc"] in page, field.name
