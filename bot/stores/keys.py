"""Every kind of key that the service keeps in Redis, what it holds and how long: `deploy/docs/redis-keys.md` is made of it."""

from dataclasses import dataclass

PREFIX = "fp:"
SESSIONS = f"{PREFIX}session:"
CONVERSATIONS = f"{PREFIX}conversation:"
LIMITS = f"{PREFIX}limit:"
HANDOFFS = f"{PREFIX}{{handoff}}:"
COUNTS = f"{PREFIX}counts:"
_DAYS = "as long as handoffs are kept, 30 days at most"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One kind of key. life: in words, longest first."""

    pattern: str
    kind: str
    holds: str
    life: str


def _turns(prefix: str, name: str, holds: str, life: str) -> tuple[Key, ...]:
    value = f"{prefix}{{{name}}}"
    return (
        Key(pattern=value, kind="string", holds=holds, life=life),
        Key(pattern=f"{value}:line", kind="sorted set", holds="who waits for a turn: random tickets", life="6 seconds"),
        Key(pattern=f"{value}:leases", kind="sorted set", holds="how long each ticket holds", life="6 seconds"),
    )


KEYS: tuple[Key, ...] = (
    *_turns(
        SESSIONS,
        "hash of the token",
        "sealed, to be read only with the token: role, nation, care frame, last 10 replies, what may go to a person",
        "idle time, and never past the end of the session; erased when it ends",
    ),
    *_turns(
        CONVERSATIONS,
        "random id",
        "slots and the names of the last intents and actions; no words of the visitor",
        "as the session; erased when it ends",
    ),
    Key(
        pattern=f"{CONVERSATIONS}{{random id}}:gone",
        kind="string",
        holds="nothing: says that the conversation was erased",
        life="10 seconds",
    ),
    Key(
        pattern=f"{LIMITS}<name>:<keyed hash>:<minute>",
        kind="string",
        holds="how many requests one address made; the address can't be read from it",
        life="60 seconds",
    ),
    Key(pattern=f"{LIMITS}key:<number>", kind="string", holds="the random key of those hashes", life="5 minutes"),
    Key(
        pattern=f"{COUNTS}needs",
        kind="hash",
        holds="how often a topic was asked for in vain, by role and nation; no words, no time",
        life="400 days after the last was counted",
    ),
    Key(
        pattern=f"{COUNTS}topics:<Monday>",
        kind="hash",
        holds="how often in that week a topic was answered, helped, did not help, was the last; no words",
        life="53 weeks",
    ),
    *(
        Key(pattern=f"{HANDOFFS}{pattern}", kind=kind, holds=holds, life=life)
        for pattern, kind, holds, life in (
            ("row:<id>", "hash", "one handoff, sealed; its version", _DAYS),
            ("said:<id>", "list", "the messages of its talk, each sealed", _DAYS),
            ("keys:<id>", "hash", "ids of those messages, so that none is kept twice", _DAYS),
            ("tags:<id>", "set", "helpline and state, worker, keyed hash of the reference", _DAYS),
            ("tag:<tag>", "set", "ids of the handoffs that carry a tag", "32 days"),
            ("until", "sorted set", "when each handoff must be gone", "32 days"),
            ("counts:<day>", "hash", "numbers by helpline; no words", "400 days"),
            ("changes", "stream", "what happened to which handoff; no words", "1 day"),
            ("brief:duty:<helpline>", "hash", "who is on duty, sealed", "1 hour"),
            ("tally:miss:<worker or helpline>", "string", "how many references were asked for in vain", "15 minutes"),
        )
    ),
)


def table() -> str:
    """The keys as the rows of a page for engineers."""
    rows = [f"| `{key.pattern}` | {key.kind} | {key.holds} | {key.life} |" for key in KEYS]
    return "\n".join(["| key | kind | holds | lives |", "| --- | --- | --- | --- |", *rows])
