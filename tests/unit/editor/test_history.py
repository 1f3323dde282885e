"""The content repository keeps every version and never overwrites another editor's."""

from pathlib import Path

import pytest

from bot.editor.history import History, _both
from bot.errors import ContentError

PAGE = "bot/domain/responses/greet.yml"


@pytest.fixture
def history(tmp_path: Path) -> History:
    page = tmp_path / "shipped" / PAGE
    page.parent.mkdir(parents=True)
    page.write_text("Hello\n")
    return History.open(tmp_path / "state" / "content", shipped=tmp_path / "shipped")


def publish(history: History, text: str | None, *, base: str | None = None, approved_by: str | None = None) -> str:
    base = base or history.current().commit
    return history.add({PAGE: text}, base=base, author="Ada", reason="Warmer", approved_by=approved_by).commit


def test_first_use_keeps_the_shipped_content(history: History) -> None:
    assert history.tree()[PAGE] == "Hello\n"
    assert history.current().reason == "Content as shipped"


def test_a_change_is_a_version_with_author_reason_and_approval(history: History) -> None:
    publish(history, "Welcome\n", approved_by="Grace")
    now = history.current()
    assert (now.author, now.reason, now.approved_by) == ("Ada", "Warmer", "Grace")
    assert history.tree()[PAGE] == "Welcome\n"
    assert history.tree(history.all()[-1].commit)[PAGE] == "Hello\n"


def test_a_change_made_on_an_older_version_is_refused(history: History) -> None:
    old = history.current().commit
    publish(history, "Welcome\n")
    with pytest.raises(ContentError, match="published since"):
        publish(history, "Hi\n", base=old)
    assert history.tree()[PAGE] == "Welcome\n"


def test_an_earlier_version_comes_back_as_a_new_one(history: History) -> None:
    old = history.current().commit
    publish(history, "Welcome\n")
    history.restore(old, author="Ada", reason="Too warm")
    assert history.tree()[PAGE] == "Hello\n"
    assert len(history.all()) == 3


def test_a_version_unpacks_whole(history: History, tmp_path: Path) -> None:
    history.unpack(history.current().commit, tmp_path / "out")
    assert (tmp_path / "out" / PAGE).read_text() == "Hello\n"


def test_a_file_can_be_removed(history: History) -> None:
    publish(history, None)
    with pytest.raises(ContentError):
        history.tree()


@pytest.mark.parametrize("path", ["bot/serve.py", "../x", "data/../bot/serve.py", "/etc/passwd"])
def test_nothing_outside_the_content_is_touched(history: History, path: str) -> None:
    with pytest.raises(ContentError, match="not part"):
        history.add({path: "x"}, base=history.current().commit, author="Ada", reason="r", approved_by=None)


@pytest.mark.parametrize(("author", "reason"), [("", "why"), ("Ada", "  ")])
def test_a_version_needs_an_author_and_a_reason(history: History, author: str, reason: str) -> None:
    with pytest.raises(ContentError, match="Give"):
        history.add({PAGE: "x"}, base=history.current().commit, author=author, reason=reason, approved_by=None)


def two_lines(tmp_path: Path, text: str) -> Path:
    page = tmp_path / "shipped" / PAGE
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(text)
    return tmp_path / "shipped"


def test_changes_of_two_editors_in_different_lines_come_together(tmp_path: Path) -> None:
    shipped = two_lines(tmp_path, "one\ntwo\nthree\nfour\n")
    history = History.open(tmp_path / "state" / "content", shipped=shipped)
    base = history.current().commit
    publish(history, "ONE\ntwo\nthree\nfour\n")
    assert history.merge({PAGE: "one\ntwo\nthree\nFOUR\n"}, base=base) == ({PAGE: "ONE\ntwo\nthree\nFOUR\n"}, [])
    assert history.merge({PAGE: "1\ntwo\nthree\nfour\n"}, base=base) == ({}, [PAGE])
    assert history.merge({PAGE: None}, base=base) == ({}, [PAGE])


def test_changes_on_a_version_that_is_gone_overwrite_nothing(tmp_path: Path) -> None:
    history = History.open(tmp_path / "content", shipped=two_lines(tmp_path, "one\ntwo\n"))
    gone, new = "a" * 40, "data/helplines/new.yml"
    assert history.merge({PAGE: "ONE\ntwo\n", new: "new\n"}, base=gone) == ({new: "new\n"}, [PAGE])
    assert history.merge({PAGE: "one\ntwo\n"}, base=gone) == ({}, [])


def test_new_shipped_content_is_followed_until_somebody_publishes(tmp_path: Path) -> None:
    shipped = two_lines(tmp_path, "one\ntwo\nthree\nfour\n")
    place = tmp_path / "state" / "content"
    History.open(place, shipped=shipped)
    two_lines(tmp_path, "one\ntwo\nthree\n4\n")
    history = History.open(place, shipped=shipped)
    assert history.tree()[PAGE].endswith("4\n") and not history.new_shipped(shipped)
    publish(history, "ONE\ntwo\nthree\n4\n")
    two_lines(tmp_path, "one\ntwo\nthree\nfour!\n")
    (shipped / "data").mkdir()
    (shipped / "data" / "new.yml").write_text("new\n")
    history = History.open(place, shipped=shipped)
    assert history.tree()[PAGE] == "ONE\ntwo\nthree\n4\n" and history.new_shipped(shipped)
    assert history.merge_shipped(shipped) == ({PAGE: "ONE\ntwo\nthree\nfour!\n", "data/new.yml": "new\n"}, [])
    history.shipped_taken_in(shipped)
    assert not history.new_shipped(shipped)


def test_the_whole_content_is_read_at_once(history: History) -> None:
    assert history.tree() == {PAGE: "Hello\n"}


def test_without_git_it_says_so(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ContentError, match="needs git"):
        history.current()
    with pytest.raises(ContentError, match="needs git"):
        _both("a", "b", "c")
