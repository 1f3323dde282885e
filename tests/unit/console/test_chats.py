"""The queue and the chats: who sees what, who may do what, and that nothing is sent that was not meant."""

import re
from dataclasses import replace

import pytest

from bot.handoff.records import Handoff, HelplineId, Line, Reading, Summary
from bot.handoff.store import StoreDown
from bot.vocabulary import HandoffMode, HandoffState, Kind, Level, Outcome, Role, Sender, StaffRole
from tests.handoffs import SOUTH, handoff, said, shown
from tests.unit.console.conftest import Opener
from tests.unit.console.office import Browser, Office

WORDS = "he pushed me down the stairs"


async def asked(office: Office, text: str = WORDS, **more: object) -> Handoff:
    """A visitor who asked for a person."""
    return await office.handoffs.add(handoff(text, **({"created": office.clock()} | more)))


async def person(office: Office, opened: Opener, name: str, *roles: StaffRole, helpline: str = "north") -> Browser:
    return await office.entered(await opened(), name, *(roles or (StaffRole.WORKER,)), helpline=helpline, page="/queue")


@pytest.fixture
async def sam(office: Office, opened: Opener) -> Browser:
    return await person(office, opened, "sam")


async def taken(office: Office, browser: Browser, **more: object) -> Handoff:
    one = await asked(office, **more)
    await browser.get("/queue")
    await browser.post(f"/chats/{one.id}/claim")
    return one


async def test_the_queue_stands_in_order_and_shows_no_words(office: Office, sam: Browser) -> None:
    """Emergencies first, then who waits longest; what was written is for whoever takes it."""
    await asked(office, severity=Level.NONE, reference="slow-river-11")
    office.clock.move(minutes=3)
    await asked(office, severity=Level.EMERGENCY)
    text = await sam.get("/queue")
    assert text.index("Emergency") < text.index("No cue")
    assert "3 min" in text
    assert "stairs" not in text and "slow-river" not in text


async def test_a_helpline_sees_only_its_own(office: Office, opened: Opener, sam: Browser) -> None:
    """Another helpline's chat is nowhere: not in the queue, not by address, not by reference, not to take."""
    one = await asked(office, helpline=SOUTH)
    assert "No cue" not in await sam.get("/queue") and "Urgent" not in await sam.get("/queue")
    await sam.get(f"/chats/{one.id}", status=404)
    await sam.get("/queue")
    await sam.post("/find", status=404, reference=one.reference)
    for act in ("claim", "say", "note", "close", "offer", "decline", "give-back", "safeguarding", "typing"):
        await sam.get("/queue")
        await sam.post(f"/chats/{one.id}/{act}", status=404, text="x")
    assert (await sam.raw("GET", f"/live?chat={one.id}")).status == 404
    assert (await office.handoffs.get(one.id)).state is HandoffState.WAITING


async def test_words_are_shown_to_who_takes_it_apart_from_the_reading(office: Office, sam: Browser) -> None:
    """Before: that they wait. After: their words with the cue marked, and the machine's reading on its own."""
    one = await asked(office)
    assert "stairs" not in await sam.get(f"/chats/{one.id}")
    text = await sam.post(f"/chats/{one.id}/claim")
    assert '<blockquote>he <mark class="urgent" title="violence">pushed</mark> me down the stairs</blockquote>' in text
    reading = text.split('class="read"')[1].split("</section>")[0]
    assert "because of “pushed”" in reading and "done to the visitor" in reading
    assert "me down the stairs" not in reading


async def test_what_a_visitor_writes_is_text_and_never_markup(office: Office, sam: Browser) -> None:
    """In the summary and in the talk alike."""
    one = await asked(office, "<script>alert(1)</script> <b>bold</b>")
    await sam.post(f"/chats/{one.id}/claim")
    await office.handoffs.say(one.id, said("<img src=x onerror=alert(2)>"))
    text = await sam.get(f"/chats/{one.id}")
    assert "<script>alert" not in text and "<img src=x" not in text and "<b>bold" not in text
    assert "&lt;img src=x" in text


