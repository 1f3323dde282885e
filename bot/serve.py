"""Starts the service: one process a part, ready before it says so, all stopped together."""

import contextlib
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from types import FrameType

from bot import observability
from bot.errors import StartError
from bot.settings import Settings

PARTS = ("actions", "rasa", "gateway", "console")
READY_SECONDS = 90.0
STOP_SECONDS = 10.0


def serve(part: str) -> None:
    """Run one part in this process, or all in processes of their own. Raises StartError."""
    settings = Settings.from_env()
    if part == "all":
        _serve_all(settings)
        return
    observability.configure(settings, part=part)
    if part == "gateway":
        from bot.gateway.run import run
    elif part == "console":
        from bot.console.run import run
    elif part == "rasa":
        from bot.components.hosting import run
    else:
        from actions.server import run
    run(settings)


def _serve_all(settings: Settings) -> None:
    ports = {
        "gateway": (settings.host, settings.gateway_port),
        "console": (settings.console_host, settings.console_port),
        "rasa": (settings.internal_host, settings.rasa_port),
        "actions": (settings.internal_host, settings.actions_port),
    }
    for name, (host, port) in ports.items():
        if _taken(host, port):
            setting = f"FINGERPOST_{name.upper()}_PORT"
            raise StartError(f"port {port} for {name} is taken: stop what uses it, or set {setting} to another")
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, _stop)
    processes: dict[str, subprocess.Popen[bytes]] = {}
    started = time.monotonic()
    try:
        for name in PARTS:
            processes[name] = subprocess.Popen([sys.executable, "-m", "bot", "serve", name])
        _wait_ready(settings, processes, started)
        print(f"ready in {time.monotonic() - started:.1f} s", flush=True)
        print(f"  chat: http://{settings.host}:{settings.gateway_port}/chat", flush=True)
        print(f"  console: {settings.console_address}", flush=True)
        print("  first account: python -m bot staff add NAME --role administrator", flush=True)
        print("  stop with Ctrl-C", flush=True)
        _watch(processes)
    except KeyboardInterrupt:
        print("stopping", flush=True)
    finally:
        _end(processes)


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


def _wait_ready(settings: Settings, processes: dict[str, subprocess.Popen[bytes]], started: float) -> None:
    url = f"http://{settings.host}:{settings.gateway_port}/readyz"
    while time.monotonic() - started < READY_SECONDS:
        for name, process in processes.items():
            if process.poll() is not None:
                raise StartError(f"{name} stopped while starting: its own line above says why")
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=3) as answer:
            if answer.status == 200:
                return
        time.sleep(0.2)
    raise StartError(f"not ready after {READY_SECONDS:.0f} s: see {url}")


def _watch(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    """Keep every part running: one that dies is started again, and the gateway keeps visitors safe meanwhile."""
    while True:
        time.sleep(1.0)
        for name, process in processes.items():
            if process.poll() is not None:
                print(f"{name} stopped ({process.returncode}): starting it again", file=sys.stderr, flush=True)
                processes[name] = subprocess.Popen([sys.executable, "-m", "bot", "serve", name])


def _end(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    for process in processes.values():
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes.values():
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
