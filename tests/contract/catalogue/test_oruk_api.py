"""The Open Referral UK endpoints: pages, filters, caching, open to all, read-only."""

import csv
import io
import json
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient

from bot.gateway.oruk import oruk_app
from tests.unit.catalogue.builders import catalogue as of_these
from tests.unit.catalogue.builders import product, service

pytestmark = pytest.mark.asyncio
Client = TestClient[web.Request, web.Application]
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
LISTS = ("services", "taxonomies", "taxonomy_terms", "service_at_locations")


@pytest_asyncio.fixture
async def client(aiohttp_client: Callable[[web.Application], Awaitable[Client]]) -> Client:
    """The endpoints over the shipped catalogue."""
    app = web.Application()
    app.add_subapp("/oruk", oruk_app(product(), now=lambda: NOW, public_url="https://chat.example.org/"))
    return await aiohttp_client(app)


async def _json(client: Client, path: str, status: int = 200) -> Any:
    response = await client.get(f"/oruk{path}")
    assert response.status == status, await response.text()
    assert response.content_type == "application/json"
    return await response.json()


async def _names(client: Client, query: str) -> set[str]:
    found = await _json(client, f"/services?per_page=100&{query}")
    return {one["name"] for one in found["contents"]}


async def test_the_root_says_what_this_is(client: Client) -> None:
    """Version, profile and where the OpenAPI document lies, at the site's public address."""
    about = await _json(client, "/")
    assert about["version"] == "3.0"
    assert about["openapi_url"] == "https://chat.example.org/oruk/openapi.json"
    assert about["profile"].startswith("https://")


async def test_without_a_public_address_the_root_names_the_one_it_was_asked_at(
    aiohttp_client: Callable[[web.Application], Awaitable[Client]],
) -> None:
    """On a laptop the link still works."""
    app = web.Application()
    app.add_subapp("/oruk", oruk_app(product()))
    client = await aiohttp_client(app)
    about = await _json(client, "/")
    assert about["openapi_url"] == str(client.make_url("/oruk/openapi.json"))


@pytest.mark.parametrize("name", LISTS)
async def test_every_list_has_the_profiles_page(name: str, client: Client) -> None:
    """The eight fields of a page, true in each."""
    page = await _json(client, f"/{name}?per_page=4&page=1")
    assert set(page) == {
        "total_items",
        "total_pages",
        "page_number",
        "size",
        "first_page",
        "last_page",
        "empty",
        "contents",
    }
    assert page["page_number"] == 1
    assert page["first_page"] is True
    assert page["size"] == len(page["contents"]) == min(4, page["total_items"])
    assert page["total_pages"] == -(-page["total_items"] // 4)


async def test_pages_walk_through_every_service_once(client: Client) -> None:
    """Page after page, nothing twice, nothing left out, and the last says that it is."""
    seen: list[str] = []
    number, last = 1, False
    while not last:
        page = await _json(client, f"/services?per_page=5&page={number}")
        seen += [one["id"] for one in page["contents"]]
        number, last = number + 1, page["last_page"]
    assert len(seen) == len(set(seen)) == page["total_items"] == len(product().services)


async def test_a_page_past_the_end_is_empty(client: Client) -> None:
    """No error, an empty page that says so."""
    page = await _json(client, "/services?page=999")
    assert (page["empty"], page["last_page"], page["contents"]) == (True, True, [])


async def test_lists_are_brief_and_full_ones_are_whole(client: Client) -> None:
    """Lists carry one-to-one fields only, unless everything is asked for."""
    short = (await _json(client, "/services"))["contents"][0]
    whole = (await _json(client, "/services?full=true"))["contents"][0]
    assert "phones" not in short
    assert short["organization"]["name"]
    assert whole["service_areas"]
    assert whole == await _json(client, f"/services/{short['id']}")


async def test_one_of_each_is_found_by_its_id(client: Client) -> None:
    """Every entry of every list leads to itself; a service at its location leads to the service."""
    for name in LISTS:
        for entry in (await _json(client, f"/{name}?per_page=3"))["contents"]:
            found = await _json(client, f"/{name}/{entry['id']}")
            assert found["id"] == entry.get("service_id", entry["id"])


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("own_id", [str(uuid.UUID(int=0)), "x", "%00", "..%2f..%2fetc"])
async def test_an_unknown_id_is_not_found(name: str, own_id: str, client: Client) -> None:
    """404 in the product's one shape, and the id is not echoed."""
    body = await _json(client, f"/{name}/{own_id}", 404)
    assert body == {"error": {"code": "not_found", "message": "nothing here has that id"}}


async def test_search_wants_every_word(client: Client) -> None:
    """In name, description, audience, organisation or terms, whatever the case."""
    assert await _names(client, "search=STALKING+helpline") >= {"National Stalking Helpline"}
    assert await _names(client, "search=refuge+nowhere+words") == set()


async def test_a_term_and_a_taxonomy_filter(client: Client) -> None:
    """By one term, and by any term of a vocabulary."""
    taxonomies = (await _json(client, "/taxonomies"))["contents"]
    gender = next(one for one in taxonomies if "gender" in one["name"].lower())
    terms = (await _json(client, f"/taxonomy_terms?taxonomy_id={gender['id']}"))["contents"]
    assert {term["name"] for term in terms} == {"Men", "Women"}
    men = next(term for term in terms if term["name"] == "Men")
    assert await _names(client, f"taxonomy_term_id={men['id']}") == {
        "Men's Advice Line",
        "ManKind Initiative helpline",
    }
    assert "National Domestic Abuse Helpline" in await _names(client, f"taxonomy_id={gender['id']}")
    assert await _names(client, "taxonomy_id=none") == set()


async def test_ages_filter(client: Client) -> None:
    """A minimum of at least, a maximum of at most."""
    assert await _names(client, "maximum_age=18") == {"Childline"}
    assert await _names(client, "minimum_age=17") == {"NSPCC helpline", "Revenge Porn Helpline"}


async def test_days_and_times_filter(client: Client) -> None:
    """Only services whose published hours fit, all of it in one rule."""
    assert await _names(client, "start_time=09:00&end_time=17:00&day=MO") == {
        "Karma Nirvana",
        "Financial Support Line for Victims of Domestic Abuse",
    }
    assert "Karma Nirvana" not in await _names(client, "day=SU")
    assert "Samaritans" in await _names(client, "day=Sunday")


async def test_a_postcode_filters_locations_by_nation(client: Client) -> None:
    """Lines that serve the nation the postcode lies in."""
    found = await _json(client, "/service_at_locations?per_page=100&postcode=BT1")
    names = {place["location"]["name"] for place in found["contents"]}
    assert "Domestic and Sexual Abuse Helpline Northern Ireland" in names
    assert "Live Fear Free" not in names
    assert "Samaritans" in names


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=-1",
        "page=x",
        "page=1.5",
        "page=²",
        "page=",
        "page=99999999999999999999",
        "per_page=0",
        "per_page=1001",
        "minimum_age=old",
        "minimum_age=nan",
        "maximum_age=-1",
        "start_time=9am",
        "start_time=25:00",
        "end_time=09:60",
        "day=someday",
        "day=",
        "full=perhaps",
        "postcode=12345",
    ],
)
async def test_a_parameter_that_cannot_be_read_is_refused(query: str, client: Client) -> None:
    """400 in the product's one shape, naming the parameter and never its value."""
    body = await _json(client, f"/service_at_locations?{query}", 400)
    assert body["error"]["code"] == "bad_request"
    assert query.partition("=")[0] in body["error"]["message"]


