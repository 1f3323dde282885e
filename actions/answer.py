"""Answers a topic: the wording for this reader, the services that fit, then at most one thing more."""

from collections.abc import Callable, Sequence
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.bootstrap import load_parts, load_responses, load_terms
from bot.content.follow_up import owner
from bot.content.responses import title
from bot.triage.goes_on import goes_on
from bot.triage.not_it import not_it
from bot.vocabulary import CHAT_TOPICS, Level, Role, Topic

from .base import SafeAction
from .care import ask_next
from .choices import choices
from .door import offer_door
from .noted import note
from .reading import ASKED_TOPIC, CLEAR_TOPIC, SECOND_TOPIC, SURE_TOPIC, VERY_SHORT, Turn
from .services import cards, say_with_cards

# The short questions, in the order they are asked, and the topics whose answer they change.
QUESTIONS: tuple[tuple[str, frozenset[Topic] | None], ...] = (
    (
        "nation",
        frozenset({Topic.HOUSING, Topic.CHILDREN, Topic.POLICE, Topic.COURT_ORDERS, Topic.MONEY, Topic.SEPARATION}),
    ),
    (
        "children",
        frozenset({Topic.HOUSING, Topic.SEPARATION, Topic.SAFETY_PLAN, Topic.CHANGE, Topic.COURT_ORDERS}),
    ),
    ("safe_to_chat", None),
)
# Topics that speak of how someone feels already.
_FEELING = frozenset({Topic.FEELINGS, Topic.MENTAL_HEALTH, Topic.SOMEONE_TO_TALK_TO, Topic.CHILDHOOD_ABUSE})
_PRACTICAL_BEFORE_FEELINGS = 2
_HOW_ARE_YOU = "how_are_you"
_SHORT = 12  # words
_NEAREST = 3
_NEAR = 0.1  # less probable topics are no better guesses than what most people behind a door come for
_USUAL = {
    Role.VICTIM: (Topic.IS_IT_ABUSE, Topic.HOUSING, Topic.SOMEONE_TO_TALK_TO),
    Role.OWN_BEHAVIOUR: (Topic.CHANGE, Topic.TIME_OUT, Topic.PROGRAMME),
    Role.SUPPORTER: (Topic.HELP_SOMEONE, Topic.CHILD_WORRY, Topic.SOMEONE_TO_TALK_TO),
    Role.UNSURE: (Topic.IS_IT_ABUSE, Topic.HITTING_BACK, Topic.SOMEONE_TO_TALK_TO),
}
_FOR_A_CHILD = ("utter_for_a_child", "utter_for_a_child_more")
_FOR_GROWN_UPS = frozenset({Topic.CHILDHOOD_ABUSE, Topic.HELP_SOMEONE, Topic.CHILD_WORRY})
_FOR_ANY_AGE = CHAT_TOPICS - {Topic.ABOUT_US, Topic.OUT_OF_SCOPE, Topic.GREET}
_SAYS_NOTHING = 2  # words out of scope that are too few to have been a question
# What is answered with a phrase: said by mistake to somebody in the middle of their story, it shows that nobody listens.
_PHRASES = frozenset(
    {
        Topic.GREET,
        Topic.THANKS,
        Topic.AFFIRM,
        Topic.DENY,
        Topic.REPEAT,
        Topic.ABOUT_US,
        Topic.COMPLAINT,
        Topic.OUT_OF_SCOPE,
    }
)
_A_SENTENCE = 3  # words
_SURE_PHRASE = 0.9
UNDERSTOOD = SlotSet("not_understood", 0)

Events = list[Any] | None  # None: this way is not meant for the message
Way = Callable[[CollectingDispatcher, Turn], Events]


class ActionAnswer(SafeAction):
    """action_answer"""

    def name(self) -> str:
        """The name rules call it by."""
        return "action_answer"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Any]:
        """The answer to the latest message: the first of the WAYS that is meant for it."""
        return first_of(WAYS, dispatcher, Turn.of(tracker))


def first_of(ways: Sequence[Way], dispatcher: CollectingDispatcher, turn: Turn) -> list[Any]:
    """What the first of `ways` answers that is meant for the message; the last is meant for any."""
    return next(events for way in ways if (events := way(dispatcher, turn)) is not None)


def tells(turn: Turn) -> bool:
    """Whether somebody in the middle of a talk goes on telling, rather than asks something or is likely to mean a phrase."""
    begun = turn.role is not None or turn.current is not None
    sentence = not turn.pressed and not turn.asks and turn.words >= _A_SENTENCE
    phrase = turn.topic in _PHRASES and turn.topic is not Topic.OUT_OF_SCOPE and turn.confidence >= _SURE_PHRASE
    return begun and sentence and not phrase and (turn.topic is None or turn.topic in _PHRASES)


