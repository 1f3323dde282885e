"""Change sets: one an editor, nothing lost, nothing changed once it is published."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.editor.drafts import FILE, Drafts, State
from bot.errors import ContentError

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.fixture
def drafts(tmp_path: Path) -> Drafts:
    return Drafts(tmp_path / FILE)


def test_changes_gather_until_they_are_published(drafts: Drafts) -> None:
    first = drafts.put("ada", "c1", {"a.yml": "one"}, NOW)
    second = drafts.put("ada", "c2", {"b.yml": None}, NOW)
    assert second.id == first.id and second.base == "c1" and second.texts == {"a.yml": "one", "b.yml": None}
    drafts.change(first.id, NOW, state=State.PUBLISHED)
    assert drafts.of("ada") is None
    with pytest.raises(ContentError, match="already"):
        drafts.say(first.id, "ada", "too late", NOW)


def test_what_was_edited_while_it_was_published_stays_open_on_top_of_it(drafts: Drafts) -> None:
    draft = drafts.put("ada", "c1", {"a.yml": "one", "b.yml": "one"}, NOW)
    drafts.put("ada", "c1", {"b.yml": "two", "c.yml": "three"}, NOW)
    drafts.published(draft.id, draft.texts, "c2", NOW)
    left = drafts.of("ada")
    assert left is not None and left.state is State.OPEN
    assert (left.base, left.texts) == ("c2", {"b.yml": "two", "c.yml": "three"})
    drafts.published(draft.id, left.texts, "c3", NOW, approved_by="grace")
    assert drafts.of("ada") is None and drafts.get(draft.id).approved_by == "grace"


def test_a_change_set_that_was_dropped_while_it_was_published_stays_dropped(drafts: Drafts) -> None:
    draft = drafts.put("ada", "c1", {"a.yml": "one"}, NOW)
    drafts.take_out(draft.id, ["a.yml"], NOW)
    drafts.published(draft.id, draft.texts, "c2", NOW)
    assert drafts.get(draft.id).state is State.DROPPED


def test_editors_work_apart(drafts: Drafts) -> None:
    drafts.put("ada", "c1", {"a.yml": "one"}, NOW)
    drafts.put("grace", "c1", {"a.yml": "two"}, NOW)
    assert {draft.author: draft.texts["a.yml"] for draft in drafts.all(State.OPEN)} == {"ada": "one", "grace": "two"}


def test_what_waits_for_a_yes_stays_as_it_is(drafts: Drafts) -> None:
    draft = drafts.put("ada", "c1", {"a.yml": "one"}, NOW)
    drafts.change(draft.id, NOW, state=State.WAITING, reason="warmer")
    with pytest.raises(ContentError, match="wait"):
        drafts.put("ada", "c1", {"a.yml": "other"}, NOW)


def test_the_last_file_taken_out_drops_the_change_set(drafts: Drafts) -> None:
    draft = drafts.put("ada", "c1", {"a.yml": "one"}, NOW)
    assert drafts.take_out(draft.id, ["a.yml"], NOW).state is State.DROPPED


def test_comments_of_two_people_at_once_are_both_kept(drafts: Drafts) -> None:
    draft = drafts.put("ada", "c1", {"a.yml": "one"}, NOW)
    with pytest.raises(ContentError, match="nothing"):
        drafts.say(draft.id, "grace", " ", NOW)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: drafts.say(draft.id, "grace", f"{n}", NOW), range(12)))
    assert sorted(int(one.text) for one in drafts.get(draft.id).comments) == list(range(12))


def test_what_is_not_there_says_so(drafts: Drafts) -> None:
    assert drafts.all(State.OPEN) == []
    with pytest.raises(ContentError, match="no such"):
        drafts.get("00")
