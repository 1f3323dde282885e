"""A change is tried on a copy; what is stopped is never kept, and what is kept is served and can be gone back from."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.edition import Edition, served
from bot.editor.filing import file_example
from bot.editor.history import History
from bot.editor.jobs import Progress, Publishing
from bot.editor.judgement import Finding, Weight
from bot.editor.publishing import Publisher
from bot.errors import ContentError
from bot.settings import ROOT, Settings

PAGE = "bot/domain/responses/greet.yml"


@pytest.fixture
def publisher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Publisher:
    """Over the shipped content, without training and rehearsing, which tests/integration do."""

    def make_models(_: Publisher, folder: Path, like: Edition, say: Callable[[str], None]) -> None:
        (folder / "models").mkdir()

    monkeypatch.setattr(Publisher, "_make_models", make_models)
    monkeypatch.setattr(Publisher, "_rehearsed", lambda *_: [])
    monkeypatch.setattr("bot.editor.publishing.trained", lambda _: True)
    return Publisher(Settings(content_folder=tmp_path), History.open(tmp_path / "history.git", shipped=ROOT))


def quiet(_: str) -> None:
    """Progress that nobody reads."""


def reworded(publisher: Publisher) -> dict[str, str | None]:
    return {PAGE: publisher.tree()[PAGE] + "# looked at\n"}


def test_a_sound_change_is_kept_served_and_gone_back_from(publisher: Publisher, tmp_path: Path) -> None:
    first, settings = publisher.current(), Settings(content_folder=tmp_path)
    trial = publisher.try_out(reworded(publisher), quiet)
    assert trial.findings == () and served(settings).name == "shipped"
    kept = publisher.publish(trial, author="Ada", reason="Looked at", approved_by="Grace", say=quiet)
    assert served(settings).name == kept.commit and kept.paths == {PAGE} and kept.approved_by == "Grace"
    assert (served(settings).root / PAGE).read_text().endswith("# looked at\n")
    back = publisher.roll_back(first.commit, author="Ada", reason="Not needed", say=quiet)
    assert served(settings).name == back.commit
    assert publisher.tree() == publisher.tree(first.commit)
    assert len(publisher.history()) == 3


def test_going_back_that_fails_leaves_history_and_service_alone(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, settings = publisher.current(), Settings(content_folder=tmp_path)
    trial = publisher.try_out(reworded(publisher), quiet)
    kept = publisher.publish(trial, author="Ada", reason="Looked at", approved_by=None, say=quiet)

    def fails(*_: Any) -> None:
        raise ContentError(["the training stopped"])

    monkeypatch.setattr(Publisher, "_make_models", fails)
    with pytest.raises(ContentError, match="training stopped"):
        publisher.roll_back(first.commit, author="Ada", reason="Not needed", say=quiet)
    assert publisher.current() == kept and served(settings).name == kept.commit
    assert [folder.name for folder in (tmp_path / "editions").iterdir()] == [kept.commit]


def test_a_trial_that_was_broken_off_is_removed_after_a_day(publisher: Publisher, tmp_path: Path) -> None:
    editions = tmp_path / "editions"
    for name, hours in ((".trial-old", 25), (".trial-new", 1)):
        (editions / name).mkdir(parents=True)
        os.utime(editions / name, (then := time.time() - hours * 3600, then))
    publisher.drop(publisher.try_out({}, quiet))
    assert [folder.name for folder in editions.iterdir()] == [".trial-new"]


def test_what_came_with_the_code_is_judged_without_writing_beside_its_models(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def judges(_: Publisher, say: Callable[[str], None], module: str, *arguments: str) -> None:
        Path(arguments[1]).write_text('[{"kind": "topic", "text": "m", "wanted": "pets", "got": "pets"}]')

    monkeypatch.setattr(Publisher, "_run", judges)
    trial = publisher.try_out({"data/nlu/editors/pets.yml": file_example("pets", "my ferret")}, quiet)
    assert [finding.text for finding in trial.findings] == ["1 messages read as before."]
    assert len(list(tmp_path.glob("judged-*.json"))) == 1 and (trial.folder / "judged.json").exists()


def test_other_users_of_the_group_can_read_what_is_published(publisher: Publisher, tmp_path: Path) -> None:
    """Parts that run as users of their own look at the link every second: a closed folder would stop them all."""
    tmp_path.chmod(0o2770)
    before = os.umask(0o027)
    try:
        trial = publisher.try_out(reworded(publisher), quiet)
        kept = publisher.publish(trial, author="Ada", reason="Looked at", approved_by=None, say=quiet)
        publisher.roll_back(kept.commit, author="Ada", reason="Again", say=quiet)
    finally:
        os.umask(before)
    for path in (tmp_path / "editions", *(tmp_path / "editions").rglob("*")):
        wanted = 0o2050 if path.is_dir() else 0o040
        assert path.stat().st_mode & wanted == wanted, path


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Ring 0808 157 0199.", "0808 157 0199"),
        ("word " * 100, "at most 90"),
        ("You should just leave.", "never say"),
    ],
)
def test_what_must_not_be_said_stops_it(publisher: Publisher, tmp_path: Path, words: str, said: str) -> None:
    text = publisher.tree()[PAGE].replace("text: ", f"text: {words} ", 1)
    assert text != publisher.tree()[PAGE]
    trial = publisher.try_out({PAGE: text}, quiet)
    assert trial.stopped and any(said in finding.text for finding in trial.findings)
    with pytest.raises(ContentError):
        publisher.publish(trial, author="Ada", reason="A number", approved_by=None, say=quiet)
    assert served(Settings(content_folder=tmp_path)).name == "shipped" and len(publisher.history()) == 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("data/safety/care.yml", "emergency: {}\n"),
        ("data/services/emergency-services.yml", None),
        ("bot/domain/responses/leave_quickly.yml", None),
        ("data/services/samaritans.yml", "name: [\n"),
        ("bot/widget/text/en.json", "{}"),
        ("data/safety/patterns/_sets.yml", "none: of: this\n"),
    ],
)
def test_safety_cant_be_taken_down(publisher: Publisher, path: str, text: str | None) -> None:
    assert publisher.try_out({path: text}, quiet).stopped


def test_a_service_that_a_helpline_sends_by_is_not_taken_away(publisher: Publisher, tmp_path: Path) -> None:
    """With the helpline's name, and only where a helpline of this deployment names it."""
    gone: dict[str, str | None] = {"data/services/paladin.yml": None}
    assert not publisher.try_out(gone, quiet).stopped
    (tmp_path / "helplines").mkdir()
    (tmp_path / "helplines" / "stalking.yml").write_text("name: Stalking desk\nservices: [paladin]\nroles: [victim]\n")
    settings = Settings(content_folder=tmp_path, helplines_folder=tmp_path / "helplines")
    trial = Publisher(settings, History.open(tmp_path / "history.git", shipped=ROOT)).try_out(gone, quiet)
    told = "'paladin' is not in the catalogue, and the helpline Stalking desk sends by it"
    assert [finding.text for finding in trial.findings] == [f"helplines/stalking.yml, line 1, services: {told}"]


