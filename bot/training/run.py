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
from bot.edition import Edition, edition, shipped
from bot.errors import ModelError
from bot.language.cleanup import Cleaner
from bot.language.weights import adapted
from bot.settings import ROOT, Settings

# Whatever a model depends on, in the code and in the content. Wording, services and patterns are read as they are.
CODE = ("bot/config.yml", "bot/training", "bot/language", "bot/components", "bot/safety/labels.py", "bot/safety/windows.py",
        "bot/vocabulary.py", "bot/content/examples.py", "requirements.lock")  # fmt: skip
CONTENT = (
    "bot/domain/intents.yml", "bot/domain/added.yml", "bot/domain/session.yml", "bot/domain/slots.yml", "data/nlu",
    "data/rules", "data/stories", "data/safety/voices", "data/safety/cleanup.yml",
)  # fmt: skip
NOTE = "trained-from.txt"


def say(line: str) -> None:
    """Progress, for the person who waits."""
    print(f"  {line}", flush=True)


def fingerprint(content: Path) -> str:
    """SHA-256 over all files that the models of the content under `content` depend on."""
    return _digest((ROOT, CODE), (content, CONTENT))


def _digest(*trees: tuple[Path, Iterable[str]]) -> str:
    digest = hashlib.sha256()
    for root, sources in trees:
        for path in _files(root, sources):
            digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _files(root: Path, sources: Iterable[str]) -> Iterable[Path]:
    for source in sources:
        path = root / source
        found = [path] if path.is_file() else sorted(path.rglob("*"))
        yield from (f for f in found if f.is_file() and "__pycache__" not in f.parts)


def trained(one: Edition) -> bool:
    """Whether the models of an edition are those of its content and of this code."""
    note = one.models / NOTE
    return note.exists() and note.read_text() == fingerprint(one.root) and model_path(one.models).exists()


def train_all(*, force: bool = False) -> None:
    """Train the models of this edition when its content changed. Raises ContentError or ModelError."""
    from bot.training.heads import train  # scikit-learn: not for who only asks what a model was trained from

    one = edition()
    if not force and trained(one):
        say("trained already: no content changed")
        return
    started = time.monotonic()
    note = one.models / NOTE
    note.unlink(missing_ok=True)
    # New files, never the old ones written over: an edition may hold the same files under other names.
    heads, before = one.models / "heads", one.models / "heads-before"
    if heads.exists():
        shutil.rmtree(before, ignore_errors=True)
        heads.rename(before)
    train(
        adapted=adapted().heads,
        cleaner=Cleaner.load(one.safety / "cleanup.yml"),
        safety=load_safety(one.safety / "voices"),
        topics=load_topics(one.topics),
        folder=heads,
        like=(before, shipped(Settings.from_env()).models / "heads"),
        code=_digest((ROOT, CODE)),
        say=say,
    )
    shutil.rmtree(before, ignore_errors=True)
    say("training Rasa's model")
    train_rasa(one)
    note.write_text(fingerprint(one.root))
    say(f"trained in {time.monotonic() - started:.0f} s")


def model_path(models: Path) -> Path:
    """Where Rasa's model lies."""
    return models / "rasa" / "fingerpost.tar.gz"


def train_rasa(one: Edition) -> None:
    """Train Rasa's model. Raises ModelError."""
    lean.install()
    observability.configure(Settings.from_env(), part="training")
    os.environ["LOG_LEVEL"] = "ERROR"
    # Rasa may only be imported after lean.install()
    from rasa.model_training import train as rasa_train

    from bot.components import patches

    patches.install_for_training()
    output = one.models / "rasa"
    shutil.rmtree(output, ignore_errors=True)
    result = rasa_train(
        domain=str(one.root / "bot" / "domain"),
        config=str(ROOT / "bot" / "config.yml"),
        training_files=[str(one.root / "data" / part) for part in ("nlu", "rules", "stories")],
        output=str(output),
        fixed_model_name="fingerpost",
        force_training=True,
    )
    if result.model is None:
        raise ModelError("Rasa could not train: see the lines above")
