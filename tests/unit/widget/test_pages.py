"""The front end's pages and files: what they weigh, what their headers say, that every text is there."""

import gzip
import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from bot.content.notice import Care
from bot.content.responses import load
from bot.gateway.pages import opening
from bot.gateway.plain import add_plain
from bot.gateway.replies import Choice, Message, Reply
from bot.language.foreign import LANGUAGES
from bot.vocabulary import Language, Nation
from bot.widget.pages import (
    HERE,
    blocks,
    chat_page,
    embed_script,
    languages,
    lean,
    options_from,
    plain_page,
    preview_notice,
    preview_page,
    script_or_style,
    sms,
    squeezed,
    tel,
    texts,
)
from tests.fakes import FakeDialogue, make_conversation, make_gateway

MOST = 15 * 1024
MOST_EMBED = 3 * 1024
PATHS = (
    "/chat",
    "/chat/frame",
    "/plain",
    "/embed",
    "/embed.js",
    "/demo",
    "/static/chat/chat.js",
    "/static/chat/chat.css",
)
EXIT = "https://weather.example/"

Client = TestClient[web.Request, web.Application]
MakeClient = Callable[[web.Application], Awaitable[Client]]


def scripts_and_styles(*parts: str) -> list[Path]:
    return [path for part in parts for path in sorted((HERE / part).iterdir()) if path.suffix in (".js", ".css")]


@pytest.fixture
async def client(aiohttp_client: MakeClient) -> Client:
    app = make_gateway(FakeDialogue())
    add_plain(app)
    return await aiohttp_client(app)


@pytest.mark.parametrize("inbox", [False, True])
@pytest.mark.parametrize("language", languages())
def test_the_whole_front_end_weighs_at_most_15_kb(language: str, inbox: bool) -> None:
    """Page with the first reply, scripts, style, texts and launcher as they are sent, packed."""
    first = opening(make_conversation(FakeDialogue()), language=language, nation="")
    page = chat_page(language=language, exit_url=EXIT, inbox=inbox, opening=first)
    files = [script_or_style("chat", name) for name in ("chat.css", "chat.js", "live.js")]
    packed = sum(len(gzip.compress(one.encode())) for one in (page, embed_script(exit_url=EXIT), *files))
    assert packed <= MOST, f"{packed} bytes"


def test_the_script_comes_whole_but_for_what_may_never_be_needed() -> None:
    """One request brings the chat with all it imports; the live line is asked for when a person is awaited."""
    script = script_or_style("chat", "chat.js")
    assert not re.search(r"^(import|export) ", script, re.MULTILINE)
    for path in scripts_and_styles("chat", "exit"):
        if path.suffix == ".js" and path.name not in ("chat.js", "live.js"):
            for exported in re.findall(r"^export (?:async )?(?:function|const) (\w+)", path.read_text(), re.MULTILINE):
                assert re.search(rf"(function|const) {exported}\b", script), (path.name, exported)
    assert 'import("/static/chat/live.js")' in script


@pytest.mark.parametrize(
    ("source", "sent"),
    [
        ('const a = (b) => { return b === "c = { d }"; };', 'const a=(b)=>{return b==="c = { d }";};'),
        ("const b = `${ c } = d`; if (e) { f(); } else { g(); }", "const b=`${ c } = d`;if (e){f();}else{g();}"),
        ('f(a, b, "c, d; e"); g(a ? b : "?, :");', 'f(a,b,"c, d; e");g(a?b:"?, :");'),
        (r"const digits = /[\d ]{7,11} +/;", r"const digits=/[\d ]{7,11} +/;"),
    ],
)
def test_only_needless_spaces_are_taken_out_of_scripts(source: str, sent: str) -> None:
    """Strings, templates and patterns stay as they were written."""
    assert squeezed(source) == sent


def test_remarks_for_readers_of_the_source_are_not_sent() -> None:
    """Whole lines and ends of lines go; an address in a string is no remark."""
    source = '// why\n  const a = 1; // so\nb("https://c.example/"); // there\n'
    assert lean(source) == 'const a = 1;\nb("https://c.example/");'


def test_the_launcher_weighs_at_most_3_kb() -> None:
    """What every page of a host has to load."""
    packed = len(gzip.compress(embed_script(exit_url=EXIT, second_tab=EXIT).encode()))
    assert packed <= MOST_EMBED, f"{packed} bytes"


