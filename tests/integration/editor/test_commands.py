"""At a terminal the same as in the pages: checked out, changed by hand, tried, published, gone back."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.content.commands import run
from bot.content.noted import NOTES, noted_problems
from bot.edition import Edition, served
from bot.editor.history import History
from bot.editor.publishing import Publisher
from bot.errors import ContentError
from bot.settings import Settings

REPLIES, PAGE = "data/helplines/replies.yml", "bot/widget/text/en.json"
_NOTE = re.compile(r'^(?:  "|)(?:owner|source|checked|review_due)\b.*\n', re.MULTILINE)
GREET, HOUSING = "bot/domain/responses/greet.yml", "bot/domain/responses/housing.yml"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The published content, checked out; without training and rehearsing."""

    def make_models(_: Publisher, folder: Path, like: Edition, say: Callable[[str], None]) -> None:
        (folder / "models").mkdir()

    monkeypatch.setattr(Publisher, "_make_models", make_models)
    monkeypatch.setattr(Publisher, "_rehearsed", lambda *_: [])
    monkeypatch.setattr("bot.editor.publishing.trained", lambda _: True)
    monkeypatch.setenv("FINGERPOST_CONTENT_FOLDER", str(tmp_path / "state"))
    run(["checkout", str(tmp_path / "content")])
    return tmp_path / "content"


def served_name(tmp_path: Path) -> str:
    return served(Settings(content_folder=tmp_path / "state")).name


def change(folder: Path, path: str, more: str) -> None:
    (folder / path).write_text((folder / path).read_text() + more)


def test_published_by_hand_and_gone_back(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(folder, GREET, "# looked at\n")
    run(["publish", str(folder), "--try"])
    assert served_name(tmp_path) == "shipped"
    with pytest.raises(ContentError, match="--reason"):
        run(["publish", str(folder)])
    run(["publish", str(folder), "--reason", "Looked at"])
    run(["history"])
    newest, first = capsys.readouterr().out.strip().splitlines()[-2:]
    assert "Looked at" in newest and served_name(tmp_path).startswith(newest.split()[0])
    run(["rollback", first.split()[0]])
    run(["publish", str(folder)])  # it is the version before, and its files did not change since
    with pytest.raises(ContentError, match="no such version"):
        run(["rollback", "fff"])


def test_facts_name_who_agreed(folder: Path) -> None:
    change(folder, HOUSING, "# looked at\n")
    text = (folder / HOUSING).read_text()
    (folder / HOUSING).write_text(text.replace("single men too", "single men also"))
    with pytest.raises(ContentError, match="second editor"):
        run(["publish", str(folder), "--reason", "plainer"])
    run(["publish", str(folder), "--reason", "plainer", "--approved-by", "grace"])


def test_what_others_published_is_not_overwritten(folder: Path, tmp_path: Path) -> None:
    run(["checkout", str(tmp_path / "other")])
    change(tmp_path / "other", GREET, "# other\n")
    run(["publish", str(tmp_path / "other"), "--reason", "other"])
    change(folder, GREET, "# mine\n")
    with pytest.raises(ContentError, match="others have published"):
        run(["publish", str(folder), "--reason", "mine"])


def test_a_topic_and_a_service_come_as_files(folder: Path, tmp_path: Path) -> None:
    lines = tmp_path / "lines.txt"
    lines.write_text("\n".join(f"question about knitting number {n}" for n in range(12)))
    run(["new-topic", str(folder), "--title", "Knitting", "--text", "It helps.", "--examples", str(lines)])
    told = "--name Yarn --for all --about Wool. --url https://example.org --phone 08088024040"
    run(["new-service", str(folder), *told.split()])
    assert (folder / "data/nlu/editors/knitting.yml").exists() and (folder / "data/services/yarn.yml").exists()
    with pytest.raises(ContentError, match="already"):
        run(["new-topic", str(folder), "--title", "Knitting", "--text", "It helps.", "--examples", str(lines)])


def test_older_content_gets_its_notes_and_keeps_the_editors_words(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Published before files said who looks after them, and changed by editors since."""
    for path in (folder / "data/helplines/replies.yml", *(folder / "bot/widget/text").glob("*.json")):
        path.write_text(_NOTE.sub("", path.read_text()).replace("replies:\n", ""))
    (folder / NOTES).unlink()
    monkeypatch.setenv("FINGERPOST_CONTENT_FOLDER", str(tmp_path / "older"))
    history = History.open(tmp_path / "older/history.git", shipped=folder)
    before = history.tree()
    assert "owner" not in before[REPLIES] + before[PAGE] and NOTES not in before
    theirs = {
        REPLIES: ("Thank you for", "Thanks for"),
        PAGE: ("Leave this page", "Go from this page"),
        GREET: ("Hello", "Hi"),
    }
    changes = {path: before[path].replace(*words) for path, words in theirs.items()}
    assert all(changes[path] != before[path] for path in changes)
    history.add(changes, base=history.current().commit, author="ada", reason="Plainer", approved_by="grace")
    run(["upgrade"])
    after = history.tree()
    assert list(noted_problems(served(Settings(content_folder=tmp_path / "older")).root)) == []
    assert {NOTES, "bot/widget/text/cy.json"} <= history.current().paths
    assert all(words[1] in after[path] for path, words in theirs.items())
    run(["upgrade"])
    assert "that of this version already" in capsys.readouterr().out
    assert history.tree() == after and len(history.all()) == 3


def test_a_folder_without_content_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINGERPOST_CONTENT_FOLDER", str(tmp_path / "state"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(ContentError, match="checkout"):
        run(["publish", str(tmp_path / "empty"), "--reason", "x"])
    with pytest.raises(ContentError, match="already"):
        run(["checkout", str(tmp_path / "empty")])
