"""`python -m bot staff …`: make the first account, look after accounts, check and export the audit log."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from bot.settings import Settings
from bot.staff import audit
from bot.staff.accounts import INVITATION_HOURS, Accounts
from bot.staff.records import Account, Act
from bot.staff.store import FILE, StaffStore
from bot.vocabulary import StaffRole

ACTOR = "command line"


def run(arguments: list[str]) -> None:
    """Run one command. Raises StaffError."""
    chosen = _parser().parse_args(arguments)
    settings = Settings.from_env()
    with _opened(settings) as accounts:
        chosen.run(chosen, accounts, settings)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot staff", description="Staff accounts and the audit log")
    verbs = parser.add_subparsers(required=True, metavar="verb")
    add = verbs.add_parser("add", help="a new account; prints the secret for its first sign-in")
    add.add_argument("name", help="sign-in name, such as sam.k")
    add.add_argument("--shown-as", help="the name that visitors read; the sign-in name when left out")
    add.add_argument("--helpline", help="id of the helpline it belongs to; left out for the whole service")
    add.add_argument("--role", dest="roles", action="append", type=StaffRole, required=True, metavar="ROLE",
                     help=f"one of {', '.join(StaffRole)}; may be given several times")  # fmt: skip
    add.set_defaults(run=_add)
    verbs.add_parser("list", help="all accounts").set_defaults(run=_list)
    disable = verbs.add_parser("disable", help="close an account at once")
    disable.add_argument("name")
    disable.set_defaults(run=_disable)
    roles = verbs.add_parser("roles", help="give an account other roles")
    roles.add_argument("name")
    roles.add_argument("roles", nargs="+", type=StaffRole, metavar="ROLE")
    roles.set_defaults(run=_roles)
    reset = verbs.add_parser("reset-second-factor", help="a fresh start for who lost their phone or password")
    reset.add_argument("name")
    reset.set_defaults(run=_reset)
    log = verbs.add_parser("audit", help="check or export the audit log").add_subparsers(required=True, metavar="act")
    verify = log.add_parser("verify", help="whether nothing was changed or cut out")
    verify.add_argument("--head", help="a hash noted earlier, which must still be there")
    verify.set_defaults(run=_verify)
    log.add_parser("export", help="every entry as a line of JSON").set_defaults(run=_export)
    return parser


@contextmanager
def _opened(settings: Settings) -> Iterator[Accounts]:
    with StaffStore(settings.state_folder / FILE) as store:
        yield Accounts(store=store, clock=lambda: datetime.now(UTC))


def _add(chosen: argparse.Namespace, accounts: Accounts, settings: Settings) -> None:
    account, secret = accounts.add(
        chosen.name,
        shown_as=chosen.shown_as or chosen.name,
        helpline=chosen.helpline,
        roles=chosen.roles,
        actor=ACTOR,
    )
    _print_secret(account, secret, settings)


def _reset(chosen: argparse.Namespace, accounts: Accounts, settings: Settings) -> None:
    account, secret = accounts.reset(chosen.name, actor=ACTOR)
    _print_secret(account, secret, settings)


def _print_secret(account: Account, secret: str, settings: Settings) -> None:
    print(f"{account.name} can sign in for the first time at {settings.console_address}/first")
    print(f"one-time secret, good for {INVITATION_HOURS} hours: {secret}")
    print("Hand it over in person or by phone. It is not kept and can't be shown again.")


def _list(_: argparse.Namespace, accounts: Accounts, __: Settings) -> None:
    for account in accounts.store.accounts():
        roles = " ".join(sorted(account.roles))
        print(f"{account.name:<20} {account.state:<9} {account.helpline or '(whole service)':<24} {roles}")


def _disable(chosen: argparse.Namespace, accounts: Accounts, _: Settings) -> None:
    account = accounts.disable(chosen.name, actor=ACTOR)
    print(f"{account.name} is closed and signed out everywhere")


def _roles(chosen: argparse.Namespace, accounts: Accounts, _: Settings) -> None:
    account = accounts.set_roles(chosen.name, chosen.roles, actor=ACTOR)
    print(f"{account.name}: {' '.join(sorted(account.roles))}")


def _verify(chosen: argparse.Namespace, accounts: Accounts, _: Settings) -> None:
    count, head = audit.verify(accounts.store.entries(), head=chosen.head)
    print(f"{count} entries, nothing changed. Last hash, to note down elsewhere: {head}")


def _export(_: argparse.Namespace, accounts: Accounts, __: Settings) -> None:
    for entry in accounts.store.entries():
        sys.stdout.write(audit.exported(entry) + "\n")
    accounts.store.log(Act(actor=ACTOR, action="audit log exported"), accounts.clock())
