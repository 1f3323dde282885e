"""Units for a server without containers: each part confined, restarted, and given time to drain."""

import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest

from tests.unit.deploy.places import DEPLOY, known_settings, parts, settings_named

SYSTEMD = DEPLOY / "systemd"
UNITS = sorted(SYSTEMD.glob("*.service"))
MUST = {
    "DynamicUser": "yes",
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "ProtectKernelTunables": "yes",
    "ProtectControlGroups": "yes",
    "RestrictSUIDSGID": "yes",
    "CapabilityBoundingSet": "",
    "IPAddressDeny": "any",
    "LimitCORE": "0",
    "Restart": "always",
}


def read(path: Path) -> dict[str, list[str]]:
    """Every key of a unit with all its values: a unit may say one twice."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in path.read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found[key].append(value)
    return found


@pytest.mark.parametrize("path", UNITS, ids=lambda p: p.stem)
def test_a_unit_is_confined_and_starts_a_part(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hardened, never left down, stopped gently, and named as the part it starts."""
    unit = read(path)
    for key, value in MUST.items():
        assert unit[key] == [value], key
    part = path.stem.removeprefix("fingerpost-")
    # The console publishes content that the others read; what is its own lies in a folder closed to them.
    assert unit["UMask"] == ["0027" if part == "console" else "0077"]
    assert unit["SupplementaryGroups"] == ["fingerpost"]
    assert part in parts(monkeypatch)
    assert unit["ExecStart"] == [f"/opt/fingerpost/.venv/bin/python -m bot serve {part}"]
    assert int(unit["TimeoutStopSec"][0]) >= 20
    assert unit["StartLimitIntervalSec"] == ["0"]
    assert "localhost" in unit["IPAddressAllow"][0]


def test_the_target_wants_every_unit() -> None:
    """Starting the target starts the whole service."""
    wanted = read(SYSTEMD / "fingerpost.target")["Wants"][0].split()
    assert sorted(wanted) == [path.name for path in UNITS]
    assert all(read(path)["PartOf"] == ["fingerpost.target"] for path in UNITS)


def test_the_folder_of_published_content_is_made_as_the_page_says() -> None:
    """A unit whose group or folder is missing does not start."""
    said = (DEPLOY / "docs" / "one-server.md").read_text()
    assert "groupadd --system fingerpost; install -d -m 2770 -g fingerpost /srv/fingerpost/content" in said
    for path in UNITS:
        unit = read(path)
        assert "FINGERPOST_CONTENT_FOLDER=/srv/fingerpost/content" in unit["Environment"]
        assert unit["ReadWritePaths"] == (["/srv/fingerpost/content"] if "console" in path.stem else [])
        folders = [value for value in unit["Environment"] if value.startswith("FINGERPOST_STATE_FOLDER=")]
        assert folders == [f"FINGERPOST_STATE_FOLDER=/var/lib/{name}" for name in unit["StateDirectory"]]


def test_every_setting_named_is_one() -> None:
    """The service refuses to start on a name it doesn't know."""
    for path in SYSTEMD.iterdir():
        assert settings_named(path.read_text()) <= known_settings(), path.name


@pytest.mark.parametrize("path", UNITS, ids=lambda p: p.stem)
def test_systemd_reads_the_unit(path: Path, tmp_path: Path) -> None:
    """systemd itself finds nothing to complain of, where it is installed."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    for unit in SYSTEMD.glob("fingerpost*"):
        (tmp_path / unit.name).write_text(unit.read_text().replace("/opt/fingerpost/.venv/bin/python", "/bin/sh"))
    said = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / path.name)],
        capture_output=True,
        text=True,
        check=False,
    )
    complaints = [line for line in said.stderr.splitlines() if "fingerpost" in line]
    assert complaints == []
