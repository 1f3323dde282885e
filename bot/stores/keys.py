"""Every kind of key that the service keeps in Redis, what it holds and how long: `deploy/docs/redis-keys.md` is made of it."""

from dataclasses import dataclass

PREFIX = "fp:"
SESSIONS = f"{PREFIX}session:"
CONVERSATIONS = f"{PREFIX}conversation:"
LIMITS = f"{PREFIX}limit:"


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
        "role, nation, language, care frame, the last 10 replies of the service; no words of the visitor",
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
)


def table() -> str:
    """The keys as the rows of a page for engineers."""
    rows = [f"| `{key.pattern}` | {key.kind} | {key.holds} | {key.life} |" for key in KEYS]
    return "\n".join(["| key | kind | holds | lives |", "| --- | --- | --- | --- |", *rows])
