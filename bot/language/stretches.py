"""Which parts of a long text the encoder reads together: as many as fit, so that each knows what is said around it."""

from collections.abc import Sequence

MOST_TOGETHER = 900  # characters: about 200 word pieces
Part = tuple[int, int]


def stretches(parts: Sequence[Part]) -> list[list[Part]]:
    """The `parts` of a text, which are in order, by stretches: each as many as fit, none cut."""
    found = [[parts[0]]]
    for part in parts[1:]:
        if part[1] - found[-1][0][0] <= MOST_TOGETHER:
            found[-1].append(part)
        else:
            found.append([part])
    return found