def danger_first(dispatcher: CollectingDispatcher, turn: Turn) -> Events:
    """Ask the one next thing: an answer beside the point would drown the care notice. A child hears what a child can do."""
    if not turn.in_danger or turn.clear:
        return None
    if turn.child and _FOR_A_CHILD[0] not in turn.answered and turn.screening.level is not Level.EMERGENCY:
        return [*to_a_child(dispatcher, turn, turn.topic or Topic.IS_IT_ABUSE), UNDERSTOOD]
    return [*ask_next(dispatcher, turn), UNDERSTOOD]


def take_note(dispatcher: CollectingDispatcher, turn: Turn) -> Events:
    """Note a fact by the way; a fact inside a question ("will i lose my kids") leaves it a question."""
    by_the_way = turn.told_alone or not turn.clear or turn.topic is None or turn.topic in CHAT_TOPICS
    return [*note(dispatcher, turn), UNDERSTOOD] if turn.told and by_the_way else None


def stay(dispatcher: CollectingDispatcher, turn: Turn) -> Events:
    """Stay with somebody in danger whose words say little, rather than chat."""
    enough = SURE_TOPIC if turn.topic is Topic.LEAVE_QUICKLY else CLEAR_TOPIC  # "in the spare room" is no wish to leave
    unclear = turn.confidence < enough or turn.topic is Topic.OUT_OF_SCOPE
    if not (turn.slots.get("in_care") and unclear and turn.topic in CHAT_TOPICS):
        return None
    if turn.astray:
        dispatcher.utter_message(json_message=missed(turn))
    dispatcher.utter_message(response="utter_still_here")
    return []


def not_understood(dispatcher: CollectingDispatcher, turn: Turn) -> Events:
    """Say what it may be about, where no topic was understood or somebody goes on telling."""
    says_nothing = turn.astray and not turn.asks and turn.words <= _SAYS_NOTHING
    return guess(dispatcher, turn) if turn.meant is None or tells(turn) or says_nothing else None


def guess(dispatcher: CollectingDispatcher, turn: Turn) -> list[Any]:
    """The nearest topics as choices, then a person and lines: never the same apology twice."""
    dispatcher.utter_message(json_message=missed(turn))
    before = int(turn.slots.get("not_understood") or 0)
    if turn.slots.get("in_care") and before == 0:
        dispatcher.utter_message(response="utter_still_here")
    elif before == 0:
        usual = _USUAL[turn.role] if turn.role else turn.others(None, 0.0)
        nearest = list(dict.fromkeys([*turn.others(None, _NEAR), *usual]))[:_NEAREST]
        first = "utter_go_on" if tells(turn) else "utter_not_understood_1"
        dispatcher.utter_message(response=first, buttons=choices(nearest))
    else:
        return to_people(dispatcher, turn)
    return [SlotSet("not_understood", before + 1)]


def answer_topic(dispatcher: CollectingDispatcher, turn: Turn) -> Events:
    """Answer what was understood, then at most one thing more."""
    if turn.meant is None:
        return None
    if turn.astray and turn.confidence < SURE_TOPIC:
        dispatcher.utter_message(json_message=missed(turn))
    return [*answer(dispatcher, turn, turn.meant), *one_thing_more(dispatcher, turn, turn.meant), UNDERSTOOD]


def to_people(dispatcher: CollectingDispatcher, turn: Turn) -> list[Any]:
    """Own up to not understanding, with ways on and the lines of people."""
    dispatcher.utter_message(response="utter_not_understood_2")
    dispatcher.utter_message(json_message={"services": cards(turn)})
    return [SlotSet("not_understood", int(turn.slots.get("not_understood") or 0) + 1)]


def missed(turn: Turn) -> dict[str, Any]:
    """What tells the gateway that words were not understood, with what they might be about."""
    return {"missed": True, "guesses": turn.guesses}


def beside_the_point(dispatcher: CollectingDispatcher, turn: Turn) -> Events:
    """Own up to an answer that the visitor says was not it, with ways on and lines."""
    if turn.pressed or turn.in_danger or not not_it(turn.text):
        return None
    return to_people(dispatcher, turn)


def explain(dispatcher: CollectingDispatcher, turn: Turn) -> Events:
    """Say what a word means, or the one thing that a well-known worry is after."""
    short = turn.words <= _SHORT
    pressing = turn.screening.level is Level.EMERGENCY
    if turn.pressed or pressing or not short or not (turn.asks or goes_on(turn.text)):
        return None
    name = load_terms().explaining(turn.text, skip=turn.answered)
    topic = owner(name) if name else None
    if name is None or topic is None:
        return None
    return [*say_with_cards(dispatcher, turn, topic, name), UNDERSTOOD]