def test_others_who_published_meanwhile_are_not_overwritten(publisher: Publisher) -> None:
    trial = publisher.try_out(reworded(publisher), quiet)
    other = publisher.try_out({PAGE: publisher.tree()[PAGE] + "# other\n"}, quiet)
    publisher.publish(other, author="Grace", reason="Other", approved_by=None, say=quiet)
    with pytest.raises(ContentError, match="published since"):
        publisher.publish(trial, author="Ada", reason="Late", approved_by=None, say=quiet)


# The job beside the pages


def ended(publishing: Publishing) -> Progress:
    until = time.monotonic() + 30
    while (progress := publishing.progress()).state == "running" and time.monotonic() < until:
        time.sleep(0.02)
    return progress


def test_a_job_tells_its_steps_and_one_runs_at_a_time(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    publishing, done = Publishing(publisher), list[str]()
    publishing.try_out("d1", reworded(publisher))
    with pytest.raises(ContentError, match="already"):
        publishing.try_out("d2", {})
    assert ended(publishing).steps and ended(publishing).state == "done"
    publishing.publish("d1", reworded(publisher), author="Ada", reason="r", approved_by=None, done=done.append)
    assert ended(publishing).commit == publisher.current().commit and done == [publisher.current().commit]


def test_a_stopped_or_failed_job_leaves_what_is_served(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publishing, done = Publishing(publisher), list[str]()
    monkeypatch.setattr(Publisher, "_rehearsed", lambda *_: [Finding(weight=Weight.STOPS, text="goes wrong")])
    publishing.publish("d1", reworded(publisher), author="A", reason="r", approved_by=None, done=done.append)
    assert ended(publishing).stopped and not ended(publishing).commit

    def breaks(*_: Any) -> list[Finding]:
        raise RuntimeError("broken")

    monkeypatch.setattr(Publisher, "_rehearsed", breaks)
    publishing.try_out("d1", {PAGE: publisher.tree()[PAGE] + "# other\n"})
    assert ended(publishing).state == "failed" and "as it was" in ended(publishing).problems[0]
    assert done == [] and served(Settings(content_folder=tmp_path)).name == "shipped"
    assert not list((tmp_path / "editions").glob("*"))
