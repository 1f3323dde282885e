"""The verbs of `python -m bot`. Each imports what it needs, so that a light one starts fast."""

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any

from bot.errors import FingerpostError


def main(arguments: list[str] | None = None) -> None:
    """Run one verb. A problem of ours is one clear line and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m bot", description="Fingerpost")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="verb")
    serve = verbs.add_parser("serve", help="start the service, or one part of it")
    serve.add_argument("part", nargs="?", choices=("all", "gateway", "rasa", "actions", "console"), default="all")
    serve.add_argument("--worker", action="store_true", help="one process of a part, as `serve` starts them")
    verbs.add_parser("screen", help="a message a line in, its level and cues as JSON a line out")
    verbs.add_parser("understand", help="a message a line in, its role, topics and level as JSON a line out")
    content = verbs.add_parser("content", help="check and change content")
    content.add_argument("arguments", nargs=argparse.REMAINDER)
    staff = verbs.add_parser("staff", help="staff accounts and the audit log")
    staff.add_argument("arguments", nargs=argparse.REMAINDER)
    verbs.add_parser("reseal", help="seal anew what older staff keys sealed, and say whether they can go")
    chosen = parser.parse_args(arguments)
    run = {
        "serve": _serve,
        "screen": _screen,
        "understand": _understand,
        "content": _content,
        "staff": _staff,
        "reseal": _reseal,
    }
    try:
        run[chosen.verb](chosen)
    except FingerpostError as error:
        sys.exit(f"fingerpost: {error}")
    except (KeyboardInterrupt, BrokenPipeError):
        sys.exit(130)


def _serve(chosen: argparse.Namespace) -> None:
    from bot.serve import serve

    serve(chosen.part, worker=chosen.worker)


def _lines(answer: Callable[[str], dict[str, Any]]) -> None:
    """One JSON line out for every line in, in order, at once."""
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # a text stream on every run
    for line in iter(sys.stdin.readline, ""):
        print(json.dumps(answer(line.rstrip("\r\n")), ensure_ascii=True), flush=True)


def _screen(_: argparse.Namespace) -> None:
    from bot import observability
    from bot.bootstrap import load_detector
    from bot.settings import Settings

    settings = Settings.from_env()
    observability.configure(settings, part="screen")
    detector = load_detector(settings)
    _lines(lambda line: detector.screen(line).to_json())


def _understand(_: argparse.Namespace) -> None:
    from bot import observability
    from bot.settings import Settings
    from bot.understand import Understander

    observability.configure(Settings.from_env(), part="understand")
    _lines(Understander.load().understand)


def _content(chosen: argparse.Namespace) -> None:
    from bot.content.commands import run

    run(chosen.arguments)


def _staff(chosen: argparse.Namespace) -> None:
    from bot.staff.commands import run

    run(chosen.arguments)


def _reseal(_: argparse.Namespace) -> None:
    from bot.console.resealing import run
    from bot.settings import Settings

    run(Settings.from_env())
