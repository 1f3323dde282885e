"""`make demo`: the whole service with made-up helplines, workers and conversations, on loopback, gone when stopped."""

import asyncio
import json
import os
import shutil
import sys
import threading
from datetime import UTC, datetime, timedelta

import pyotp

from bot.bootstrap import make_handoffs
from bot.handoff.records import HelplineId, WorkerId
from bot.handoff.store import HandoffError
from bot.serve import serve
from bot.settings import ROOT, Settings
from deploy.demo.fill import HERE, MEN, PASSWORD, PEOPLE, conversations, people
from deploy.demo.learned import learned

STATE = ROOT / ".build" / "demo"
KEYS = STATE / "keys.json"


def main() -> None:
    """Without arguments: start. `codes`: print everyone's code of now."""
    if sys.argv[1:] == ["codes"]:
        _print_codes(json.loads(KEYS.read_text()))
        return
    shutil.rmtree(STATE, ignore_errors=True)
    STATE.mkdir(parents=True, mode=0o700)
    os.environ |= {
        "FINGERPOST_STATE_FOLDER": str(STATE),
        "FINGERPOST_INBOX": "yes",
        "FINGERPOST_HELPLINES_FOLDER": str(HERE / "helplines"),
    }
    settings = Settings.from_env()
    print("making up workers and conversations", flush=True)
    keys = people(settings)
    KEYS.write_text(json.dumps(keys))
    asyncio.run(conversations(settings))
    learned(settings)
    print("everything here is made up; nobody real is behind it\n")
    print(f"  password of all: {PASSWORD}")
    _print_codes(keys)
    print("  next codes: make demo-codes\n", flush=True)
    threading.Thread(target=lambda: asyncio.run(_colleague(settings)), daemon=True).start()
    serve("all")


def _print_codes(keys: dict[str, str]) -> None:
    for name, key in keys.items():
        roles = ", ".join(role.replace("_", " ") for role in PEOPLE[name][2])
        print(f"  {name:<6} code {pyotp.TOTP(key).now()}  {roles}, {PEOPLE[name][1] or 'the whole service'}")


async def _colleague(settings: Settings) -> None:
    """Robin's console is open as long as the demo runs."""
    handoffs, robin = make_handoffs(settings), WorkerId("robin")
    while True:
        try:
            until = datetime.now(UTC) + timedelta(seconds=30)
            await handoffs.present(HelplineId(MEN), robin, "Robin", until=until)
            for one in await handoffs.open_of(robin):
                await handoffs.beat(one.id, robin)
        except HandoffError:
            pass  # taken over or closed between the two calls; the next round sees it
        await asyncio.sleep(10)


if __name__ == "__main__":
    main()
