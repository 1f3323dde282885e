"""The pages of the front end as text: templates and fixed wording in, a whole document out."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
import msgspec
from markupsafe import Markup

from bot.edition import edition
from bot.vocabulary import Nation

HERE = Path(__file__).parent
_BLANK = re.compile(r"\n[ \t]*\n\s*")
_LISTS = {"ol": re.compile(r"^\d+[.)] +"), "ul": re.compile(r"^[-•] +")}
_SMS = re.compile(r"(?:(\S+) to )?([\d ]+)")
_COLOUR = re.compile(r"#?([0-9a-fA-F]{6})")
_NUMBER = re.compile(r"\b(0\d[\d ]{7,11}\d)\b")
_FOLLOWABLE = re.compile(r"tel:|sms:|https://")
_IMPORT = re.compile(r'^import \{[^}]*\} from "/static/(\w+)/(\w+\.js)";$', re.MULTILINE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_REMARK = re.compile(r"(?:^|(?<=[;,{})]) )//\s.*$")
# Strings first, so that the spaces in them are no match of their own.
_JS_SPACE = re.compile(
    r'("(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)| (=>|={1,3}|!==|&&|\|\||\?\??|[<>]=?|\*\*?|[:+]) |'
    r"\s?(\{(?!\d))\s?|\s?((?<!\d)\}) ?|([,;])\s"
)
_CSS_SPACE = re.compile(r"\s*([{};,>])\s*|(?<=:) +")
_ANSWERS = "en"  # the language of answers and records that name no other


class Texts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The fixed wording in one language: `page` stands in documents alone, `chat` in the browser too.

    `direction`: ltr or rtl. `review`: what is still to be checked, and by whom; empty when nothing is. `owner` and the
    three after it: who looks after the file, where it comes from, when it was looked at and has to be again.
    """

    language: str
    direction: str
    review: str
    page: dict[str, str]
    chat: dict[str, str]
    owner: str = ""
    source: str = ""
    checked: str = ""
    review_due: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How an embedding site wants the chat to look. Nothing in it says anything about the visitor.

    `frame`: shown inside another site. `colour`: six hexadecimal digits for filled buttons. `nation`: where the
    site's visitors live. `second_tab`: an address opened beside the way out, or empty.
    """

    frame: bool = False
    colour: str = ""
    nation: str = ""
    second_tab: str = ""

    @property
    def ink(self) -> str:
        """Black or white, whichever is read more easily on the colour (WCAG 2.2, relative luminance)."""
        red, green, blue = (int(self.colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
        light = 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2
        return "000" if light > 0.18 else "fff"


def languages() -> tuple[str, ...]:
    """The languages there is fixed wording for."""
    return tuple(sorted(_all_texts(edition().page_texts)))


@lru_cache(maxsize=2)
def _all_texts(folder: Path) -> Mapping[str, Texts]:
    return {path.stem: msgspec.json.decode(path.read_bytes(), type=Texts) for path in folder.glob("*.json")}


def texts(language: str) -> Texts:
    """The fixed wording in a language (`cy`, `cy-GB`), English where there is none."""
    name = language.lower().partition("-")[0]
    known = _all_texts(edition().page_texts)
    return known.get(name) or known["en"]


def options_from(query: Mapping[str, str], *, frame: bool, second_tab: str = "") -> Options:
    """The display options of an address; what is unknown or malformed is left out, never an error."""
    colour = _COLOUR.fullmatch(query.get("colour", ""))
    return Options(
        frame=frame,
        colour=colour[1].lower() if colour else "",
        nation=nation_of(query.get("nation", "")),
        second_tab=second_tab,
    )


def nation_of(name: str) -> str:
    """The name if it is that of a nation, or nothing."""
    return name if name in set(Nation) else ""


def chat_page(
    *, language: str, exit_url: str, options: Options | None = None, opening: Any = None, inbox: bool = False
) -> str:
    """The chat as a page. With `opening`, the first reply, it is readable before any script has come.

    `inbox`: whether messages that were not understood are kept, which the page then says.
    """
    return _render(
        "chat/page.html", language, exit_url=exit_url, options=options or Options(), opening=opening, inbox=inbox
    )


def plain_page(
    *,
    language: str,
    exit_url: str,
    nation: str = "",
    token: str = "",
    message_id: str = "",
    replies: Sequence[Any] = (),
    wrote: str = "",
    draft: str = "",
    problem: str = "",
    ended: bool = False,
    judged: bool = False,
    inbox: bool = False,
) -> str:
    """The chat without JavaScript: the answer to one form, and the form for the next message.

    `replies`: of the session, oldest first. `message_id`: sent back with the next message, so that a page loaded
    again doubles nothing. `wrote`: what this page answers. `draft`: put back in the box. `problem`: why it failed.
    `judged`: it was said whether the answer helped. `inbox`: as of the chat's page.
    """
    return _render(
        "plain/page.html",
        language,
        exit_url=exit_url,
        nation=nation,
        token=token,
        message_id=message_id,
        reply=replies[-1] if replies else None,
        earlier=replies[:-1],
        wrote=wrote,
        draft=draft,
        problem=problem,
        ended=ended,
        judged=judged,
        inbox=inbox,
    )


def preview_page(text: str, choices: Sequence[str] = (), *, language: str = _ANSWERS) -> str:
    """One answer as the chat shows it, for editors: a text with its buttons.

    `language`: of both the answer and the page around it.
    """
    offered = [{"title": title, "payload": ""} for title in choices]
    one = {"sender": "service", "text": text, "services": (), "choices": offered, "lang": language}
    return _render("chat/preview.html", language, one=one, care=None)


def preview_notice(care: Any, *, language: str = _ANSWERS) -> str:
    """A care notice as the chat shows it, for editors. `language`: of the page around it."""
    return _render("chat/preview.html", language, care=care, one=None)


def embed_page(*, origin: str) -> str:
    """How to put the chat on a site, with lines to copy. `origin`: where this gateway is seen from outside."""
    return _render("embed/page.html", "en", origin=origin)


def demo_page() -> str:
    """A made-up charity's site with the chat on it."""
    return _render("embed/demo.html", "en")