async def test_one_of_two_gets_it(office: Office, opened: Opener, sam: Browser) -> None:
    """The other is told that someone was quicker, and can't read or write in it."""
    kim = await person(office, opened, "kim")
    one = await asked(office)
    await sam.post(f"/chats/{one.id}/claim")
    assert "There is nothing here" in await kim.post(f"/chats/{one.id}/claim", status=404)
    await kim.get("/queue")
    await kim.post(f"/chats/{one.id}/say", status=404, text="hello")
    await kim.get(f"/chats/{one.id}/said", status=404)
    assert (await office.handoffs.get(one.id)).claimed_by == "sam"


async def test_a_message_is_sent_once_under_the_chosen_name(office: Office, sam: Browser) -> None:
    """The same form sent twice says it once; the visitor reads the name the worker chose."""
    one = await taken(office, sam)
    for _ in range(2):
        await sam.post(f"/chats/{one.id}/say", text="hello there", message_id="m1")
    [sent] = await office.handoffs.messages(one.id)
    assert (sent.text, sent.name, sent.worker, sent.sender) == ("hello there", "Sam", "sam", Sender.PERSON)


@pytest.mark.parametrize(
    ("text", "problem"),
    [("", "Write something"), ("We said: [what you agreed].", "[what you agreed]"), ("x" * 4001, "4000")],
)
async def test_what_is_not_ready_is_not_sent(office: Office, sam: Browser, text: str, problem: str) -> None:
    """Nothing, too much, or a blank that was left: the text stays in the box and the page says why."""
    one = await taken(office, sam)
    answer = await sam.post(f"/chats/{one.id}/say", status=400, text=text)
    assert problem in answer.split('role="alert"')[1]
    assert not await office.handoffs.messages(one.id)


async def test_a_ready_reply_lands_in_the_box_filled_in(office: Office, sam: Browser) -> None:
    """Without scripts too; what stood in the box stays."""
    one = await taken(office, sam)
    text = await sam.post(f"/chats/{one.id}/draft", reply="goodbye", text="See you.")
    box = text.split("<textarea id=")[1].split("</textarea>")[0]
    assert "See you." in box and one.reference in box
    assert not await office.handoffs.messages(one.id)


async def test_a_service_is_sent_as_a_card(office: Office, sam: Browser) -> None:
    """The card that visitors know, found without leaving the chat."""
    one = await taken(office, sam)
    text = await sam.post(f"/chats/{one.id}/services", words="shelter england")
    assert 'value="shelter-england"' in text
    await sam.post(f"/chats/{one.id}/card", service="shelter-england")
    [sent] = await office.handoffs.messages(one.id)
    assert sent.services[0].id == "shelter-england"
    await sam.get(f"/chats/{one.id}")
    await sam.post(f"/chats/{one.id}/card", status=400, service="no-such")


async def test_a_chat_moves_to_a_colleague_with_its_notes(office: Office, opened: Opener, sam: Browser) -> None:
    """It stays until they take it; then they see everything, and the first one nothing more."""
    kim = await person(office, opened, "kim")
    await kim.post("/duty", duty="on")
    one = await taken(office, sam)
    await sam.post(f"/chats/{one.id}/note", note="has a broken wrist")
    await sam.post(f"/chats/{one.id}/offer", to="worker:kim")
    assert (await office.handoffs.get(one.id)).claimed_by == "sam"
    assert "Offered to you" in await kim.get("/queue")
    assert "broken wrist" in await kim.post(f"/chats/{one.id}/claim")
    await sam.get(f"/chats/{one.id}", status=404)


async def say_yes(office: Office, one: Handoff) -> None:
    """The visitor agrees to another helpline."""
    offer = (await office.handoffs.get(one.id)).offer
    assert offer
    await office.handoffs.answer_offer(one.id, offer.at, yes=True)


async def test_who_rings_is_asked_by_the_worker(office: Office, sam: Browser) -> None:
    """Without a chat to ask in, the worker says that they agreed; without that nothing is offered."""
    one = await asked(office, mode=HandoffMode.LATER)
    await sam.get("/queue")
    await sam.post(f"/chats/{one.id}/claim")
    await sam.post(f"/chats/{one.id}/offer", status=400, to="helpline:south")
    await sam.get(f"/chats/{one.id}")
    await sam.post(f"/chats/{one.id}/offer", to="helpline:south", agreed="yes")
    assert [h.id for h in await office.handoffs.offered(SOUTH)] == [one.id]


