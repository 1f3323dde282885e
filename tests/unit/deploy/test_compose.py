"""One server: who reaches whom, what is written to disk, what is backed up."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.unit.deploy.places import DEPLOY, documents, known_settings, load, parts, settings_named

COMPOSE = DEPLOY / "compose"
FILE: dict[str, Any] = documents(COMPOSE / "compose.yml")[0]
SERVICES: dict[str, dict[str, Any]] = FILE["services"]
OURS = ("gateway", "rasa", "actions", "console")


def neighbours(name: str) -> set[str]:
    """Who shares a network with a service."""
    own = set(SERVICES[name]["networks"])
    return {other for other, service in SERVICES.items() if other != name and own & set(service["networks"])}


def test_rasa_and_redis_are_reached_by_those_who_need_them() -> None:
    """Neither the proxy nor the console can speak to Rasa or the action server."""
    assert "caddy" not in neighbours("rasa") | neighbours("actions") | neighbours("redis") | neighbours("handoffs")
    assert neighbours("actions") == {"rasa", "gateway"}
    dialogue = {name for name, service in SERVICES.items() if "dialogue" in service["networks"]}
    assert dialogue == {"gateway", "rasa"}
    for network in ("front", "dialogue", "lookup", "store"):
        assert FILE["networks"][network]["internal"] is True


def test_only_the_proxy_is_open_to_the_world() -> None:
    """No other service publishes a port."""
    assert [name for name, service in SERVICES.items() if service.get("ports")] == ["caddy"]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_is_confined_and_watched(name: str) -> None:
    """Read-only, no capabilities but a low port for the proxy, no new privileges, a memory limit, a health check."""
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service.get("cap_add", []) in ([], ["NET_BIND_SERVICE"])
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["mem_limit"]
    assert service["healthcheck"]["test"]
    assert service["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", OURS)
def test_our_parts_are_not_root_and_have_time_to_drain(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The part exists, runs as the image's user, and is given longer to stop than it takes to drain."""
    service = SERVICES[name]
    assert service["command"] == [name]
    assert name in parts(monkeypatch)
    assert not service["user"].startswith("0")
    assert service["stop_grace_period"] == "25s"


def mounts(name: str) -> dict[str, str]:
    """What a service mounts from the list of volumes, by folder: the volume, and `:ro` after it where it may only read."""
    found = {}
    for mount in SERVICES[name].get("volumes", []):
        volume, folder, *mode = re.sub(r"\$\{[^}]*\}", "yours", mount).split(":")
        if volume in FILE["volumes"]:
            found[folder] = ":".join((volume, *mode))
    return found


def test_what_parts_share_is_mounted_by_all_of_them() -> None:
    """Published content is written by the console and read by the rest; counts by all but Rasa."""
    assert {name: mounts(name)["/content"] for name in OURS} == {
        "gateway": "content:ro", "rasa": "content:ro", "actions": "content:ro", "console": "content",
    }  # fmt: skip
    assert [mounts(name)["/insight"] for name in ("gateway", "actions", "console")] == ["insight"] * 3
    assert [name for name in OURS if "/state" in mounts(name)] == ["console"]
    mounted = {volume.split(":")[0] for name in SERVICES for volume in mounts(name).values()}
    assert mounted == FILE["volumes"].keys()


@pytest.mark.parametrize("name", OURS)
def test_settings_that_name_a_folder_name_one_that_is_mounted(name: str) -> None:
    """The rest of the file system can't be written, and is empty there."""
    folders = {value for key, value in SERVICES[name]["environment"].items() if key.endswith("_FOLDER")}
    assert folders == {mount.rsplit(":", 2 if mount.endswith(":ro") else 1)[1] for mount in SERVICES[name]["volumes"]}


def test_the_image_has_a_folder_of_its_user_for_every_volume() -> None:
    """A new volume takes the owner of the folder it is mounted on; of root's, our parts could write nothing."""
    made = re.search(r"install -d -o 10001 -g 10001 -m 0750 (.+)", (DEPLOY / "images" / "Dockerfile").read_text())
    assert made
    assert set(made[1].split()) == {folder for name in OURS for folder in mounts(name)}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_value_is_of_its_kind(name: str) -> None:
    """A line that slipped below another becomes part of its value, and nothing complains."""
    service = SERVICES[name]
    assert isinstance(service.get("pids_limit", 0), int)
    for key, kind in {"mem_limit": r"\d+[mg]", "user": r"\d+:\d+", "stop_grace_period": r"\d+s"}.items():
        assert key not in service or re.fullmatch(kind, service[key]), key
    for key in ("volumes", "networks", "tmpfs", "ports", "command", "cap_drop"):
        assert not [one for one in service.get(key, []) if " " in re.sub(r"\$\{[^}]*\}", "yours", one)], key


