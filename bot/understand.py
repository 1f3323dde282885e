"""What a message is about and who writes it, as the running service would understand it."""

from typing import Any, Self

import msgspec

from bot.bootstrap import load_detector
from bot.safety.detector import Detector
from bot.settings import Settings
from bot.triage.role import role_with_door
from bot.vocabulary import Role, topics


class _Line(msgspec.Struct, frozen=True):
    text: str
    door: Role | None = None


class Understander:
    """Reads messages with the detector and the trained Rasa model, in process."""

    def __init__(self, detector: Detector, agent: Any) -> None:
        self._detector = detector
        self._agent = agent

    @classmethod
    def load(cls) -> Self:
        """From the trained models. Raises ContentError or ModelError."""
        from bot.components.hosting import load_agent

        settings = Settings.from_env()
        return cls(load_detector(settings), load_agent(settings)[0])

    def level(self, text: str) -> str:
        """How dangerous a message is read to be. Safe to call from several threads."""
        return self._detector.screen(text).level.value

    def understand(self, line: str) -> dict[str, Any]:
        """Role, topics and level of one line: plain words, or a JSON object of text and door."""
        import asyncio

        message = _parse(line)
        reading = self._detector.read(message.text)
        screening = self._detector.judge(reading)
        parsed = asyncio.run(self._agent.processor.parse_message(_user_message(message.text)))
        names = set(topics())
        ranked = [[t["name"], round(float(t["confidence"]), 4)] for t in parsed["intent_ranking"] if t["name"] in names]
        role, confidence = role_with_door(reading.whole, message.door)
        return {
            "role": {"name": role.value if role else None, "confidence": round(confidence, 4)},
            "topic": {"name": ranked[0][0], "confidence": ranked[0][1]},
            "topics": ranked[:10],
            "level": screening.level.value,
            "mismatch": bool(message.door and role and role is not message.door),
        }


def _parse(line: str) -> _Line:
    if line.lstrip().startswith("{"):
        try:
            return msgspec.json.decode(line, type=_Line)
        except msgspec.MsgspecError:
            pass  # words that happen to start with a brace
    return _Line(text=line)


def _user_message(text: str) -> Any:
    from rasa.core.channels.channel import UserMessage

    return UserMessage(text.lstrip("/").strip() or "…")
