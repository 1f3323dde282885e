"""Topics as buttons, by the titles editors gave them."""

from collections.abc import Iterable

from bot.bootstrap import load_responses
from bot.content.responses import title
from bot.vocabulary import Topic


def choices(topics: Iterable[Topic]) -> list[dict[str, str]]:
    """One button a topic."""
    responses = load_responses()
    return [{"title": title(responses, f"utter_{topic}"), "payload": f"/{topic}"} for topic in topics]
