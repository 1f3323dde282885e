"""Starts the service: each part in processes of its own, ready before it says so, watched, and drained in order."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from types import FrameType

import structlog

from bot import observability
from bot.errors import StartError
from bot.settings import Settings

log = structlog.get_logger()

PARTS = ("actions", "rasa", "gateway", "console")  # who is needed starts first and stops last
READY_SECONDS = 90.0
KILL_SECONDS = 5.0  # beyond the drain time
WATCH_SECONDS = 0.5
_FIRST_REST, _LONGEST_REST = 0.5, 10.0  # before a part that keeps dying is started again
METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # read by prometheus_client when it is imported


def serve(part: str, *, worker: bool = False) -> None:
    """Run one part or all; `worker` is one process of a part that has several. Raises StartError."""
    settings = Settings.from_env()
    if not worker and (part == "all" or settings.workers(part) > 1):
        _supervise(settings, PARTS if part == "all" else (part,))
        return
    observability.configure(settings, part=part)
    with _metrics(settings) if part == "gateway" and not worker else contextlib.nullcontext():
        _run(settings, part, shared=worker and settings.workers(part) > 1)


def _run(settings: Settings, part: str, *, shared: bool) -> None:
    # One message needs one core. The threads that numpy would keep beside it spin, which doubles what a message costs.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    if part == "gateway":
        from bot.gateway.run import run
    elif part == "console":
        from bot.console.run import run
    elif part == "rasa":
        from bot.components.hosting import run
    else:
        from actions.server import run
    run(settings, shared=shared)


@contextlib.contextmanager
def _metrics(settings: Settings) -> Iterator[None]:
    """The numbers of this process and its children on the internal port, from files that hold only numbers."""
    folder = tempfile.mkdtemp(prefix="metrics-")
    os.environ[METRICS_FOLDER] = folder
    from prometheus_client import CollectorRegistry, start_http_server
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library has no types here
    stop = None
    try:
        stop = start_http_server(settings.metrics_port, settings.internal_host, registry)
    except OSError:
        # Numbers are worth less than a visitor: the service goes on without.
        log.error("metrics port taken", port=settings.metrics_port)
    try:
        yield
    finally:
        if stop:
            stop[0].shutdown()
        shutil.rmtree(folder, ignore_errors=True)


class Workers:
    """The processes of some parts, kept running until stopped."""

    def __init__(self, settings: Settings, parts: tuple[str, ...]) -> None:
        self._settings = settings
        self._names = [(part, number) for part in parts for number in range(settings.workers(part))]
        self._processes: dict[tuple[str, int], subprocess.Popen[bytes]] = {}
        self._since: dict[tuple[str, int], float] = {}
        self._rests: dict[tuple[str, int], float] = {}
        self._again: dict[tuple[str, int], float] = {}

    def start(self) -> None:
        """Start every process."""
        for name in self._names:
            self._start(name)

    def check_starting(self) -> None:
        """Raises StartError when one has stopped."""
        for (part, _), process in self._processes.items():
            if process.poll() is not None:
                raise StartError(f"{part} stopped while starting: its own line above says why")

    def watch(self) -> None:
        """Start again what has died, later each time it dies at once."""
        now = time.monotonic()
        for name in self._names:
            if name in self._again:
                if now >= self._again[name]:
                    del self._again[name]
                    self._start(name)
            elif (code := self._processes[name].poll()) is not None:
                _forget_numbers(self._processes[name].pid)
                lasted = now - self._since[name] > 6 * _LONGEST_REST
                rest = 0.0 if lasted else self._rests.get(name, 0.0)
                with contextlib.suppress(OSError):  # a full disk must not end the supervisor
                    print(f"{name[0]} stopped ({code}): starting it again", file=sys.stderr, flush=True)
                self._again[name] = now + rest
                self._rests[name] = min(_LONGEST_REST, max(_FIRST_REST, rest * 2))

    def stop(self) -> None:
        """Part by part, those in front first, so that what they finish is still answered behind them."""
        for part in reversed(PARTS):
            processes = [process for name, process in self._processes.items() if name[0] == part]
            for process in processes:
                with contextlib.suppress(ProcessLookupError):
                    process.send_signal(signal.SIGTERM)
            deadline = time.monotonic() + self._settings.drain_seconds + KILL_SECONDS
            for process in processes:
                try:
                    process.wait(max(0.1, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def _start(self, name: tuple[str, int]) -> None:
        command = [sys.executable, "-m", "bot", "serve", name[0], "--worker"]
        self._processes[name] = subprocess.Popen(command)
        self._since[name] = time.monotonic()


def _forget_numbers(pid: int) -> None:
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(pid)  # type: ignore[no-untyped-call]  # the library has no types here


def _supervise(settings: Settings, parts: tuple[str, ...]) -> None:
    whole = parts == PARTS
    observability.configure(settings, part="supervisor")
    for part in parts:
        host = {"gateway": settings.host, "console": settings.console_host}.get(part, settings.internal_host)
        port = int(getattr(settings, f"{part}_port"))
        if _taken(host, port):
            setting = f"FINGERPOST_{part.upper()}_PORT"
            raise StartError(f"port {port} for {part} is taken: stop what uses it, or set {setting} to another")
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, _stop)
    workers = Workers(settings, parts)
    started = time.monotonic()
    with _metrics(settings) if "gateway" in parts else contextlib.nullcontext():
        try:
            workers.start()
            if whole:
                _wait_ready(settings, workers, started)
                print(f"ready in {time.monotonic() - started:.1f} s", flush=True)
                print(f"  chat: http://{settings.host}:{settings.gateway_port}/chat", flush=True)
                print(f"  console: {settings.console_address}", flush=True)
                print("  first account: python -m bot staff add NAME --role administrator", flush=True)
                print("  stop with Ctrl-C", flush=True)
            while True:
                time.sleep(WATCH_SECONDS)
                workers.watch()
        except KeyboardInterrupt:
            # Told again, it goes on stopping in order.
            for told in (signal.SIGTERM, signal.SIGINT):
                signal.signal(told, signal.SIG_IGN)
            if whole:
                print("stopping", flush=True)
        finally:
            workers.stop()


def _stop(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt


def _taken(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def _wait_ready(settings: Settings, workers: Workers, started: float) -> None:
    url = f"http://{settings.host}:{settings.gateway_port}/readyz"
    while time.monotonic() - started < READY_SECONDS:
        workers.check_starting()
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=3) as answer:
            if answer.status == 200:
                return
        time.sleep(0.2)
    raise StartError(f"not ready after {READY_SECONDS:.0f} s: see {url}")