@pytest.mark.parametrize("path", PATHS)
async def test_every_page_keeps_nothing_and_lets_nothing_foreign_in(client: Client, path: str) -> None:
    """No cache, no referrer, no foreign script, no inline script or style, no frame but on listed hosts."""
    answer = await client.get(path)
    assert answer.status == 200
    headers = answer.headers
    assert headers["Cache-Control"] == "no-store" and headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["Cross-Origin-Opener-Policy"] == "same-origin"
    foreign = path in ("/embed.js", "/chat/frame")
    assert headers["Cross-Origin-Resource-Policy"] == ("cross-origin" if foreign else "same-origin")
    assert "Set-Cookie" not in headers
    policy = headers["Content-Security-Policy"]
    for part in (
        "default-src 'none'",
        "script-src 'self';",
        "style-src 'self';",
        "form-action 'self'",
        "base-uri 'none'",
    ):
        assert part in policy
    assert "unsafe" not in policy and "frame-ancestors 'self'" in policy and "trusted-types-for 'script'" in policy
    body = await answer.text()
    assert not re.search(r"\sstyle=|\son[a-z]+=", body) or path.endswith((".js", ".css"))
    assert not re.search(r"<script(?![^>]*(src=|application/json))", body) or path.endswith(".js")


async def test_pages_are_sent_packed_and_plain_to_those_who_can_not_unpack(client: Client) -> None:
    """The same words either way; a page with a token in it is never packed together with words."""
    packed = await client.get("/chat", headers={"Accept-Encoding": "gzip"})
    plain = await client.get("/chat", headers={"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip" and "Content-Encoding" not in plain.headers
    assert await packed.text() == await plain.text()
    form = await client.get("/plain", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in form.headers


@pytest.mark.parametrize(
    "path",
    [
        "/static/text/en.json",
        "/static/chat/page.html",
        "/static/chat/../pages.py",
        "/static/pages.py",
        "/static/chat/none.js",
    ],
)
async def test_nothing_else_of_the_folder_is_served(client: Client, path: str) -> None:
    """Templates, texts and code stay where they are."""
    assert (await client.get(path)).status == 404


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"token": "nope", "text": "hello"}, 200),
        ({"choice": "/restart"}, 200),
        ({"text": "x" * 4001}, 200),
        ({"id": "x" * 200, "text": "hello"}, 200),
        ({"end": "1", "token": "nope"}, 200),
        ({}, 200),
    ],
)
async def test_odd_forms_get_a_page(client: Client, form: dict[str, str], status: int) -> None:
    """Whatever a browser sends again or leaves out, there is a page with the way out on it."""
    answer = await client.post("/plain", data=form)
    assert answer.status == status
    assert 'id="leave"' in await answer.text()


def test_every_language_has_every_text() -> None:
    """The same keys in each, none empty, with the same gaps to fill, marked when a speaker has yet to check it."""
    english = texts("en")
    for name in languages():
        other = texts(name)
        assert other.language == name and other.direction in ("ltr", "rtl")
        assert bool(other.review) == (name != "en")
        for ours, theirs in ((english.page, other.page), (english.chat, other.chat)):
            assert list(theirs) == list(ours)
            assert all(theirs.values())
            for key, text in ours.items():
                assert re.findall(r"\{\w+\}", text) == re.findall(r"\{\w+\}", theirs[key]), (name, key)


def test_every_language_of_the_vocabulary_has_a_page_and_a_fixed_text() -> None:
    assert set(languages()) == set(Language) and {*LANGUAGES, "en"} == set(Language)


def test_what_is_said_in_another_language_says_so(tmp_path: Path) -> None:
    """On a page in it, in English, or in a third; cards and what names no language are in English."""
    welsh = Message(
        id="a", sender="service", text="Helo.", lang="cy", choices=(Choice(title="Y plant", payload="/children"),)
    )
    care = Care(level="urgent", kinds=(), lines=("Ffoniwch 999.", "Call them."), services=(), langs=("cy", "en"))
    english = Message(id="b", sender="service", text="Hello.")
    reply = Reply(messages=(welsh, english), care=care, role=None)
    page = plain_page(language="cy", exit_url=EXIT, replies=[reply])
    assert (
        '<article class="message service" lang="cy">' in page and '<article class="message service" lang="en">' in page
    )
    assert '<div class="choices" lang="cy">' in page and '<p lang="cy">Ffoniwch 999.</p>' in page
    assert '<p lang="en">Call them.</p>' in page
    elsewhere = plain_page(language="en", exit_url=EXIT, replies=[reply])
    assert (
        '<article class="message service" lang="cy">' in elsewhere and '<article class="message service">' in elsewhere
    )
    assert '<html lang="ur" dir="rtl">' in preview_page("x", language="ur")


