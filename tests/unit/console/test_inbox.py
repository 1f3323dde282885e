"""The inbox and insight: who sees what, that filing changes drafts alone, and that nothing typed is lost."""

from datetime import date, timedelta

import pytest
import yaml

from bot.catalogue.load import Catalogue
from bot.catalogue.need_map import Gap
from bot.console.insight import overdue, percent
from bot.content.responses import Responses
from bot.editor import confusion
from bot.editor.confusion import Example, Hurting
from bot.editor.inbox import Missed, Pile
from bot.editor.insight import Counted, Entry, monday
from bot.vocabulary import Nation, Role, StaffRole, Topic
from tests.unit.console.conftest import Opener
from tests.unit.console.office import Browser, Office

HOUSING = "data/nlu/editors/housing.yml"
TESTS = "data/tests/dialogues.yml"
SAFETY = "data/safety/voices/editors.yml"


def day(office: Office) -> date:
    return office.clock().date()


def add(office: Office, text: str, *, urgent: bool = False, vector: tuple[float, ...] = ()) -> str:
    guesses = (("housing", 0.31), ("money", 0.2), ("greet", 0.1))
    return office.learning.inbox.add(
        Missed(text=text, guesses=guesses, vector=vector), urgent=urgent, today=day(office)
    )


def left(office: Office, pile: Pile = Pile.EDITORS) -> set[str]:
    return {one.text for one in office.learning.inbox.read(pile, today=day(office)).values()}


@pytest.fixture
async def ed(office: Office, opened: Opener) -> Browser:
    return await office.entered(await opened(), "ed", StaffRole.EDITOR)


@pytest.fixture
async def lea(office: Office, opened: Opener) -> Browser:
    return await office.entered(await opened(), "lea", StaffRole.SAFEGUARDING_LEAD)


async def test_near_duplicates_stand_together_with_what_they_might_be(office: Office, ed: Browser) -> None:
    """Largest group first; topics about the chat itself are no suggestion; what people typed is never markup."""
    add(office, "a roof <b>", vector=(1.0, 0.0))
    add(office, "any roof", vector=(0.9, 0.1))
    add(office, "blue", vector=(0.0, 1.0))
    text = await ed.get("/content/inbox")
    assert "3 messages" in text and "2 groups" in text and "2 alike" in text
    assert "a roof &lt;b&gt;" in text and "<b>" not in text
    assert "Somewhere to live" in text and "31 %" in text and "10 %" not in text


async def test_a_group_is_learned_from(office: Office, ed: Browser) -> None:
    """The editor's own words go into their draft; the messages are erased."""
    name = add(office, "a roof for jim")
    await ed.get("/content/inbox")
    text = await ed.post("/content/inbox", name=name, act="learn", topic="housing", typed="a roof\r\n\r\nany roof")
    assert "Added to your changes" in text
    assert office.drafting.texts["ed", HOUSING].endswith("    - a roof\n    - any roof\n")
    assert list(office.drafting.texts) == [("ed", HOUSING)] and left(office) == set()


async def test_one_press_makes_a_test(office: Office, ed: Browser) -> None:
    """Of the first line; that message is erased and those alike stay to be learned from."""
    first, second = add(office, "a roof", vector=(1.0,)), add(office, "any roof", vector=(1.0,))
    await ed.get("/content/inbox")
    data = [("csrf", ed.csrf), ("name", first), ("name", second), ("act", "test"), ("topic", "housing")]
    async with ed.client.post("/content/inbox", data=[*data, ("typed", "any roof\r\na roof")]) as answer:
        assert "Kept as a test" in await answer.text()
    (dialogue,) = yaml.safe_load(office.drafting.texts["ed", TESTS])
    assert dialogue["turns"] == [{"say": "any roof", "expect": {"topic": "housing"}}] and left(office) == {"a roof"}


async def test_words_are_learned_from_or_a_test_but_not_both(office: Office, ed: Browser) -> None:
    """What was typed stays, with the reason."""
    name = add(office, "a roof")
    await ed.get("/content/inbox")
    await ed.post("/content/inbox", name=add(office, "any roof"), act="test", topic="housing", typed="any roof")
    form = {"name": name, "topic": "housing"}
    refused = await ed.post("/content/inbox", act="learn", typed="any roof\nmine", status=422, **form)
    assert "is kept as a test" in refused and "any roof\nmine</textarea>" in refused
    await ed.post("/content/inbox", act="learn", typed="mine", **form)
    text = await ed.post("/content/inbox", name=add(office, "b"), act="test", topic="housing", typed="mine", status=422)
    assert "is learned from already" in text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"topic": "", "typed": "my words"}, "Choose the topic"),
        ({"topic": "housing", "typed": " \n"}, "no words to learn from"),
        ({"topic": "housing", "typed": "ok\n()"}, "no words in it"),
    ],
)
async def test_what_can_not_be_filed_says_why(office: Office, ed: Browser, fields: dict[str, str], says: str) -> None:
    """In plain words; the message and the words typed are still there."""
    name = add(office, "a roof")
    await ed.get("/content/inbox")
    text = await ed.post("/content/inbox", name=name, act="learn", status=422, **fields)  # type: ignore[arg-type]
    assert says in text and fields["typed"].strip() in text
    assert left(office) == {"a roof"} and not office.drafting.texts


async def test_what_is_gone_is_not_filed_twice(office: Office, ed: Browser) -> None:
    """Two editors press on the same group."""
    await ed.get("/content/inbox")
    text = await ed.post("/content/inbox", name="0" * 32, act="learn", topic="housing", typed="a roof", status=404)
    assert "no longer here" in text and ">a roof</textarea>" in text
    assert not office.drafting.texts


