"""The image: what goes in, who runs it, and that nothing is fetched once it runs."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bot.settings import ROOT
from tests.unit.deploy.places import DEPLOY, documents, load, parts

IMAGES = DEPLOY / "images"
LOCK = (ROOT / "requirements.lock").read_text("utf-8")


def instructions(path: Path) -> list[tuple[str, str]]:
    """Name and arguments of every instruction of a Dockerfile, continued lines joined, comments gone."""
    text = "\n".join(line for line in path.read_text("utf-8").splitlines() if not line.lstrip().startswith("#"))
    found = []
    for line in text.replace("\\\n", " ").splitlines():
        if line.strip():
            name, _, rest = line.strip().partition(" ")
            found.append((name.upper(), rest.strip()))
    return found


STEPS = instructions(IMAGES / "Dockerfile")
STAGES = [i for i, (name, _) in enumerate(STEPS) if name == "FROM"]
LAST = STEPS[STAGES[-1] :]


def test_bases_are_pinned_by_tag_and_slim() -> None:
    """Every stage starts from a named, versioned, slim base of the Python that the project runs on, or from another stage."""
    froms = [rest.split() for name, rest in STEPS if name == "FROM"]
    stages = {words[-1] for words in froms}
    bases = [words[0] for words in froms if words[0] not in stages]
    assert len(bases) == 2
    for base in bases:
        assert re.fullmatch(r"python:3\.11(\.\d+)?-slim-[a-z]+", base), base


def test_the_last_stage_installs_and_fetches_nothing() -> None:
    """What runs is copied from the first stage; nothing is added from an address anywhere."""
    assert not [rest for name, rest in STEPS if name == "ADD" or "://" in rest]
    for name, rest in LAST:
        assert name != "RUN" or not re.search(r"\b(pip|apt|apt-get|curl|wget|git)\b", rest), rest


def test_it_runs_as_nobody_in_particular_and_answers_for_its_health() -> None:
    """A numeric user that isn't root, set before the command, and a health check over the part's own address."""
    names = [name for name, _ in LAST]
    users = [rest for name, rest in LAST if name == "USER"]
    assert users == ["10001:10001"]
    assert names.index("USER") < names.index("ENTRYPOINT") < names.index("CMD")
    health = next(rest for name, rest in LAST if name == "HEALTHCHECK")
    assert "/healthz" in health
    assert "healthy.py" in health
    assert all("chown" not in rest for name, rest in STEPS if name in ("RUN", "COPY")), "files belong to root"


def test_no_secret_is_built_in() -> None:
    """No argument, variable or file of the image carries a secret."""
    for name, rest in STEPS:
        assert name != "ARG"
        if name in ("ENV", "COPY", "LABEL"):
            assert not re.search(r"key|secret|token|password|dsn|\.env", rest, re.I), rest


def test_the_command_is_a_part_of_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    """The image starts `python -m bot serve` with a part that exists."""
    entry = next(rest for name, rest in LAST if name == "ENTRYPOINT")
    command = next(rest for name, rest in LAST if name == "CMD")
    assert shlex.split(entry.strip("[]").replace(",", " ")) == ["python", "-m", "bot", "serve"]
    assert command.strip('[]"') in parts(monkeypatch)


def test_what_is_copied_is_there_and_let_through() -> None:
    """Every source exists, and the list of what the build may see names it."""
    seen = {line[1:] for line in (IMAGES / "Dockerfile.dockerignore").read_text().splitlines() if line.startswith("!")}
    for name, rest in STEPS:
        if name != "COPY" or "--from" in rest:
            continue
        for source in rest.split()[:-1]:
            assert (ROOT / source).exists(), source
            assert any(source == one or source.startswith(f"{one}/") for one in seen), source


@pytest.mark.parametrize("listed", ["leave-out.txt", "leave-out-build.txt"])
def test_what_is_left_out_was_in_and_the_rest_stays_whole(listed: str) -> None:
    """Leaving out removes those packages with their hashes and touches no other."""
    lock = load(IMAGES / "lock.py")
    out = lock.left_out((IMAGES / listed).read_text())
    before, after = dict(lock.entries(LOCK)), dict(lock.entries(lock.part(LOCK, out)))
    assert before.keys() - after.keys() == out
    assert all(before[name] == lines and "--hash=sha256:" in lines for name, lines in after.items())


def test_a_name_that_is_not_in_the_lock_is_refused() -> None:
    """A list that has gone stale stops the build."""
    lock = load(IMAGES / "lock.py")
    with pytest.raises(ValueError, match="no-such-thing"):
        lock.part(LOCK, {"no-such-thing"})


def test_no_package_that_the_code_names_is_left_out() -> None:
    """What `pyproject.toml` lists for the service stays in the image."""
    import tomllib

    lock = load(IMAGES / "lock.py")
    out = lock.left_out((IMAGES / "leave-out.txt").read_text())
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert not {canonicalize_name(Requirement(line).name) for line in project["dependencies"]} & out


async def test_the_health_check_tells_well_from_unwell(unused_tcp_port: int) -> None:
    """Only a 200 in time is well."""
    import asyncio

    healthy = load(IMAGES / "healthy.py")
    status = 200

    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status)

    app = web.Application()
    app.router.add_get("/readyz", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    assert not await asyncio.to_thread(healthy.well, "127.0.0.1", unused_tcp_port, "/readyz")
    await web.TCPSite(runner, "127.0.0.1", unused_tcp_port).start()
    try:
        assert await asyncio.to_thread(healthy.well, "127.0.0.1", unused_tcp_port, "/readyz")
        status = 503
        assert not await asyncio.to_thread(healthy.well, "127.0.0.1", unused_tcp_port, "/readyz")
    finally:
        await runner.cleanup()


def test_every_image_of_compose_is_pinned() -> None:
    """No image is `latest` or without a tag."""
    services = documents(DEPLOY / "compose" / "compose.yml")[0]["services"]
    for name, service in services.items():
        image = service["image"]
        assert ":" in image, name
        assert "latest" not in image, name