async def test_what_has_not_changed_is_not_sent_again(client: Client) -> None:
    """An ETag for every answer; sent back, it spares the body; another query has another."""
    first = await client.get("/oruk/services")
    again = await client.get("/oruk/services", headers={"If-None-Match": first.headers["ETag"]})
    other = await client.get("/oruk/services?page=2", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, await again.read()) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert other.status == 200
    assert first.headers["Cache-Control"] == "public, max-age=300"


@pytest.mark.parametrize("path", ["/", "/services", "/services/x", "/nothing", "/services?page=x"])
async def test_any_site_may_read(path: str, client: Client) -> None:
    """CORS is open on answers and errors alike, and nothing sets a cookie."""
    response = await client.get(f"/oruk{path}", headers={"Origin": "https://example.org"})
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_nothing_can_be_written(method: str, client: Client) -> None:
    """Anything but reading is 405, and says what is allowed."""
    response = await client.request(method, "/oruk/services")
    assert response.status == 405
    assert "GET" in response.headers["Allow"]
    assert (await response.json())["error"]["code"] == "method_not_allowed"


async def test_an_unknown_path_is_not_found_in_our_shape(client: Client) -> None:
    """Errors of the router have the same shape as ours."""
    assert (await _json(client, "/nothing", 404))["error"]["code"] == "not_found"


async def test_the_head_is_that_of_the_answer(client: Client) -> None:
    """HEAD has the ETag and no body."""
    whole, head = await client.get("/oruk/services"), await client.head("/oruk/services")
    assert head.headers["ETag"] == whole.headers["ETag"]
    assert await head.read() == b""


async def test_everything_can_be_taken_in_one_file(client: Client) -> None:
    """JSON and CSV hold every service."""
    everything = await _json(client, "/export/services.json")
    sheet = await client.get("/oruk/export/services.csv")
    assert sheet.content_type == "text/csv"
    rows = list(csv.DictReader(io.StringIO((await sheet.read()).decode("utf-8-sig"), newline="")))
    assert len(rows) == len(everything["services"]) == len(product().services)


async def test_the_feed_is_made_anew_each_day(
    aiohttp_client: Callable[[web.Application], Awaitable[Client]],
) -> None:
    """A service that has been running past a record's grace stops publishing it without a restart."""
    days = [datetime(2027, 5, 2, 12, tzinfo=UTC)]
    app = web.Application()
    app.add_subapp("/oruk", oruk_app(of_these(service()), now=lambda: days[-1]))
    client = await aiohttp_client(app)
    before = await _json(client, "/services")
    days.append(datetime(2027, 5, 3, 12, tzinfo=UTC))
    after = await _json(client, "/services")
    assert (before["total_items"], after["total_items"]) == (1, 0)


async def test_the_document_names_every_route_and_no_other(client: Client) -> None:
    """What is served is described, what is described is served."""
    document = await _json(client, "/openapi.json")
    app = oruk_app(product())
    served = {route.resource.canonical for route in app.router.routes() if route.resource}
    assert set(document["paths"]) == served
    assert "$defs" not in json.dumps(document)