def test_the_gateway_waits_for_nobody() -> None:
    """It keeps visitors safe with all else down, so it neither depends on others nor reports their health as its own."""
    assert "depends_on" not in SERVICES["gateway"]
    assert "/healthz" in SERVICES["gateway"]["healthcheck"]["test"]


def test_every_variable_is_in_the_example_and_no_secret_is_filled_in() -> None:
    """Whoever copies the example finds every name; what must be secret is empty."""
    example = (COMPOSE / "compose.env.example").read_text()
    named = dict(re.findall(r"^([A-Z_]+)=(.*)$", example, re.M))
    used = set(re.findall(r"\$\{([A-Z_]+)", (COMPOSE / "compose.yml").read_text()))
    used |= set(re.findall(r"\{\$([A-Z_]+)", (COMPOSE / "Caddyfile").read_text()))
    assert used == named.keys()
    assert not [
        name for name, value in named.items() if re.search("URL|KEY|DSN", name) and value and "EXIT" not in name
    ]


def test_every_setting_named_is_one() -> None:
    """The service refuses to start on a name it doesn't know."""
    for path in COMPOSE.iterdir():
        assert settings_named(path.read_text()) <= known_settings(), path.name


def test_sessions_never_touch_a_disk_and_handoffs_always_do() -> None:
    """Two Redis servers, because they promise opposite things."""
    sessions, handoffs = ((COMPOSE / f"redis-{name}.conf").read_text() for name in ("sessions", "handoffs"))
    assert "appendonly no" in sessions and 'save ""' in sessions and "volatile-ttl" in sessions
    assert not [mount for mount in SERVICES["redis"]["volumes"] if not mount.endswith(":ro")]
    assert "appendonly yes" in handoffs and "appendfsync always" in handoffs and "noeviction" in handoffs
    assert 'save ""' in handoffs
    assert "user default off" in (COMPOSE / "users.acl.example").read_text()


def test_the_proxy_keeps_no_addresses_and_shows_nothing_internal() -> None:
    """No access log, no readiness or metrics to the world, TLS remembered."""
    text = (COMPOSE / "Caddyfile").read_text()
    assert "\tlog {\n\t\tlevel WARN" in text and text.count("log {") == 1
    assert "path /readyz" in text and "9090" not in text
    assert text.count("Strict-Transport-Security") == 2


def staff_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        for table in ("accounts", "backup_codes", "audit", "sessions", "devices", "invitations"):
            database.execute(f"CREATE TABLE {table} (id TEXT PRIMARY KEY, detail TEXT NOT NULL)")
            database.execute(f"INSERT INTO {table} VALUES ('1', 'zebra-{table}')")
        database.commit()


def test_a_backup_keeps_accounts_and_audit_and_nothing_else(tmp_path: Path) -> None:
    """Who is signed in, known devices and invitations are not in it, not even as free pages of the file."""
    backup = load(COMPOSE / "backup.py")
    staff_database(tmp_path / "staff.sqlite")
    assert backup.back_up(tmp_path / "staff.sqlite", tmp_path / "copy.sqlite") == dict.fromkeys(backup.KEPT, 1)
    raw = (tmp_path / "copy.sqlite").read_bytes()
    for kept in backup.KEPT:
        assert f"zebra-{kept}".encode() in raw
    for left in (b"zebra-sessions", b"zebra-devices", b"zebra-invitations"):
        assert left not in raw
    assert (tmp_path / "copy.sqlite").stat().st_mode & 0o077 == 0


def test_a_backup_of_something_else_fails_and_leaves_no_file(tmp_path: Path) -> None:
    """A handoff store given by mistake is refused, and an older backup is never overwritten."""
    backup = load(COMPOSE / "backup.py")
    with closing(sqlite3.connect(tmp_path / "handoffs.sqlite")) as database:
        database.execute("CREATE TABLE rows (id TEXT)")
    with pytest.raises(sqlite3.DatabaseError, match="not the staff database"):
        backup.back_up(tmp_path / "handoffs.sqlite", tmp_path / "copy.sqlite")
    assert not (tmp_path / "copy.sqlite").exists()
    (tmp_path / "old.sqlite").write_text("older")
    with pytest.raises(FileExistsError):
        backup.back_up(tmp_path / "handoffs.sqlite", tmp_path / "old.sqlite")
    assert (tmp_path / "old.sqlite").read_text() == "older"
