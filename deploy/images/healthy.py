"""Asks a part of the service whether it is well: `healthy.py port path`; exit code 0 when it answers 200."""

import socket
import sys
import urllib.error
import urllib.request

SECONDS = 4


def well(host: str, port: int, path: str) -> bool:
    """Whether the part on `port` answers `path` with 200 in time."""
    try:
        with urllib.request.urlopen(f"http://{host}:{port}{path}", timeout=SECONDS) as answer:
            return bool(answer.status == 200)
    except (OSError, ValueError, urllib.error.URLError):
        return False


if __name__ == "__main__":
    where = socket.gethostname()
    sys.exit(0 if any(well(host, int(sys.argv[1]), sys.argv[2]) for host in ("127.0.0.1", where)) else 1)