async def test_a_chat_moves_to_another_helpline_only_when_they_take_it(
    office: Office, opened: Opener, sam: Browser
) -> None:
    """They see that it is offered, not what it says; declining leaves it where it was."""
    sue = await person(office, opened, "sue", helpline="south")
    one = await taken(office, sam)
    await sam.post(f"/chats/{one.id}/offer", to="helpline:south")
    assert "The visitor is being asked" in await sam.get(f"/chats/{one.id}")
    await sue.get(f"/chats/{one.id}", status=404)
    assert "Offered to you" not in await sue.get("/queue")
    await say_yes(office, one)
    assert "stairs" not in await sue.get(f"/chats/{one.id}")
    await sue.post(f"/chats/{one.id}/decline")
    assert (await office.handoffs.get(one.id)).offer is None
    await sam.get(f"/chats/{one.id}")
    await sam.post(f"/chats/{one.id}/offer", to="helpline:south")
    await say_yes(office, one)
    await sue.get("/queue")
    assert "stairs" in await sue.post(f"/chats/{one.id}/claim")
    assert (await office.handoffs.get(one.id)).helpline == SOUTH
    await sam.get(f"/chats/{one.id}", status=404)


async def test_a_chat_moves_only_to_a_helpline_that_serves_the_visitor(
    office: Office, opened: Opener, sam: Browser
) -> None:
    """Whoever is harmed never comes to the line for own behaviour, nor the other way round, known role or not."""
    one = await taken(office, sam)
    shown = await sam.get(f"/chats/{one.id}")
    assert "Southern Line" in shown and "Western Line" not in shown
    await sam.post(f"/chats/{one.id}/offer", status=400, to="helpline:west")
    wes = await person(office, opened, "wes", helpline="west")
    for reading in (Reading(role=Role.OWN_BEHAVIOUR), Reading()):
        other = await asked(office, helpline=HelplineId("west"), summary=Summary(lines=(), reading=reading))
        await wes.get("/queue")
        await wes.post(f"/chats/{other.id}/claim")
        assert "Southern Line" not in await wes.get(f"/chats/{other.id}")
        for to in ("helpline:north", "helpline:south"):
            await wes.get(f"/chats/{other.id}")
            await wes.post(f"/chats/{other.id}/offer", status=400, to=to)
        assert (await office.handoffs.get(other.id)).offer is None


@pytest.mark.parametrize("to", ["worker:sam", "worker:nobody", "helpline:north", "helpline:nowhere", "", "x:y"])
async def test_an_offer_goes_only_to_who_is_there(office: Office, sam: Browser, to: str) -> None:
    """Not to oneself, nor to anyone who is not on, nor to a helpline that is none."""
    one = await taken(office, sam)
    await sam.post(f"/chats/{one.id}/offer", status=400, to=to)
    assert (await office.handoffs.get(one.id)).offer is None


async def test_a_chat_is_closed_with_an_outcome(office: Office, sam: Browser) -> None:
    """Without one it stays open; after a hard one comes a breath, and the break is taken."""
    one = await taken(office, sam)
    assert "Choose how it ended" in await sam.post(f"/chats/{one.id}/close", status=400)
    text = await sam.post(f"/chats/{one.id}/close", outcome="signposted", note="gave the line")
    assert "That was a hard one" in text
    closed = await office.handoffs.get(one.id)
    assert (closed.state, closed.outcome, closed.notes[-1].text) == (
        HandoffState.CLOSED, Outcome.SIGNPOSTED, "gave the line",
    )  # fmt: skip
    assert "You are on a break" in await sam.post("/after", pause="yes", debrief="yes")
    assert office.keeping.debriefs("north").keys() == {"sam"}


async def test_a_quiet_chat_is_closed_without_ado(office: Office, sam: Browser) -> None:
    """No cue and not marked as hard: straight back to the queue."""
    one = await taken(office, sam, severity=Level.NONE)
    assert "<h1>Queue</h1>" in await sam.post(f"/chats/{one.id}/close", outcome="helped")


async def test_a_visitor_who_leaves_is_said_to_have_left_and_no_more(office: Office, sam: Browser) -> None:
    """The box is gone, the outcome is asked for, and it stays on the desk until then."""
    one = await taken(office, sam)
    await office.handoffs.leave(one.id)
    text = await sam.get(f"/chats/{one.id}")
    assert "The visitor has left." in text and 'name="text"' not in text
    assert "has left" in await sam.get("/queue")
    await sam.post(f"/chats/{one.id}/close", outcome="lost")
    assert "has left" not in await sam.get("/queue")


