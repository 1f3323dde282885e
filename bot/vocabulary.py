"""The closed vocabularies: the one place where roles, nations, topics and cues are named.

The names are those of intents, slots, the API, the catalogue, the console and the tests. Their meaning is
written down for people in `deploy/docs/vocabulary.md`.
"""

from collections.abc import Iterable
from enum import StrEnum
from functools import cache


class Role(StrEnum):
    """Who is writing: the door of the first screen, or what their words show."""

    VICTIM = "victim"
    OWN_BEHAVIOUR = "own_behaviour"
    SUPPORTER = "supporter"
    UNSURE = "unsure"


class Nation(StrEnum):
    """Where the visitor lives. Law, housing and helplines differ by it."""

    ENGLAND = "england"
    SCOTLAND = "scotland"
    WALES = "wales"
    NORTHERN_IRELAND = "northern_ireland"
    ELSEWHERE = "elsewhere"


class Language(StrEnum):
    """What the page and wordings may be in, by ISO 639-1 code; the names are those of the languages."""

    ENGLISH = "en"
    WELSH = "cy"
    ARABIC = "ar"
    BENGALI = "bn"
    FRENCH = "fr"
    POLISH = "pl"
    PORTUGUESE = "pt"
    PUNJABI = "pa"
    ROMANIAN = "ro"
    SOMALI = "so"
    SPANISH = "es"
    URDU = "ur"

    @classmethod
    def of(cls, tag: str | None) -> "Language":
        """The language of a tag (`cy`, `cy-GB`); English where there is none of ours."""
        code = (tag or "").lower().partition("-")[0]
        return cls(code) if code in set(cls) else cls.ENGLISH

    @property
    def label(self) -> str:
        """Its name as people write it."""
        return self.name.capitalize()


BESIDE_ENGLISH = tuple(one for one in Language if one is not Language.ENGLISH)
"""What a wording can be in that says so; one that says nothing is in English."""


class StaffRole(StrEnum):
    """What someone does at a helpline. What each may do stands in `bot/staff/roles.py`."""

    WORKER = "worker"
    SUPERVISOR = "supervisor"
    EDITOR = "editor"
    SAFEGUARDING_LEAD = "safeguarding_lead"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """What a page or an act of the console asks for. Nothing is allowed that no role of the account names."""

    TAKE_CHATS = "take_chats"  # see the queue, claim, write, note, pass on, close
    RAISE_SAFEGUARDING = "raise_safeguarding"
    SEE_SAFEGUARDING = "see_safeguarding"
    SEE_TEAM = "see_team"
    TAKE_OVER = "take_over"
    SEE_NUMBERS = "see_numbers"
    SEE_CONTENT = "see_content"
    EDIT_CONTENT = "edit_content"
    APPROVE_SAFETY = "approve_safety"
    LOOK_UP_SERVICES = "look_up_services"
    MANAGE_STAFF = "manage_staff"
    SEE_AUDIT = "see_audit"


class Topic(StrEnum):
    """What a message is about. Every topic is a Rasa intent of the same name. Editors may add some (`topics`)."""

    @classmethod
    def _missing_(cls, value: object) -> "Topic | None":
        return _added.get(value) if isinstance(value, str) else None

    # practical
    HOUSING = "housing"
    MONEY = "money"
    CHILDREN = "children"
    POLICE = "police"
    COURT_ORDERS = "court_orders"
    EVIDENCE = "evidence"
    TECH_SAFETY = "tech_safety"
    SAFETY_PLAN = "safety_plan"
    SEPARATION = "separation"
    WORK = "work"
    HEALTH = "health"
    IMMIGRATION = "immigration"
    PETS = "pets"
    PARTNER_HELP = "partner_help"
    # understanding
    IS_IT_ABUSE = "is_it_abuse"
    CONTROLLING_BEHAVIOUR = "controlling_behaviour"
    MONEY_CONTROL = "money_control"
    SEXUAL_ABUSE = "sexual_abuse"
    CHILDHOOD_ABUSE = "childhood_abuse"
    STALKING = "stalking"
    IMAGES = "images"
    HONOUR = "honour"
    ACCUSED = "accused"
    HITTING_BACK = "hitting_back"
    # own behaviour
    CHANGE = "change"
    TIME_OUT = "time_out"
    SUBSTANCE_USE = "substance_use"
    ARRESTED = "arrested"
    CONTACT_WITH_CHILDREN = "contact_with_children"
    PARTNER_LEFT = "partner_left"
    PROGRAMME = "programme"
    JEALOUSY_CONTROL = "jealousy_control"
    # support
    FEELINGS = "feelings"
    MENTAL_HEALTH = "mental_health"
    SOMEONE_TO_TALK_TO = "someone_to_talk_to"
    SUPPORT_FOR_MEN = "support_for_men"
    LGBT = "lgbt"
    FAITH_CULTURE = "faith_culture"
    DISABILITY_AGE = "disability_age"
    INTERPRETER = "interpreter"
    # supporter
    HELP_SOMEONE = "help_someone"
    CHILD_WORRY = "child_worry"
    # about the chat
    PRIVACY = "privacy"
    ABOUT_US = "about_us"
    LEAVE_QUICKLY = "leave_quickly"
    END_CHAT = "end_chat"
    PERSON = "person"
    CHANGE_DOOR = "change_door"
    REPEAT = "repeat"
    GREET = "greet"
    THANKS = "thanks"
    AFFIRM = "affirm"
    DENY = "deny"
    OUT_OF_SCOPE = "out_of_scope"
    ABUSIVE_MESSAGE = "abusive_message"
    COMPLAINT = "complaint"


