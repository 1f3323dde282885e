"""The arrays that readers and heads pass on, and their files (.npz, no pickle), read whole or not at all."""

import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
WIDTH = 384  # numbers of a sentence's or a piece's vector


class Unreadable(Exception):
    """A file of arrays that is missing, cut off, or holds other arrays than those asked for."""


@contextmanager
def arrays(path: Path) -> Iterator[Mapping[str, npt.NDArray[Any]]]:
    """The arrays of a file by name, each read as it is asked for. Raises Unreadable."""
    try:
        with np.load(path, allow_pickle=False) as saved:
            yield saved
    except (OSError, EOFError, KeyError, ValueError, BadZipFile, zlib.error) as error:
        raise Unreadable(path.name) from error