def embed_script(*, exit_url: str, second_tab: str = "") -> str:
    """`embed.js` with the way out and the launcher's wording in it."""
    words = {name: [texts(name).page["title"], texts(name).direction] for name in languages()}
    settings = json.dumps({"exit": exit_url, "tab": second_tab, "words": words}, ensure_ascii=False)
    return squeezed(lean((HERE / "embed" / "embed.js").read_text("utf-8").replace("{/* settings */}", settings)))


@cache
def script_or_style(part: str, name: str) -> str:
    """A script or style as it is sent. `part` and `name` are those of a file in this folder."""
    source = lean(_whole(part, name))
    return squeezed(source) if name.endswith(".js") else _CSS_SPACE.sub(r"\1", source).replace(";}", "}")


def _whole(part: str, name: str) -> str:
    """A file with the modules it imports in their places: asked for once, and packed better together.

    Top-level names must then differ between those modules.
    """
    source = (HERE / part / name).read_text("utf-8")
    return _IMPORT.sub(lambda found: re.sub(r"^export ", "", _whole(*found.groups()), flags=re.MULTILINE), source)


def lean(source: str) -> str:
    """A script or style without its comments and indentation: those are for the readers of this folder."""
    lines = (_REMARK.sub("", line.strip()) for line in _COMMENT.sub("", source).splitlines())
    return "\n".join(line for line in lines if line)


def squeezed(script: str) -> str:
    """A script without the spaces around what needs none; strings stay as they are."""
    return _JS_SPACE.sub(lambda found: found[found.lastindex or 0], script)


def _render(template: str, language: str, **values: Any) -> str:
    text = texts(language)
    page = _templates().get_template(template)
    return page.render(
        text=text,
        words={**text.page, **text.chat},
        text_json=_for_script(text.chat),
        answers="" if text.language == _ANSWERS else _ANSWERS,
        **values,
    )


def _for_script(words: Mapping[str, str]) -> Markup:
    # Inside a script element only "</" could end it; the rest of JSON is safe there.
    data = json.dumps(words, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return Markup(data)  # noqa: S704  # our own JSON, escaped above


@cache
def _templates() -> jinja2.Environment:
    loader = jinja2.FileSystemLoader(HERE)
    made = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters |= {"blocks": blocks, "tel": tel, "sms": sms, "dialled": dialled}
    made.tests["followable"] = lambda href: bool(_FOLLOWABLE.match(href))
    return made


def blocks(words: str) -> list[tuple[str, list[str]]]:
    """Text into paragraphs and lists: blank lines part them, lines that begin with "1. " or "- " make a list."""
    found = []
    for part in _BLANK.split(words.strip()):
        for kind, lines in groupby(part.split("\n"), key=_kind):
            mark = _LISTS.get(kind)
            found.append((kind, [mark.sub("", line, count=1) if mark else line for line in lines]))
    return found


def _kind(line: str) -> str:
    return next((kind for kind, mark in _LISTS.items() if mark.match(line)), "p")


def tel(number: str) -> str:
    """The address that rings a number."""
    return f"tel:{re.sub(r'[^0-9+]', '', number)}"


def dialled(words: str) -> Markup:
    """Words with the phone numbers in them ready to ring."""
    parts = enumerate(_NUMBER.split(words))
    link = Markup('<a class="inline" href="{}">{}</a>')
    return Markup("").join(link.format(tel(part), part) if at % 2 else part for at, part in parts)


def sms(how: str) -> str:
    """The address that starts a text: "SHOUT to 85258" has its word in it already."""
    found = _SMS.fullmatch(how)
    word, number = found.groups() if found else (None, how)
    address = f"sms:{re.sub(r'[^0-9+]', '', number)}"
    return f"{address}?body={quote(word)}" if word else address
