"""`python -m bot reseal`: what older keys of staff sealed is sealed anew under the first, so that they can go."""

from contextlib import closing

from bot.bootstrap import load_staff_seal
from bot.console.keeping import FILE as KEEPING
from bot.console.keeping import Keeping
from bot.errors import SettingError
from bot.settings import Settings
from bot.staff.store import FILE as STAFF
from bot.staff.store import StaffStore


def run(settings: Settings) -> None:
    """Seal anew and say that the older keys can go. Raises SettingError when something opens with none, or is not there."""
    if not (settings.state_folder / STAFF).exists():  # a key must not go because the wrong folder was looked at
        raise SettingError(f"FINGERPOST_STATE_FOLDER holds no {STAFF}: give the console's")
    seal = load_staff_seal(settings)
    with (
        StaffStore(settings.state_folder / STAFF) as store,
        closing(Keeping(settings.state_folder / KEEPING, seal=seal, days=settings.handoff_days)) as keeping,
    ):
        accounts, records = store.reseal(seal), keeping.reseal()
    if accounts or records:
        raise SettingError(
            f"no key of FINGERPOST_STAFF_KEY opens accounts: {' '.join(accounts) or 'none'}; "
            f"safeguarding records: {records}; all else is under the first key"
        )
    print("all is sealed under the first key of FINGERPOST_STAFF_KEY: older ones can go")
