"""Runs the steps of the image's first stage in a clean folder, for machines without a container engine:

`python -m tests.unit.deploy.image_steps FOLDER [--uv] [--without WORD …]`. COPY and RUN are done as the Dockerfile has them, with
FOLDER in the place of the root. `--uv` installs with uv from its cache, without a network; `--without` leaves out steps.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from bot.settings import ROOT
from tests.unit.deploy.test_images import STAGES, STEPS

UNCOPIED = shutil.ignore_patterns("__pycache__", "*.pyc")


def copy(arguments: str, place: Path) -> None:
    """One COPY from the repository."""
    *sources, target = arguments.split()
    for source in sources:
        into = place / target / Path(source).name if target.endswith("/") else place / target
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, into, ignore=UNCOPIED)
        else:
            into.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / source, into)


def command(arguments: str, root: Path, *, uv: bool) -> str:
    """One RUN, with the folder as root."""
    there = arguments.replace("/opt/", f"{root}/opt/")
    if uv and " install " in there:
        python = there.split("/bin/pip")[0] + "/bin/python"
        return f"{sys.executable} -m uv pip sync --offline --quiet --require-hashes --python {python} {there.split(' -r ')[1]}"
    if there.startswith("python "):
        return f"{sys.executable}{there.removeprefix('python')}"
    return there


def main() -> None:
    """Run the steps; the first that fails ends it with its exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--uv", action="store_true")
    parser.add_argument("--without", nargs="*", default=[])
    chosen = parser.parse_args()
    root = chosen.folder.resolve()
    place = root / "build"
    place.mkdir(parents=True)
    env = {
        "PATH": os.environ["PATH"],
        "HOME": os.environ["HOME"],
        "RASA_TELEMETRY_ENABLED": "false",
        "TQDM_DISABLE": "1",
    }
    for name, arguments in STEPS[: STAGES[1]]:
        if name == "COPY":
            copy(arguments, place)
        elif name == "RUN":
            if any(word in arguments for word in chosen.without):
                print(f"left out: {arguments}", flush=True)
                continue
            started = time.monotonic()
            subprocess.run(command(arguments, root, uv=chosen.uv), shell=True, cwd=place, env=env, check=True)
            print(f"{time.monotonic() - started:6.1f} s  {arguments[:90]}", flush=True)


if __name__ == "__main__":
    main()
