"""The pages of the front end as text: templates and fixed wording in, a whole document out."""

import json
from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup

HERE = Path(__file__).parent
LANGUAGES = ("en",)


@cache
def _templates() -> jinja2.Environment:
    loader = jinja2.FileSystemLoader(HERE)
    return jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)


@cache
def texts(language: str) -> dict[str, str]:
    """The fixed wording in a language, English where there is none."""
    name = language if language in LANGUAGES else LANGUAGES[0]
    found: dict[str, str] = json.loads((HERE / "text" / f"{name}.json").read_text("utf-8"))
    return found


@cache
def chat_page(*, language: str, exit_url: str) -> str:
    """The chat as a full page."""
    text = texts(language)
    # Inside a script element only "</" could end it; the rest of JSON is safe there.
    data = json.dumps(text, ensure_ascii=False).replace("<", "\\u003c")
    page = _templates().get_template("chat/page.html")
    return page.render(
        language=language if language in LANGUAGES else LANGUAGES[0],
        exit_url=exit_url,
        text=text,
        text_json=Markup(data),  # noqa: S704  # our own JSON, escaped above
    )
