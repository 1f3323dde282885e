"""Looking up services: the catalogue as cards, for workers to read out or send, searched by post so that no address holds it."""

import re
from collections.abc import Iterable
from datetime import datetime

from aiohttp import web

from bot.catalogue.cards import Card, card
from bot.catalogue.records import Catalogue, Service
from bot.console.access import needs
from bot.console.forms import fields
from bot.console.keys import CATALOGUE, CLOCK
from bot.console.rendering import page
from bot.vocabulary import Permission

MOST_CARDS = 12


def search(catalogue: Catalogue, words: str, at: datetime, *, most: int = MOST_CARDS) -> tuple[Card, ...]:
    """The services in which every word is found, those with the words in their name first. Nothing sought, all by name."""
    sought = re.findall(r"\w+", words.casefold())
    found = [service for service in catalogue.services if all(word in _text(service) for word in sought)]
    found.sort(key=lambda service: not any(word in service.name.casefold() for word in sought))
    return tuple(card(service, at) for service in found[:most])


def _text(service: Service) -> str:
    named: Iterable[str] = (*service.roles, *service.topics, *service.kinds, *service.communities, *service.nations)
    texts = (service.name, service.organisation.name, service.audience, service.summary, *named)
    return " ".join(texts).replace("_", " ").casefold()


def find_card(catalogue: Catalogue, service_id: str, at: datetime) -> Card | None:
    """The card of one service, as a visitor gets it."""
    service = catalogue.by_id.get(service_id)
    return card(service, at) if service else None


@needs(Permission.LOOK_UP_SERVICES)
async def services_page(request: web.Request) -> web.StreamResponse:
    """GET and POST /services"""
    sought = (await fields(request, "words"))[0][:100] if request.method == "POST" else ""
    cards = search(request.app[CATALOGUE], sought, request.app[CLOCK](), most=100)
    return page(request, "services.html", cards=cards, sought=sought)


def add_routes(app: web.Application) -> None:
    app.router.add_get("/services", services_page)
    app.router.add_post("/services", services_page)
