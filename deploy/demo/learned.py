"""Fills the inbox and the counts of topics with what nobody wrote, so that editors' pages can be seen at work."""

import random
from datetime import date, timedelta

import yaml

from bot.bootstrap import load_seal, make_insight
from bot.editor.inbox import FILE as INBOX
from bot.editor.inbox import Inbox, Missed
from bot.editor.insight import Counted, Entry, monday
from bot.settings import Settings
from bot.vocabulary import Topic
from deploy.demo.fill import HERE

WEEKS = 12


def learned(settings: Settings) -> None:
    """Put the made-up messages and twelve weeks of counts where the console reads them."""
    made_up, today = yaml.safe_load((HERE / "learned.yml").read_text("utf-8")), date.today()
    inbox = Inbox(settings.learning_folder / INBOX, load_seal(settings))
    for pile in ("editors", "safety"):
        for number, group in enumerate(made_up[pile]):
            vector = tuple(float(number == place) for place in range(len(made_up[pile])))  # alike in one list alone
            for text in group["texts"]:
                missed = Missed(text=text, guesses=tuple(group["guesses"].items()), vector=vector)
                inbox.add(missed, urgent=pile == "safety", today=today)
    make_insight(settings).add(_counts(made_up["topics"], monday(today)))


def _counts(topics: dict[str, list[int]], this_week: date) -> dict[Entry, int]:
    """The totals spread over the weeks, the same at every start."""
    dice, counts = random.Random(7), dict[Entry, int]()  # nothing secret
    for topic, totals in topics.items():
        for what, total in zip(Counted, totals, strict=True):
            for _ in range(total):
                week = this_week - timedelta(weeks=dice.randint(1, WEEKS))
                entry = Entry(week=week, topic=Topic(topic), what=what)
                counts[entry] = counts.get(entry, 0) + 1
    return counts
