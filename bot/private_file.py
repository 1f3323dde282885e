"""A file that only its owner reads: what the service writes beside the content is nobody else's."""

import os
from pathlib import Path


def make_private(path: Path) -> None:
    """Make the file, open to its owner alone, unless it is there; and the folder it lies in."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