_added: dict[str, Topic] = {}


def know_topics(names: Iterable[str]) -> None:
    """Let topics that editors added be topics like all others in this process. What is known once stays known."""
    for name in names:
        if name not in topics():
            topic = str.__new__(Topic, name)
            topic._name_, topic._value_ = name.upper(), name
            _added[name] = topic
            topics.cache_clear()


@cache
def topics() -> tuple[Topic, ...]:
    """Every topic: those that came with the code, then those that editors added."""
    return (*Topic, *_added.values())


class Kind(StrEnum):
    """What sort of danger a cue shows."""

    IMMEDIATE_DANGER = "immediate_danger"
    WEAPON = "weapon"
    STRANGULATION = "strangulation"
    VIOLENCE = "violence"
    MEDICAL = "medical"
    THREAT_TO_KILL = "threat_to_kill"
    SUICIDE = "suicide"
    SELF_HARM = "self_harm"
    SUICIDE_OTHER = "suicide_other"
    HARM_TO_OTHER = "harm_to_other"
    CHILD_AT_RISK = "child_at_risk"
    SEXUAL_VIOLENCE = "sexual_violence"
    STALKING = "stalking"
    CONFINEMENT = "confinement"
    FORCED_MARRIAGE_OR_HONOUR = "forced_marriage_or_honour"
    BEING_WATCHED = "being_watched"
    CHILD_USER = "child_user"


class Direction(StrEnum):
    """Who does it to whom. `suicide`, `self_harm` and `child_user` have none."""

    TO_WRITER = "to_writer"
    BY_WRITER = "by_writer"
    TO_CHILD = "to_child"
    TO_OTHER = "to_other"


class Time(StrEnum):
    """When: as they type, days or weeks ago or going on, ended long ago, or said to come."""

    NOW = "now"
    RECENT = "recent"
    PAST = "past"
    THREATENED = "threatened"


class Level(StrEnum):
    """How near a message is to life at stake."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    NONE = "none"


CHAT_TOPICS = frozenset(
    {
        Topic.PRIVACY,
        Topic.ABOUT_US,
        Topic.LEAVE_QUICKLY,
        Topic.END_CHAT,
        Topic.PERSON,
        Topic.CHANGE_DOOR,
        Topic.REPEAT,
        Topic.GREET,
        Topic.THANKS,
        Topic.AFFIRM,
        Topic.DENY,
        Topic.OUT_OF_SCOPE,
        Topic.ABUSIVE_MESSAGE,
        Topic.COMPLAINT,
    }
)
"""Topics about the chat itself: answered briefly, without service cards or questions."""


def help_topics() -> list[Topic]:
    """Every topic that people seek help with: all but those about the chat itself."""
    return [topic for topic in topics() if topic not in CHAT_TOPICS]


UNDIRECTED = frozenset({Kind.SUICIDE, Kind.SELF_HARM, Kind.CHILD_USER})
"""Kinds that have no direction."""


class HandoffState(StrEnum):
    """Where a handoff stands. `withdrawn` and `closed` are final."""

    WAITING = "waiting"
    CLAIMED = "claimed"  # a worker reads it
    TALKING = "talking"  # the worker has written
    LEFT = "left"  # the visitor is gone; how or why nobody is told
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class HandoffMode(StrEnum):
    """What the visitor chose."""

    HERE = "here"  # talk in this chat now
    LATER = "later"  # picked up by a helpline, or quoted on the phone


class Sender(StrEnum):
    """Who wrote a message of a talk."""

    VISITOR = "visitor"
    PERSON = "person"
    SERVICE = "service"


class Outcome(StrEnum):
    """How a handoff ended, as the worker says."""

    HELPED = "helped"
    SIGNPOSTED = "signposted"
    LOST = "lost"
    SILENT = "silent"
    TEST = "test"
    ABUSIVE = "abusive"
    SAFEGUARDING_RAISED = "safeguarding_raised"
