"""The Open Referral UK endpoints: open to everyone, read-only, cacheable. Mounted under `/oruk`."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import msgspec
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from bot.catalogue import openreferral as hsds
from bot.catalogue.export import as_csv, as_json
from bot.catalogue.feed import Feed, FilterError, Filters, brief, page_of
from bot.catalogue.openapi import PROFILE, VERSION, ApiInfo, ErrorBody, ErrorReply, document
from bot.catalogue.records import Catalogue

MINUTES_CACHED = 5
Now = Callable[[], datetime]


def _utc_now() -> datetime:
    return datetime.now(UTC)


def oruk_app(catalogue: Catalogue, *, now: Now = _utc_now, public_url: str = "") -> web.Application:
    """The application to mount with `add_subapp("/oruk", …)`; `public_url` is the site's address if known."""
    app = web.Application(middlewares=[_open_to_all])
    endpoints = _Endpoints(catalogue, now, public_url)
    app.add_routes(
        [
            web.get("/", endpoints.about),
            web.get("/openapi.json", endpoints.openapi),
            web.get("/services", endpoints.services),
            web.get("/services/{id}", endpoints.service),
            web.get("/taxonomies", endpoints.taxonomies),
            web.get("/taxonomies/{id}", endpoints.taxonomy),
            web.get("/taxonomy_terms", endpoints.terms),
            web.get("/taxonomy_terms/{id}", endpoints.term),
            web.get("/service_at_locations", endpoints.at_locations),
            web.get("/service_at_locations/{id}", endpoints.at_location),
            web.get("/export/services.json", endpoints.all_as_json),
            web.get("/export/services.csv", endpoints.all_as_csv),
        ]
    )
    return app


class _Endpoints:
    """One method an endpoint, over the feed of the day."""

    def __init__(self, catalogue: Catalogue, now: Now, public_url: str) -> None:
        self._catalogue = catalogue
        self._now = now
        self._public_url = public_url.rstrip("/")
        self._document = msgspec.json.encode(document())
        self._kept: tuple[date, Feed] | None = None

    @property
    def _feed(self) -> Feed:
        """Made anew each day: only the date decides what is fresh enough to publish."""
        at = self._now()
        if self._kept is None or self._kept[0] != at.date():
            self._kept = (at.date(), Feed(self._catalogue, at))
        return self._kept[1]

    async def about(self, request: web.Request) -> web.Response:
        site = self._public_url or str(request.url.origin())
        info = ApiInfo(version=VERSION, profile=PROFILE, openapi_url=f"{site}/oruk/openapi.json")
        return _answer(request, msgspec.json.encode(info))

    async def openapi(self, request: web.Request) -> web.Response:
        return _answer(request, self._document)

    async def services(self, request: web.Request) -> web.Response:
        filters = _filters(request)
        found = self._feed.find(filters)
        return _list(request, found if filters.full else [brief(service) for service in found], filters)

    async def service(self, request: web.Request) -> web.Response:
        return _one(request, self._feed.service_by_id.get(request.match_info["id"]))

    async def taxonomies(self, request: web.Request) -> web.Response:
        return _list(request, list(self._feed.taxonomies.values()), _filters(request))

    async def taxonomy(self, request: web.Request) -> web.Response:
        return _one(request, self._feed.taxonomies.get(request.match_info["id"]))

    async def terms(self, request: web.Request) -> web.Response:
        filters = _filters(request)
        terms = [t for t in self._feed.terms.values() if filters.taxonomy_id in (None, t.taxonomy_id)]
        return _list(request, terms, filters)

    async def term(self, request: web.Request) -> web.Response:
        return _one(request, self._feed.terms.get(request.match_info["id"]))

    async def at_locations(self, request: web.Request) -> web.Response:
        filters = _filters(request)
        places = [place for service in self._feed.find(filters) for place in service.service_at_locations]
        return _list(request, places, filters)

    async def at_location(self, request: web.Request) -> web.Response:
        found = self._feed.at_location_by_id.get(request.match_info["id"])
        return _one(request, found[0] if found else None)

    async def all_as_json(self, request: web.Request) -> web.Response:
        return _answer(request, as_json(self._feed.services))

    async def all_as_csv(self, request: web.Request) -> web.Response:
        return _answer(request, as_csv(self._feed.services), kind="text/csv")


def _filters(request: web.Request) -> Filters:
    try:
        return Filters.parse(request.query)
    except FilterError as error:
        raise web.HTTPBadRequest(text=str(error)) from error


def _list(request: web.Request, things: Sequence[Any], filters: Filters) -> web.Response:
    return _answer(request, msgspec.json.encode(page_of(things, filters)))


def _one(request: web.Request, thing: hsds.Object | None) -> web.Response:
    if thing is None:
        raise web.HTTPNotFound(text="nothing here has that id")
    return _answer(request, msgspec.json.encode(thing))


def _answer(request: web.Request, body: bytes, kind: str = "application/json") -> web.Response:
    """The body with its ETag, or 304 when the reader has it already."""
    tag = hashlib.sha256(body).hexdigest()[:32]
    headers = {hdrs.CACHE_CONTROL: f"public, max-age={MINUTES_CACHED * 60}"}
    known = request.if_none_match or ()
    response = web.Response(headers=headers)
    response.etag = tag
    if any(etag.value in (tag, "*") for etag in known):
        response.set_status(304)
        return response
    response.content_type = kind
    response.charset = "utf-8"
    response.body = body
    return response


@web.middleware
async def _open_to_all(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Any site may read; errors have the product's one shape."""
    response: web.StreamResponse
    try:
        response = await handler(request)
    except web.HTTPException as error:
        response = _error(error)
    response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = "*"
    response.headers[hdrs.ACCESS_CONTROL_EXPOSE_HEADERS] = hdrs.ETAG
    return response


def _error(error: web.HTTPException) -> web.Response:
    codes = {400: "bad_request", 404: "not_found", 405: "method_not_allowed"}
    body = ErrorReply(error=ErrorBody(code=codes.get(error.status, "error"), message=error.text or error.reason))
    headers = {hdrs.ALLOW: error.headers[hdrs.ALLOW]} if hdrs.ALLOW in error.headers else {}
    return web.Response(
        status=error.status,
        headers=headers,
        body=msgspec.json.encode(body),
        content_type="application/json",
        charset="utf-8",
    )
