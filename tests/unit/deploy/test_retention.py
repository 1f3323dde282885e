"""The retention schedule says what the settings say."""

import re
from dataclasses import replace

import pytest

from bot.content import retention
from bot.errors import SettingError
from bot.settings import PREFIX, ROOT, Settings


def test_the_page_is_made_from_the_settings() -> None:
    """What people read is what the service does."""
    assert (ROOT / "deploy" / "docs" / "retention.md").read_text("utf-8") == retention.page(Settings())


def test_a_shorter_time_shows() -> None:
    """A deployment that keeps a visit for less gets a schedule that says so."""
    page = retention.page(replace(Settings(), idle_seconds=600))
    assert "nothing is written for 10 minutes" in page
    assert "30 minutes" not in page


@pytest.mark.parametrize("field", ["idle_seconds", "session_seconds"])
def test_longer_than_the_page_says_is_refused(field: str) -> None:
    """A promise on paper can't be set away."""
    longer = getattr(Settings(), field) + 1
    with pytest.raises(SettingError, match=field.upper()):
        Settings.from_env({PREFIX + field.upper(): str(longer)})


def test_no_row_is_without_an_end() -> None:
    """Every kind of data has a place, an end, and a setting or the word none."""
    rows = [line for line in retention.page(Settings()).splitlines() if re.match(r"\| (?!what|---)", line)]
    assert len(rows) == len(retention.SCHEDULE)
    assert all(len([cell for cell in row.strip("| ").split(" | ") if cell]) == 4 for row in rows)
