"""A feed behind an address: all its pages or nothing, whatever the site does."""

import json
from collections.abc import Callable
from email.message import Message
from http.client import BadStatusLine, IncompleteRead
from pathlib import Path
from urllib.error import HTTPError

import pytest

from bot.catalogue.feed import Feed, Filters, brief, page_of
from bot.catalogue.records import Catalogue
from bot.content import fetching
from bot.content.fetching import MOST_BYTES
from bot.content.services import import_feed
from bot.errors import ContentError
from tests.unit.catalogue.builders import TODAY, at, plain
from tests.unit.catalogue.test_catalogue_import import LINE


def _site(shipped: Catalogue, *, per_page: int) -> Callable[[str], bytes]:
    """A directory on the web that shows brief services in pages, as the UK profile has it."""
    services = Feed(shipped, at("2026-11-25 12:00")).services
    by_id = {service.id: service for service in services}

    def get(url: str) -> bytes:
        path, _, query = url.removeprefix("https://example.org/services").partition("?")
        if path:
            return json.dumps(plain(by_id[path.strip("/")])).encode()
        number = int(query.removeprefix("page=") or 1)
        filters = Filters(page=number, per_page=per_page)
        return json.dumps(plain(page_of([brief(service) for service in services], filters))).encode()

    return get


@pytest.mark.parametrize("per_page", [5, 100])
def test_all_pages_and_details_of_an_address_are_followed(per_page: int, shipped: Catalogue, tmp_path: Path) -> None:
    """Lists show services in brief, so each is fetched whole, from every page."""
    report = import_feed(
        "https://example.org/services",
        catalogue=shipped,
        into=tmp_path / "drafts",
        today=TODAY,
        get=_site(shipped, per_page=per_page),
    )
    assert len(report.missing) == len(shipped.services)
    assert "0808 801 0327" in (tmp_path / "drafts" / "mens-advice-line.yml").read_text("utf-8")


@pytest.mark.parametrize(
    ("source", "get", "problem"),
    [
        ("http://example.org/services", lambda _: b"[]", "only https"),
        ("ftp://example.org/services", lambda _: b"[]", "only https"),
        ("https://example.org/services", lambda _: b"<html>", "is not JSON"),
        ("https://example.org/services", lambda _: b"x" * (MOST_BYTES + 1), "is larger than"),
        (
            "https://example.org/services",
            lambda _: b'{"contents": [{"id": "../../secret", "name": "x"}], "total_pages": 1}',
            "can't stand in an address",
        ),
    ],
)
def test_a_bad_address_changes_nothing(
    source: str, get: Callable[[str], bytes], problem: str, shipped: Catalogue, tmp_path: Path
) -> None:
    """Plain http, pages that are no feed, too much of it and ids that lead elsewhere are refused."""
    with pytest.raises(ContentError, match=problem):
        import_feed(source, catalogue=shipped, into=tmp_path / "drafts", today=TODAY, get=get)
    assert not (tmp_path / "drafts").exists()


def _page(*numbers: int, total: object = 1) -> bytes:
    contents = [{**LINE, "id": f"id-{number}", "name": f"Line {number}"} for number in numbers]
    return json.dumps({"contents": contents, "total_pages": total}).encode()


@pytest.mark.parametrize(
    ("get", "problem"),
    [
        (lambda _: _page(1, 2, total=50), "page 2 shows what an earlier page has shown"),
        (lambda _: _page(1, total=10**9), "more than 200 pages"),
        (lambda url: b'{"error": "x"}' if url[-1] == "3" else _page(ord(url[-1]), total=3), "page 3 holds no list"),
        (lambda url: _page(ord(url[-1]), total=9) + b" " * (MOST_BYTES // 4), "is larger than"),
        (lambda _: b'{"contents":' + b"[" * 100_000, "is not JSON"),
        (lambda _: b'{"contents":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "is not JSON"),
    ],
    ids=["a loop", "too many pages", "a page that is none", "large in pages", "cut short", "deep"],
)
def test_a_hostile_site_changes_nothing(
    get: Callable[[str], bytes], problem: str, shipped: Catalogue, tmp_path: Path
) -> None:
    """Pages without end, that repeat, grow or hold something else are told in one line; half a feed is none."""
    numbers = iter(range(1000))

    def counted(url: str) -> bytes:
        assert next(numbers) < 300
        return get(url)

    with pytest.raises(ContentError, match=problem):
        import_feed("https://example.org/s", catalogue=shipped, into=tmp_path / "drafts", today=TODAY, get=counted)
    assert not list(tmp_path.iterdir())


def test_a_feed_that_takes_for_ever_is_given_up(
    shipped: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However slow each answer is."""
    monkeypatch.setattr(fetching, "FEED_SECONDS", -1)
    with pytest.raises(ContentError, match="minutes"):
        import_feed("https://example.org/s", catalogue=shipped, into=tmp_path / "d", today=TODAY, get=lambda _: b"[]")


@pytest.mark.parametrize("total", [3, "3"])
def test_pages_that_overlap_are_read_once(total: object, shipped: Catalogue, tmp_path: Path) -> None:
    """A service that moved to the next page while it was read is one draft; numbers may be texts."""
    answers = iter([_page(1, 2, total=total), _page(2, 3, total=total), _page(4, total=total)])
    report = import_feed(
        "https://example.org/s", catalogue=shipped, into=tmp_path / "d", today=TODAY, get=lambda _: next(answers)
    )
    assert sorted(report.missing) == ["line-1.yml", "line-2.yml", "line-3.yml", "line-4.yml"]


def test_a_service_gone_since_the_list_was_made_takes_no_other_with_it(shipped: Catalogue, tmp_path: Path) -> None:
    """It is drafted as the list has it, and its report says what is missing."""

    def get(url: str) -> bytes:
        if url.endswith("/gone"):
            raise HTTPError(url, 404, "no", Message(), None)
        if url.endswith("/there"):
            return json.dumps(LINE).encode()
        return json.dumps({"contents": [{"id": name, "name": name} for name in ("gone", "there")]}).encode()

    report = import_feed("https://example.org/s", catalogue=shipped, into=tmp_path / "d", today=TODAY, get=get)
    assert any("channels: is missing" in problem for problem in report.missing["gone.yml"])
    assert not any("channels" in problem for problem in report.missing["example-helpline.yml"])


@pytest.mark.parametrize("error", [TimeoutError(), IncompleteRead(b"x"), BadStatusLine("x"), ConnectionResetError()])
def test_a_site_that_does_not_answer_is_told(error: Exception, shipped: Catalogue, tmp_path: Path) -> None:
    """A failing network is one clear line and nothing written."""

    def get(_: str) -> bytes:
        raise error

    with pytest.raises(ContentError, match=type(error).__name__):
        import_feed("https://example.org/s", catalogue=shipped, into=tmp_path / "drafts", today=TODAY, get=get)
    assert not (tmp_path / "drafts").exists()