async def test_a_console_that_falls_silent_gives_its_chats_back(office: Office, sam: Browser) -> None:
    """While it beats the chat stays; a minute after the last beat it waits again, at its old place."""
    one = await taken(office, sam)
    for _ in range(5):
        office.clock.move(seconds=40)
        assert (await sam.raw("POST", "/beat", data={"csrf": sam.csrf, "duty": "on", "chat": one.id})).status == 200
        await office.handoffs.release_stale()
    assert (await office.handoffs.get(one.id)).held
    office.clock.move(seconds=61)
    await office.handoffs.release_stale()
    back = await office.handoffs.get(one.id)
    assert back.state is HandoffState.WAITING and back.created == one.created
    response = await sam.raw("POST", "/beat", data={"csrf": sam.csrf, "duty": "on", "chat": one.id})
    assert await response.json() == {"waiting": 1, "mine": False}
    assert "Came back" in await sam.get("/queue")


async def test_beats_keep_no_session_alive(office: Office, sam: Browser) -> None:
    """A page left open overnight is signed out like any other."""
    for _ in range(4):
        office.clock.move(minutes=10)
        response = await sam.raw("POST", "/beat", data={"csrf": sam.csrf, "duty": "on", "chat": ""})
    assert response.status == 401


async def test_who_is_on_is_forgotten_when_the_console_is(office: Office, sam: Browser) -> None:
    """Visitors are told of a worker only while their page says it is open."""
    await sam.post("/duty", duty="on")
    assert [one.name for one in await office.handoffs.on_duty("north")] == ["Sam"]  # type: ignore[arg-type]
    office.clock.move(seconds=31)
    assert not await office.handoffs.on_duty("north")  # type: ignore[arg-type]
    await sam.post("/duty", duty="on")
    await sam.post("/duty", duty="off")
    assert not await office.handoffs.on_duty("north")  # type: ignore[arg-type]
    await sam.post("/duty", status=400, duty="maybe")


async def test_who_signs_out_is_off_at_once(office: Office, sam: Browser) -> None:
    """Nobody is promised a worker who has just gone home."""
    await sam.post("/duty", duty="on")
    await sam.post("/sign-out")
    assert not await office.handoffs.on_duty("north")  # type: ignore[arg-type]


async def test_a_reference_leads_to_its_chat(office: Office, sam: Browser) -> None:
    """However it is spoken; a wrong one says so and, tried too often, has to wait."""
    one = await asked(office, mode=HandoffMode.LATER)
    text = await sam.post("/find", reference=one.reference.replace("-", " ").upper())
    assert one.reference in text and "Take it" in text and WORDS not in text
    text = await sam.post(f"/chats/{one.id}/claim")
    assert "pushed" in text and (await office.handoffs.get(one.id)).claimed_by == "sam"
    assert "pushed" in await sam.post("/find", reference=one.reference)
    answers = []
    for number in range(30):
        await sam.get("/queue")
        response = await sam.raw("POST", "/find", data={"csrf": sam.csrf, "reference": f"wrong-guess-{number}"})
        answers.append(response.status)
    assert answers[0] == 404 and answers[-1] == 429


async def test_a_supervisor_looks_in_and_takes_over(office: Office, opened: Opener, sam: Browser) -> None:
    """They read without being able to write, then have it; workers can do neither."""
    kim, sue = await person(office, opened, "kim"), await person(office, opened, "sue", StaffRole.SUPERVISOR)
    one = await taken(office, sam)
    await kim.get(f"/chats/{one.id}", status=404)
    assert "looking at Sam" in await sue.get(f"/chats/{one.id}")
    await sue.post(f"/chats/{one.id}/say", status=409, text="hello")
    await sue.get("/team")
    await sue.post(f"/chats/{one.id}/take-over")
    assert (await office.handoffs.get(one.id)).claimed_by == "sue"
    await sam.get(f"/chats/{one.id}", status=404)
    await sam.get("/queue")
    await sam.post(f"/chats/{one.id}/take-over", status=403)


