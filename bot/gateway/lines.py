"""The lines that fit a visitor whatever they write: by role, nation and language, without asking anyone."""

from datetime import datetime

from bot.catalogue.cards import Card, cards
from bot.catalogue.matching import Need
from bot.catalogue.records import Catalogue
from bot.gateway.sessions import Session


def lines_for(session: Session, catalogue: Catalogue, at: datetime) -> tuple[Card, ...]:
    """At most three cards, best first."""
    need = Need(role=session.role, nation=session.nation, language=session.language)
    return cards(catalogue, need, at)