def answer(dispatcher: CollectingDispatcher, turn: Turn, topic: Topic) -> list[Any]:
    """Say the answer to `topic` with its services; asked in words a second time, what was not said yet.

    A child hears first what is said to children, and never what is said to grown-ups about one.
    """
    first = _FOR_A_CHILD[0] not in turn.answered
    if turn.child and topic not in _FOR_ANY_AGE and (first or topic in _FOR_GROWN_UPS):
        return to_a_child(dispatcher, turn, topic)
    if topic is Topic.GREET:
        greeted = "utter_greet" in turn.answered
        dispatcher.utter_message(response="utter_greet_again" if greeted else "utter_greet")
        dispatcher.utter_message(json_message={"topic": topic.value})
        return [SlotSet("answered", [*turn.answered, "utter_greet"])]
    if topic in CHAT_TOPICS:
        dispatcher.utter_message(response=f"utter_{topic}")
        services = cards(turn, topic) if topic is Topic.PERSON else []
        dispatcher.utter_message(json_message={"topic": topic.value, "services": services})
        return []
    response = f"utter_{topic}"
    if response in turn.answered and not turn.pressed:
        response = _unsaid(turn, topic)
    return say_with_cards(dispatcher, turn, topic, response)


def to_a_child(dispatcher: CollectingDispatcher, turn: Turn, topic: Topic) -> list[Any]:
    """Say what a child can do; after that, whom to tell next."""
    told, more = _FOR_A_CHILD
    _, answered = say_with_cards(dispatcher, turn, topic, more if told in turn.answered else told)
    return [answered]  # no topic: a child's next question does not go on from an adult's answer


def follow_up(dispatcher: CollectingDispatcher, turn: Turn) -> Events:
    """Say the part of the current topic that a short "and what if …" is after, unless another topic is clear."""
    continued = goes_on(turn.text)
    about_the_chat = turn.topic in _PHRASES or turn.topic is Topic.PRIVACY
    enough = SURE_TOPIC if about_the_chat else CLEAR_TOPIC if continued else ASKED_TOPIC
    clear = turn.topic is not None and turn.confidence >= enough
    asks_briefly = turn.asks and turn.words <= VERY_SHORT
    if turn.current is None or turn.pressed or clear or not (continued or asks_briefly or turn.topic is None):
        return None
    part = load_parts().nearest(_left(turn, turn.current), turn.text)
    return None if part is None else [*say_with_cards(dispatcher, turn, turn.current, part), UNDERSTOOD]


def _unsaid(turn: Turn, topic: Topic) -> str:
    """The part of a topic that is nearest to the words, of those not said yet; else that there is no more."""
    named = load_terms().explaining(turn.text, skip=turn.answered)
    if named and owner(named) is topic:
        return named
    left = _left(turn, topic)
    return load_parts().nearest(left, turn.text) or (left[-1] if left else "utter_nothing_more")


def _left(turn: Turn, topic: Topic) -> list[str]:
    return [name for name in load_parts().of(topic) if name not in turn.answered]


def one_thing_more(dispatcher: CollectingDispatcher, turn: Turn, topic: Topic) -> list[Any]:
    """At most one: another door when words and door disagree, a second topic, a short question, how they are."""
    if other_door := offer_door(dispatcher, turn):
        return other_door
    if turn.child or topic in CHAT_TOPICS or turn.screening.level is Level.EMERGENCY:
        return []
    if second := turn.others(topic, SECOND_TOPIC)[:1]:
        offer(dispatcher, second[0])
        return []
    asked = list(turn.slots.get("asked") or [])
    for slot, topics in QUESTIONS:
        if slot in asked or turn.slots.get(slot) is not None or (topics is not None and topic not in topics):
            continue
        if slot == "safe_to_chat" and turn.role is Role.OWN_BEHAVIOUR:
            continue
        dispatcher.utter_message(response=f"utter_ask_{slot}")
        return [SlotSet("asked", [*asked, slot])]
    practical = [name for name in turn.answered if name not in {f"utter_{t}" for t in {*_FEELING, Topic.GREET}}]
    if len(practical) >= _PRACTICAL_BEFORE_FEELINGS and topic not in _FEELING and _HOW_ARE_YOU not in asked:
        dispatcher.utter_message(response="utter_how_are_you")
        return [SlotSet("asked", [*asked, _HOW_ARE_YOU])]
    return []


def offer(dispatcher: CollectingDispatcher, topic: Topic) -> None:
    """Offer a further topic; a typed yes takes it."""
    name = title(load_responses(), f"utter_{topic}")
    buttons = [{"title": name, "payload": f"/{topic}"}]
    dispatcher.utter_message(
        response="utter_another_topic", topic_title=name[0].lower() + name[1:].rstrip("?"), buttons=buttons
    )
    dispatcher.utter_message(json_message={"if_yes": f"/{topic}"})


# The ways to answer a message, in the order in which they are tried; the first that is meant for it answers.
WAYS: tuple[Way, ...] = (
    beside_the_point,
    explain,
    danger_first,
    take_note,
    stay,
    follow_up,
    not_understood,
    answer_topic,
)
