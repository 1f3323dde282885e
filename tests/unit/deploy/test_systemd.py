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
    "UMask": "0077",
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