async def test_not_for_this_service_passed_on_erased(office: Office, ed: Browser) -> None:
    """The three other ways out of the inbox."""
    names = {text: add(office, text) for text in ("pizza", "he hits me", "asdf")}
    await ed.get("/content/inbox")
    await ed.post("/content/inbox", name=names["pizza"], act="out", typed="pizza")
    await ed.post("/content/inbox", name=names["he hits me"], act="lead")
    await ed.post("/content/inbox", name=names["asdf"], act="drop")
    assert list(office.drafting.texts) == [("ed", "data/nlu/editors/out_of_scope.yml")]
    assert left(office) == set() and left(office, Pile.SAFETY) == {"he hits me"}


async def test_each_sees_their_own_pile_only(office: Office, ed: Browser, lea: Browser, opened: Opener) -> None:
    """Editors no danger, the lead nothing else, workers neither; looking is logged, never a word."""
    add(office, "plain words")
    add(office, "danger words", urgent=True)
    assert "danger words" not in await ed.get("/content/inbox")
    await ed.get("/content/inbox/safety", status=403)
    text = await lea.get("/content/inbox/safety")
    assert "danger words" in text and "plain words" not in text
    await lea.get("/content/inbox", status=403)
    await lea.get("/content/insight", status=403)
    sam = await opened()
    await office.enrol(sam, "sam", StaffRole.WORKER)
    for path in ("/content/inbox", "/content/inbox/safety", "/content/insight"):
        await sam.get(path, status=403)
    seen = [(act.actor, act.action, act.detail) for act in (entry.act for entry in office.store.entries())]
    assert {("ed", "inbox seen", ""), ("lea", "safety inbox seen", "")} <= set(seen) and "words" not in str(seen)


@pytest.mark.parametrize("office", [False], indirect=True)
async def test_an_inbox_that_is_off_says_so(ed: Browser) -> None:
    """And what it takes to switch it on."""
    assert "FINGERPOST_INBOX" in await ed.get("/content/inbox")


async def test_insight_shows_whole_weeks_with_small_counts_held_back(office: Office, ed: Browser) -> None:
    """Charts, a table for those who don't see them, confusions, examples that hurt."""
    week = monday(day(office)) - timedelta(weeks=1)
    counted = {Counted.ANSWERED: 40, Counted.HELPED: 9, Counted.NOT_HELPED: 6, Counted.LEFT: 3}
    office.learning.counts.add({Entry(week=week, topic=Topic.HOUSING, what=what): n for what, n in counted.items()})
    office.learning.counts.add({Entry(week=monday(day(office)), topic=Topic.PETS, what=Counted.ANSWERED): 70})
    misses = confusion.judge([Example(text="no roof", topic="housing")], lambda _: "money")
    hurting = Hurting(text="no <i>roof", topic="money", pulls="housing", count=1)
    confusion.write(confusion.report(misses, [hurting]), office.learning.models)
    text = await ed.get("/content/insight")
    assert "<svg" in text and "60%" in text and "&lt;5" in text and ">70<" not in text
    assert "no &lt;i&gt;roof" in text and "Taken for" in text
    assert "No whole week" in await ed.get("/content/insight?weeks=nine") or "60%" in text


async def test_insight_without_anything_counted(office: Office, ed: Browser) -> None:
    """A page that says so; a report that is broken is as none."""
    office.learning.models.mkdir()
    (office.learning.models / confusion.FILE).write_text("{")
    text = await ed.get("/content/insight?weeks=12")
    assert "No whole week" in text and "Not judged yet" in text and percent(None) in "–"


async def test_what_was_asked_for_in_vain_stands_under_insight(office: Office, ed: Browser) -> None:
    """By topic, role and nation; rare ones only together, and no count that moves by one."""
    gaps = [Gap(topic=Topic.PETS, role=role, nation=Nation.WALES) for role in (Role.VICTIM, Role.SUPPORTER, None)]
    office.learning.needs.add(dict(zip(gaps, (13, 3, 4), strict=True)))
    text = await ed.get("/content/insight")
    assert "10 or more" in text and "5 or more" in text and "All that is rarer" in text
    assert "13" not in text.split("no service fitted")[1].split("</table>")[0]


async def test_counts_that_cannot_be_read_take_no_other_part_of_the_page(office: Office, ed: Browser) -> None:
    """What is overdue is shown while the place of the counts is down."""
    (office.folder / "insight.sqlite").mkdir()
    text = await ed.get("/content/insight")
    assert "can&#39;t be read just now" in text or "can't be read just now" in text
    assert "Overdue for review" in text


def test_overdue_answers_and_services_stand_oldest_first(office: Office) -> None:
    """With who looks after them and the page where they are changed."""
    from bot.bootstrap import load_catalogue

    about = {"owner": "content", "title": "A pet", "checked": "2020-01-01", "review_due": "2020-02-01"}
    responses: Responses = {"utter_pets": [{"text": "x", "metadata": about}]}
    catalogue: Catalogue = load_catalogue()
    late = max(service.provenance.review_due for service in catalogue.services) + timedelta(days=1)
    found = overdue(responses, catalogue, late)
    assert (found[0].title, found[0].link) == ("A pet", "/content/item/response.utter_pets.0")
    assert len(found) == 1 + len(catalogue.services)
    assert overdue({}, catalogue, date(2026, 11, 25)) == []
