"""Another directory's feed, from a file or an https address: all its pages, each service whole, all of it within bounds."""

import re
import time
from collections.abc import Callable
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import msgspec

from bot.catalogue import foreign
from bot.errors import ContentError

MOST_BYTES, MOST_PAGES, MOST_DETAILS = 50_000_000, 200, 2_000  # of one feed, all its answers together
SECONDS, ANSWER_SECONDS, FEED_SECONDS = 20, 60, 900  # of silence, for an answer, for the whole feed
GONE = (404, 410)
Get = Callable[[str], bytes]


def fetch(source: str, get: Get) -> bytes:
    """The document at a path, or all pages behind an address, and each service where lists are brief.

    Raises `ContentError` when any of it can't be read: half a feed would look like a whole one.
    """
    try:
        if "://" not in source:
            with Path(source).open("rb") as file:
                return _Reading(source, lambda _: file.read(MOST_BYTES + 1)).take(source)
        if not source.startswith("https://"):
            raise ContentError([f"{source}: only https addresses are read"])
        return _Reading(source, get).follow()
    except (OSError, ValueError, HTTPException) as error:
        raise ContentError([f"{source}: can't be read ({type(error).__name__})"]) from error


class _Reading:
    """One feed being read: what was taken of it so far, against what may be. Everything may raise ContentError."""

    def __init__(self, source: str, get: Get) -> None:
        self._source, self._get = source, get
        self._size, self._until = 0, time.monotonic() + FEED_SECONDS

    def take(self, url: str) -> bytes:
        """What lies at an address."""
        if time.monotonic() > self._until:
            raise self._wrong(f"takes more than {FEED_SECONDS // 60} minutes")
        document = self._get(url)
        self._size += len(document)
        if self._size > MOST_BYTES:
            raise self._wrong(f"is larger than {MOST_BYTES // 1_000_000} MB")
        return document

    def follow(self) -> bytes:
        """The feed with all its pages and the whole of each service."""
        first = self.take(self._source)
        page = self._decoded(first)
        if not isinstance(page, dict) or not isinstance(page.get("contents"), list):
            return first
        entries = self._pages(page)
        brief = [e for e in entries if isinstance(e, dict) and "phones" not in e and "contacts" not in e and "id" in e]
        if len(brief) < len(entries):
            return msgspec.json.encode(entries)
        if len(brief) > MOST_DETAILS:
            raise self._wrong(f"shows more than {MOST_DETAILS} services in brief; save its export and import the file")
        return msgspec.json.encode([self._whole(entry) for entry in brief])

    def _pages(self, page: dict[str, Any]) -> list[Any]:
        entries, seen = list(page["contents"]), {_key(entry) for entry in page["contents"]}
        pages = _count(page.get("total_pages"))
        if pages > MOST_PAGES:
            raise self._wrong(f"has more than {MOST_PAGES} pages; save its export and import the file")
        for number in range(2, pages + 1):
            more = foreign.services_in(self._decoded(self.take(_page(self._source, number))))
            if more is None:
                raise self._wrong(f"page {number} holds no list of services")
            fresh = [entry for entry in more if _key(entry) not in seen]
            if more and not fresh:
                raise self._wrong(f"page {number} shows what an earlier page has shown")
            entries += fresh
            seen |= {_key(entry) for entry in fresh}
        return entries

    def _whole(self, entry: dict[str, Any]) -> object:
        """A service whole; as the list has it when it is gone since."""
        own_id = str(entry["id"])
        if not re.fullmatch(r"[\w-]{1,64}", own_id):
            raise self._wrong("a service has an id that can't stand in an address")
        parts = urlsplit(self._source)
        try:
            document = self.take(urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{own_id}", query="")))
        except HTTPError as error:
            if error.code in GONE:
                return entry
            raise
        return self._decoded(document)

    def _decoded(self, document: bytes) -> object:
        try:
            return msgspec.json.decode(document)
        except (msgspec.DecodeError, RecursionError) as error:
            raise self._wrong("is not JSON") from error

    def _wrong(self, what: str) -> ContentError:
        return ContentError([f"{self._source}: {what}"])


def _key(entry: object) -> object:
    """What a service is known again by."""
    own_id = entry.get("id") if isinstance(entry, dict) else None
    return own_id if isinstance(own_id, str) else msgspec.json.encode(entry)


def _count(pages: object) -> int:
    """How many pages a feed says it has, one when it does not say."""
    text = str(pages)
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else 1


def _page(source: str, number: int) -> str:
    parts = urlsplit(source)
    query = "&".join(filter(None, (parts.query, urlencode({"page": number}))))
    return urlunsplit(parts._replace(query=query))


class _StayOnHttps(HTTPRedirectHandler):
    """A redirect to plain http or to a file would let someone in between write our drafts."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        if not newurl.startswith("https://"):
            raise URLError("redirected away from https")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def over_https(url: str) -> bytes:
    """What an address answers, one byte more than is allowed at most. Raises OSError or HTTPException."""
    until = time.monotonic() + ANSWER_SECONDS
    parts, size = [], 0
    with build_opener(_StayOnHttps).open(url, timeout=SECONDS) as response:
        while size <= MOST_BYTES and (part := response.read1(65536)):
            if time.monotonic() > until:
                raise TimeoutError
            parts.append(part)
            size += len(part)
    return b"".join(parts)[: MOST_BYTES + 1]
