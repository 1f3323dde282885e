"""The adapted encoder kept in the repository: found by its name, which is the hash it must have."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from bot.errors import ModelError

FOLDER = Path(__file__).with_name("weights")


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The adapted encoder and the heads trained with it."""

    encoder: Path
    heads: Path
    name: str


def adapted(folder: Path = FOLDER) -> Weights:
    """The encoder in `folder`, its hash checked against its name. Raises ModelError."""
    found = sorted(folder.glob("encoder-*.onnx"))
    if len(found) != 1:
        raise ModelError(f"there must be one adapted encoder, not {len(found)}: run `make encoder`")
    name = found[0].stem.removeprefix("encoder-")
    if not hashlib.sha256(found[0].read_bytes()).hexdigest().startswith(name):
        raise ModelError(f"{found[0].name} is not what its name says: fetch the repository again")
    heads = folder / f"heads-{name}.npz"
    if not heads.exists():
        raise ModelError(f"{heads.name} is missing: fetch the repository again")
    return Weights(encoder=found[0], heads=heads, name=name)
