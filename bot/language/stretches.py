"""Which parts of a long text the encoder reads together: as many as fit, so that each knows what is said around it."""

from collections.abc import Sequence

MOST_TOGETHER = 900  # characters: about 200 word pieces


def stretches(parts: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The stretches of a text that hold its `parts`, which are in order: each as many as fit, none cut."""
    found = [parts[0]]
    for start, end in parts[1:]:
        if end - found[-1][0] <= MOST_TOGETHER:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found