async def test_safeguarding_goes_to_the_lead_of_the_helpline_alone(
    office: Office, opened: Opener, sam: Browser
) -> None:
    """Sealed on disk; the worker, a supervisor and another helpline's lead can't read it."""
    lead = await opened()
    await office.enrol(lead, "lea", StaffRole.SAFEGUARDING_LEAD)
    other = await opened()
    await office.enrol(other, "lou", StaffRole.SAFEGUARDING_LEAD, helpline="south")
    one = await taken(office, sam)
    await sam.post(f"/chats/{one.id}/safeguarding", about="two small children", facts="canary facts", done="rang")
    [concern] = office.keeping.concerns("north")
    assert "two small children" in await lead.get("/safeguarding")
    assert "canary facts" in await lead.get(f"/safeguarding/{concern.id}")
    await lead.post(f"/safeguarding/{concern.id}", answer="told the council", closed="yes")
    assert office.keeping.concerns("north")[0].closed
    await sam.get(f"/safeguarding/{concern.id}", status=403)
    await other.get(f"/safeguarding/{concern.id}", status=404)
    assert "canary" not in "\n".join(office.keeping._db.iterdump())
    office.clock.move(days=30)
    office.keeping.sweep(office.clock())
    assert not office.keeping.concerns("north")


async def test_a_debrief_is_seen_by_the_supervisor(office: Office, opened: Opener, sam: Browser) -> None:
    """Until they talked."""
    sue = await person(office, opened, "sue", StaffRole.SUPERVISOR)
    await sam.get("/after")
    await sam.post("/after", debrief="yes")
    assert "Asked to talk" in await sue.get("/team")
    assert "Asked to talk" not in await sue.post("/team/sam/debriefed")


async def test_everything_done_and_seen_is_in_the_log_without_words(office: Office, sam: Browser) -> None:
    """Acts and views with ids; nothing that the visitor or the worker wrote."""
    one = await taken(office, sam)
    await sam.post(f"/chats/{one.id}/say", text="canary said", message_id="m1")
    await sam.post(f"/chats/{one.id}/card", service="shelter-england")
    await sam.post(f"/chats/{one.id}/note", note="canary noted")
    await sam.post(f"/chats/{one.id}/safeguarding", about="canary about", facts="canary facts")
    await sam.post(f"/chats/{one.id}/close", outcome="helped", note="canary last")
    entries = list(office.store.entries())
    actions = [entry.act.action for entry in entries if entry.act.actor == "sam" and entry.act.subject == one.id]
    assert actions[:2] == ["chat taken", "chat seen"]
    assert {"message sent", "service sent", "note written", "safeguarding raised", "chat closed"} <= set(actions)
    assert not re.search("canary|stairs", repr(entries))


