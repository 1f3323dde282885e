"""The care block of a visit: what stands on top of a reply while danger is in view."""

from dataclasses import dataclass
from datetime import datetime

from bot.content.notice import Care, Notices, Visitor, audience
from bot.gateway.sessions import CareFrame, Session
from bot.safety.cues import Screening
from bot.vocabulary import Kind, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class CareDesk:
    """Decides which care block is shown and keeps the care frame of a session."""

    notices: Notices

    def after(self, session: Session, screening: Screening, at: datetime) -> Care | None:
        """The block for a message just screened; opens or widens the session's frame."""
        if screening.level is Level.NONE:
            return self._still(session, at)
        kinds, directions = screening.kinds, screening.done
        before = session.care
        level = Level.EMERGENCY if before and before.level is Level.EMERGENCY else screening.level
        every_kind = tuple(dict.fromkeys(kinds + (before.kinds if before else ())))
        session.care = CareFrame(level, every_kind, directions)
        places = self.notices.first(
            screening.level,
            {kind: {cue.direction for cue in screening.live if cue.kind is kind} for kind in kinds},
            audience(session.role, kinds, directions),
            child=Kind.CHILD_USER in every_kind,
        )
        return self.notices.block(screening.level, kinds, directions, places, _visitor(session), at)

    def changed(self, session: Session, choice: str, at: datetime, *, typed: bool = False) -> Care | None:
        """The block after the visitor said what is true now: by a button, or by a typed yes or no, which may be
        meant otherwise and so lowers an emergency but never ends the frame."""
        frame = session.care
        if choice == "unsafe_now":
            kinds = frame.kinds if frame else (Kind.IMMEDIATE_DANGER,)
            directions = frame.directions if frame else ()
            session.care = CareFrame(Level.EMERGENCY, kinds, directions)
            places = self.notices.first(Level.EMERGENCY, {}, audience(session.role, kinds, directions), child=False)
            return self.notices.block(Level.EMERGENCY, kinds, directions, places, _visitor(session), at)
        if choice == "safe_now" and frame:
            lowered = frame.level is Level.EMERGENCY
            session.care = CareFrame(Level.URGENT, frame.kinds, frame.directions) if lowered or typed else None
        return self._still(session, at)

    def _still(self, session: Session, at: datetime) -> Care | None:
        frame = session.care
        if frame is None:
            return None
        places = self.notices.kept(frame.level)
        return self.notices.block(frame.level, frame.kinds, frame.directions, places, _visitor(session), at, again=True)


def _visitor(session: Session) -> Visitor:
    return Visitor(role=session.role, nation=session.nation, language=session.language, page=session.page)
