"""The whole training: what changed, the heads, Rasa's model, and the note of what it was trained from."""

import hashlib
import os
import shutil
import time
from collections.abc import Iterable
from pathlib import Path

from bot import observability
from bot.components import lean
from bot.content.examples import load_safety, load_topics
from bot.errors import ModelError
from bot.language.weights import adapted
from bot.settings import ROOT, SAFETY_CONTENT, TOPICS, Settings
from bot.training.heads import train

# Whatever a model depends on; changed wording alone changes the domain, and so the model.
SOURCES = ("bot/config.yml", "bot/domain", "data/nlu", "data/rules", "data/stories", "data/safety", "bot/training",
           "bot/language", "bot/components", "bot/safety", "bot/triage", "requirements.lock")  # fmt: skip
NOTE = "trained-from.txt"


def say(line: str) -> None:
    """Progress, for the person who waits."""
    print(f"  {line}", flush=True)


def fingerprint(root: Path = ROOT) -> str:
    """SHA-256 over all files a model depends on."""
    digest = hashlib.sha256()
    for path in _files(root):
        digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _files(root: Path) -> Iterable[Path]:
    for source in SOURCES:
        path = root / source
        found = [path] if path.is_file() else sorted(path.rglob("*"))
        yield from (f for f in found if f.is_file() and "__pycache__" not in f.parts)


def train_all(*, force: bool = False) -> None:
    """Train when content changed. Raises ContentError or ModelError."""
    settings = Settings.from_env()
    build = settings.build_folder
    now = fingerprint()
    note = build / NOTE
    if not force and note.exists() and note.read_text() == now and model_path(build).exists():
        say("trained already: no content changed")
        return
    started = time.monotonic()
    note.unlink(missing_ok=True)
    train(
        adapted=adapted().heads,
        safety=load_safety(SAFETY_CONTENT / "voices"),
        topics=load_topics(TOPICS),
        folder=build / "heads",
        say=say,
    )
    say("training Rasa's model")
    train_rasa(build)
    note.write_text(now)
    say(f"trained in {time.monotonic() - started:.0f} s")


def model_path(build: Path) -> Path:
    """Where Rasa's model lies."""
    return build / "rasa" / "fingerpost.tar.gz"


def train_rasa(build: Path) -> None:
    """Train Rasa's model. Raises ModelError."""
    lean.install()
    observability.configure(Settings.from_env(), part="training")
    os.environ["LOG_LEVEL"] = "ERROR"
    # Rasa may only be imported after lean.install()
    from rasa.model_training import train as rasa_train

    from bot.components import patches

    patches.install_for_training()
    output = build / "rasa"
    shutil.rmtree(output, ignore_errors=True)
    result = rasa_train(
        domain=str(ROOT / "bot" / "domain"),
        config=str(ROOT / "bot" / "config.yml"),
        training_files=[str(ROOT / "data" / part) for part in ("nlu", "rules", "stories")],
        output=str(output),
        fixed_model_name="fingerpost",
        force_training=True,
    )
    if result.model is None:
        raise ModelError("Rasa could not train: see the lines above")