async def test_the_store_being_down_is_said_plainly(
    office: Office, sam: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No stack trace, no half page; a script reads the one shape."""
    one = await taken(office, sam)

    async def down(*_: object, **__: object) -> None:
        raise StoreDown

    for call in ("waiting", "get"):
        monkeypatch.setattr(office.handoffs, call, down)
    assert "The queue can&#39;t be reached" in await sam.get("/queue", status=503)
    response = await sam.raw("POST", f"/chats/{one.id}/say", data={"csrf": sam.csrf, "text": "x"})
    assert (response.status, (await response.json())["error"]["code"]) == (503, "not_ready")


async def test_cues_found_later_are_shown_too(office: Office, sam: Browser) -> None:
    """What was read in the talk stands beside what was read before it."""
    one = await taken(office, sam)
    await office.handoffs.raise_severity(one.id, Level.EMERGENCY, [shown(Kind.WEAPON, Level.EMERGENCY)])
    text = await sam.get(f"/chats/{one.id}")
    assert "weapon" in text.split('class="read"')[1] and "Emergency" in text


async def test_a_summary_of_which_all_was_struck_is_still_a_chat(office: Office, sam: Browser) -> None:
    """Nothing passed on but that they want a person."""
    bare = Summary(lines=(Line(key="who", label="Who", text="me"),), reading=Reading(role=Role.UNSURE))
    one = await asked(office, summary=replace(bare, reading=Reading()), severity=Level.NONE)
    text = await sam.post(f"/chats/{one.id}/claim")
    assert "none of their words" in text and "No cue of danger" in text


async def test_one_left_for_later_has_no_box_but_how_to_reach_them(office: Office, sam: Browser) -> None:
    """Nobody would read what is written; what the visitor said about being reached stands in its place."""
    lines = (
        Line(key="contact", label="Reaching you", text="By phone"),
        Line(key="contact_how", label="If someone else answers", text="Hang up, or don't reply"),
    )
    one = await taken(office, sam, mode=HandoffMode.LATER, summary=Summary(lines=lines))
    text = await sam.get(f"/chats/{one.id}")
    assert 'name="text"' not in text and "They are not in the chat" in text
    assert "Hang up" in text.split('class="panel reach"')[1].split("</section>")[0]
    assert "nobody would read it" in await sam.post(f"/chats/{one.id}/say", status=400, text="hello")
    assert 'formaction="' not in await sam.post(f"/chats/{one.id}/services", words="shelter england")
    await sam.post(f"/chats/{one.id}/card", status=409, service="shelter-england")
    bare = await taken(office, sam, mode=HandoffMode.LATER, summary=Summary(lines=()))
    assert "did not say how they may be reached" in await sam.get(f"/chats/{bare.id}")


@pytest.mark.parametrize("how", ["left", "closed"])
async def test_who_rings_after_the_chat_need_not_tell_it_again(
    office: Office, opened: Opener, sam: Browser, how: str
) -> None:
    """The reference takes up what is over, by whoever answers the phone; without it nobody gets in."""
    kim = await person(office, opened, "kim")
    one = await asked(office)
    if how == "closed":
        await kim.post(f"/chats/{one.id}/claim")
        await kim.post(f"/chats/{one.id}/close", outcome="lost")
    else:
        await office.handoffs.leave(one.id)
    await sam.get(f"/chats/{one.id}", status=404)
    await sam.get("/queue")
    text = await sam.post("/find", reference=one.reference)
    assert "Take it up" in text and "stairs" not in text
    assert "pushed" in await sam.post("/find/take", reference=one.reference)
    found = await office.handoffs.get(one.id)
    assert (found.claimed_by, found.mode, found.outcome) == ("sam", HandoffMode.LATER, None)
    await sam.post(f"/chats/{one.id}/close", outcome="helped")
    assert (await office.handoffs.get(one.id)).outcome is Outcome.HELPED
    await sam.get("/queue")
    await sam.post("/find/take", status=404, reference="no-such-11")


async def test_what_was_taken_back_is_not_found(office: Office, sam: Browser) -> None:
    """Its reference leads nowhere."""
    one = await asked(office)
    await office.handoffs.withdraw(one.id)
    assert "No chat of your helpline has that reference" in await sam.post("/find", status=404, reference=one.reference)


async def test_an_offer_is_no_way_to_take_over(office: Office, opened: Opener, sam: Browser) -> None:
    """A supervisor of the other helpline takes what is offered, as everyone does; it never stays with two helplines."""
    sue = await person(office, opened, "sue", StaffRole.SUPERVISOR, helpline="south")
    one = await taken(office, sam)
    await sam.post(f"/chats/{one.id}/offer", to="helpline:south")
    await say_yes(office, one)
    await sue.get("/queue")
    await sue.post(f"/chats/{one.id}/take-over", status=409)
    assert (await office.handoffs.get(one.id)).claimed_by == "sam"
    await sue.get("/queue")
    await sue.post(f"/chats/{one.id}/claim")
    moved = await office.handoffs.get(one.id)
    assert (moved.claimed_by, moved.helpline) == ("sue", SOUTH)


async def test_danger_written_in_the_talk_is_marked_where_it_stands(office: Office, sam: Browser) -> None:
    """In the message, as it arrives, and among what the machine read, with the words that it is there for."""
    one = await taken(office, sam)
    cue = shown(Kind.WEAPON, Level.EMERGENCY, line="v1", start=7, end=12)
    await office.handoffs.say(one.id, replace(said("he has knife"), id="v1", cues=(cue,)))
    await office.handoffs.raise_severity(one.id, Level.EMERGENCY, [cue])
    arrived = await sam.get(f"/chats/{one.id}/said")
    assert 'he has <mark class="emergency" title="weapon">knife</mark>' in arrived and ">weapon</span>" in arrived
    assert "because of “knife”" in (await sam.get(f"/chats/{one.id}")).split('class="read"')[1]