def test_what_the_chat_can_say_in_a_language_has_its_page_too() -> None:
    """The page speaks the languages in which the chat says how to get an interpreter; any other is read in English."""
    spoken = {name.removeprefix("utter_language_") for name in load(HERE.parents[1] / "bot" / "domain" / "responses")}
    assert set(languages()) - {"en"} == {name for name in spoken if len(name) == 2}
    assert texts("cy-GB").language == "cy"
    assert texts("nl").language == texts("").language == "en"
    assert '<html lang="ar" dir="rtl"' in chat_page(language="ar", exit_url=EXIT)


def test_every_text_is_used_and_every_text_used_exists() -> None:
    """No word lies about that nobody reads."""
    code = "".join(
        path.read_text() for path in HERE.rglob("*") if path.suffix in (".js", ".html") and "embed" not in path.parts
    )
    english = texts("en")
    for key in (*english.page, *english.chat):
        built = any(key.startswith(begins) and f"text[`{begins}" in code for begins in ("shift_", "helped_"))
        assert built or re.search(rf"(text|words|page)\.{key}\b", code) or key in ("service", "person"), key
    used = set(re.findall(r"\b(?:text|words|text\.page)\.([a-z_]+)\b", code))
    known = {*english.page, *english.chat, "language", "direction", "page", "split", "trim"}
    assert used <= known, used - known


def test_options_of_an_address_are_taken_or_left_out() -> None:
    """Nothing in an address can bring words or styles into the page."""
    taken = options_from({"colour": "#ABCDEF", "nation": "wales"}, frame=True)
    assert (taken.colour, taken.nation, taken.frame) == ("abcdef", Nation.WALES, True)
    left = options_from({"colour": "red;}", "nation": "mars", "frame": "1"}, frame=False)
    assert (left.colour, left.nation, left.frame) == ("", "", False)


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("One.\n\nTwo.", [("p", ["One."]), ("p", ["Two."])]),
        ("First:\n1. a\n2) b\nThen.", [("p", ["First:"]), ("ol", ["a", "b"]), ("p", ["Then."])]),
        ("- a\n• b", [("ul", ["a", "b"])]),
        ("a\nb", [("p", ["a", "b"])]),
        ("999", [("p", ["999"])]),
    ],
)
def test_words_become_paragraphs_and_lists(words: str, parts: list[tuple[str, list[str]]]) -> None:
    """Blank lines and marks of lists are all the form there is."""
    assert blocks(words) == parts


def test_numbers_become_addresses_to_ring_and_text() -> None:
    """One tap, with the word a service asks for already written."""
    assert tel("0808 801 0327") == "tel:08088010327" and tel("+44 20") == "tel:+4420"
    assert sms("SHOUT to 85258") == "sms:85258?body=SHOUT" and sms("07860 039967") == "sms:07860039967"


def test_words_of_a_page_are_escaped() -> None:
    """What a visitor wrote comes back as words in a page without JavaScript too."""
    page = plain_page(language="en", exit_url=EXIT, wrote="<b>x</b>", draft="</textarea><script>")
    assert "&lt;b&gt;x" in page and "<script>" not in page


def test_texts_in_a_page_can_not_end_their_script() -> None:
    """The fixed texts stand in the page as data."""
    page = chat_page(language="en", exit_url=EXIT)
    data = re.search(r'<script type="application/json" id="text">(.*?)</script>', page, re.DOTALL)
    assert data and json.loads(data[1]) == texts("en").chat


def test_editors_see_an_answer_and_a_care_notice_as_the_chat_shows_them() -> None:
    """Both are drawn by the templates of the chat without JavaScript."""
    answer = preview_page("Take your time.", ["Yes"])
    assert "Take your time." in answer and "Yes" in answer
    care = Care(level="emergency", kinds=(), lines=("Ring 999 now.", "Get out if you can."), services=())
    notice = preview_notice(care)
    assert 'class="care emergency"' in notice and "<p>Get out if you can.</p>" in notice
