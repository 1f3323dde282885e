"""A clock for each part that can jump while it runs, by libfaketime (Debian's package `faketime`)."""

from pathlib import Path

LIBRARY = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)


class Clocks:
    """The clocks of parts, kept as files in `folder`. Without the library every part has the machine's own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()

    def env(self, part: str) -> dict[str, str]:
        """What a part is started with. A jump moves the time of day; what measures durations goes on evenly."""
        if LIBRARY is None:
            return {}
        self.set(part, 0)
        return {
            "LD_PRELOAD": str(LIBRARY),
            "FAKETIME_TIMESTAMP_FILE": str(self._file(part)),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def set(self, part: str, hours: int) -> None:
        """Put a part's clock this many hours ahead of the machine's, or behind it; heard within a second."""
        self._file(part).write_text(f"{hours:+d}h\n")

    def _file(self, part: str) -> Path:
        return self._folder / part
