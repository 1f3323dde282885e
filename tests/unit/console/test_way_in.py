"""The way in: two steps, cookies that nobody else can use, forms that nobody else can send."""

import re
from dataclasses import replace

import pytest
from aiohttp import CookieJar
from aiohttp.test_utils import TestClient, TestServer

from bot.console.access import Cookies, Rule, rule_of
from bot.sealing import Seal
from bot.settings import Settings
from bot.staff.records import Stage
from bot.staff.secrets import totp_context
from bot.vocabulary import StaffRole
from tests.unit.console.conftest import Opener
from tests.unit.console.office import HTML, Browser, Office
from tests.unit.staff.conftest import PASSWORD


@pytest.fixture
async def sam(office: Office, opened: Opener) -> Browser:
    return await office.entered(await opened(), "sam", StaffRole.EDITOR)


async def test_the_first_sign_in_ends_with_ten_codes(office: Office, opened: Opener) -> None:
    """And with a session: the account page is open at once."""
    browser = await opened()
    text = await office.enrol(browser, "sam", StaffRole.EDITOR)
    assert len(re.findall(r"<code>[a-z0-9]{5}-[a-z0-9]{5}</code>", text)) == 10
    assert "10 of 10" in await browser.get("/account")


async def test_signing_in_takes_both_steps(office: Office, sam: Browser, opened: Opener) -> None:
    """With the password alone every page leads back to the second step."""
    other = await opened()
    other.secret = sam.secret
    await other.get("/sign-in")
    assert "Second step" in await other.post("/sign-in", name="sam", password=PASSWORD)
    assert "Second step" in await other.get("/account")
    await other.post("/second-factor", code="000000", status=403)
    await other.post("/second-factor", code=office.code(sam.secret))
    assert "Your account" in await other.get("/account")


async def test_a_second_factor_under_a_lost_key_is_said(office: Office, sam: Browser, opened: Opener) -> None:
    """Whoever has the right code is not told that it is wrong."""
    account = office.accounts.named("sam")
    sealed = Seal([b"l" * 32]).seal(sam.secret.encode(), totp_context(account.id))
    office.store.save(replace(account, totp=sealed))
    other = await opened()
    await other.get("/sign-in")
    await other.post("/sign-in", name="sam", password=PASSWORD)
    text = await other.post("/second-factor", code=office.code(sam.secret), status=403)
    assert "be read any more" in text and "code is wrong" not in text


async def test_a_wrong_name_and_a_wrong_password_read_the_same(sam: Browser, opened: Opener) -> None:
    """Nobody learns from the page who works here; after five tries it says how long to wait."""
    other = await opened()
    await other.get("/sign-in")
    pages = [
        re.sub(r'(value|data-csrf)="[^"]*"', "", await other.post("/sign-in", name=name, password="wrong", status=403))
        for name in ("sam", "nobody")
    ]
    assert pages[0].replace("autofocus", "") == pages[1].replace("autofocus", "")
    for _ in range(4):
        await other.post("/sign-in", name="sam", password="wrong", status=403)
    response = await other.raw("POST", "/sign-in", data={"csrf": other.csrf, "name": "sam", "password": PASSWORD})
    assert response.status == 429
    assert int(response.headers["Retry-After"]) > 0


async def test_cookies_are_strict_and_out_of_reach_of_scripts(sam: Browser) -> None:
    """Each of them; the session's value changes between the two steps, so that none can be fixed beforehand."""
    before = {cookie.key: cookie.value for cookie in sam.client.session.cookie_jar}
    await sam.get("/account")
    await sam.post("/sign-out")
    await sam.get("/sign-in")
    response = await sam.raw("POST", "/sign-in", data={"csrf": sam.csrf, "name": "sam", "password": PASSWORD})
    cookie = response.cookies["console"]
    assert (cookie["samesite"], cookie["httponly"], cookie["path"]) == ("Strict", True, "/")
    assert cookie.value != before["console"]


def test_over_https_cookies_carry_the_host_prefix() -> None:
    """Secure and `__Host-`; on loopback http, where that can't work, they are plain."""
    https, http = Cookies("https://console.example.org"), Cookies(Settings().console_address)
    assert https.secure
    assert {https.session, https.form, https.device} == {
        "__Host-console", "__Host-console-form", "__Host-console-known",
    }  # fmt: skip
    assert not http.secure
    assert http.session == "console"


@pytest.mark.parametrize("path", ["/sign-in", "/first", "/sign-out", "/account/backup-codes", "/stay"])
@pytest.mark.parametrize("how", ["no token", "another token", "another site", "another origin"])
async def test_a_form_from_elsewhere_is_refused(sam: Browser, path: str, how: str) -> None:
    """Without the page's own token, or from another site, nothing happens."""
    await sam.get("/account")
    headers = dict(HTML)
    data = {"csrf": sam.csrf}
    if how == "no token":
        data = {}
    elif how == "another token":
        data = {"csrf": "x" * 43}
    elif how == "another site":
        headers["Sec-Fetch-Site"] = "same-site"
    else:
        headers["Origin"] = "https://example.org"
    if path in ("/sign-in", "/first") and how.endswith(("site", "origin")):
        await sam.get(path)
        data = {"csrf": sam.csrf}
    assert (await sam.raw("POST", path, data=data, headers=headers)).status == 403
    await sam.get("/account")


async def test_signing_out_ends_the_session_on_the_server(sam: Browser) -> None:
    """The old cookie opens nothing, even when it is sent again."""
    old = {c.key: c.value for c in sam.client.session.cookie_jar}["console"]
    await sam.get("/account")
    await sam.post("/sign-out")
    response = await sam.raw("GET", "/account", headers={"Cookie": f"console={old}", **HTML})
    assert (response.status, response.headers["Location"]) == (303, "/sign-in")


async def test_a_session_can_be_ended_from_another_browser(office: Office, sam: Browser, opened: Opener) -> None:
    """The list names both; ending one leaves the other; someone else's can't be ended."""
    other = await opened()
    other.secret = sam.secret
    await office.sign_in(other, "sam")
    text = await sam.get("/account")
    ids = re.findall(r"/account/sessions/([0-9a-f]{16})/end", text)
    assert len(ids) == 2
    stranger = await opened()
    await office.enrol(stranger, "kim", StaffRole.EDITOR)
    await stranger.get("/account")
    for one in ids:
        await stranger.post(f"/account/sessions/{one}/end", status=404)
    await sam.get("/account")
    mine, theirs = ids  # the one seen last comes first, and that is the one that asked
    await sam.post(f"/account/sessions/{theirs}/end")
    assert mine in await sam.get("/account")
    response = await other.raw("GET", "/account", headers=HTML)
    assert response.status == 303
    await sam.get("/account")


async def test_every_answer_keeps_nothing_and_lets_nothing_in(sam: Browser) -> None:
    """Pages, files, errors and redirects alike."""
    for path in ("/sign-in", "/account", "/static/console.css", "/nothing", "/"):
        response = await sam.raw("GET", path, headers=HTML)
        assert response.headers["Cache-Control"] == "no-store", path
        policy = response.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'") and "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy


async def test_every_failure_has_the_one_shape(sam: Browser) -> None:
    """A page for people, an object for scripts."""
    response = await sam.raw("GET", "/nothing", headers={"Accept": "application/json"})
    assert response.status == 404
    assert (await response.json())["error"].keys() == {"code", "message"}
    assert "<h1>There is nothing here</h1>" in await sam.get("/nothing", status=404)
    assert (await sam.raw("POST", "/account", data={"csrf": sam.csrf})).status == 405


async def test_every_route_says_who_may_ask(office: Office) -> None:
    """What is open to all is the way in, files and the sign of life, and nothing else."""
    open_to_all = set()
    for route in office.app().router.routes():
        rule = rule_of(route.handler)
        assert isinstance(rule, Rule), route
        if rule.stage is None:
            open_to_all.add(route.resource.canonical)
    assert open_to_all == {"/sign-in", "/first", "/static/{file}", "/healthz"}


async def test_a_route_without_a_rule_stops_the_start(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Someone who adds a page can't forget to say who may see it; and if it came later, nobody may."""
    from aiohttp import web

    from bot.console import files
    from bot.errors import StartError

    async def forgotten(_: web.Request) -> web.Response:
        return web.Response(text="open")

    before = files.add_routes

    def more(app: web.Application) -> None:
        before(app)
        app.router.add_get("/forgotten", forgotten)

    monkeypatch.setattr(files, "add_routes", more)
    with pytest.raises(StartError, match="/forgotten"):
        office.app()
    monkeypatch.setattr("bot.console.app.check_routes", lambda _: None)
    from aiohttp.test_utils import TestClient, TestServer

    async with TestClient(TestServer(office.app())) as client, client.get("/forgotten") as response:
        assert response.status == 403


async def test_nobody_signed_in_gets_to_a_page(office: Office, opened: Opener) -> None:
    """Every route that is not open leads to the way in, or says 401 to a script."""
    browser = await opened()
    asked = 0
    for route in office.app().router.routes():
        rule = rule_of(route.handler)
        if rule is None or rule.stage is None or route.method == "HEAD":
            continue
        path = re.sub(r"\{[^}]+\}", "0123456789abcdef", route.resource.canonical)
        response = await browser.raw(route.method, path)
        assert response.status in (401, 404), (route.method, path)  # 404: an id of another form
        asked += response.status == 401
    assert asked >= 8


async def test_stages_open_only_their_own_step(office: Office, opened: Opener) -> None:
    """A half-made account can't reach pages, nor a full session the authenticator's secret."""
    assert Stage.ENROL != Stage.FULL
    browser = await office.entered(await opened(), "sam", StaffRole.EDITOR)
    response = await browser.raw("GET", "/authenticator", headers=HTML)
    assert (response.status, response.headers["Location"]) == (303, "/")
    response = await browser.raw("GET", "/second-factor", headers=HTML)
    assert (response.status, response.headers["Location"]) == (303, "/")


async def test_behind_a_proxy_of_ours_guessing_elsewhere_holds_nobody_up(office: Office) -> None:
    """Each is counted by the address that the proxy saw, not by the proxy's own."""
    office.settings = replace(office.settings, proxies=1)
    async with TestClient(TestServer(office.app()), cookie_jar=CookieJar(unsafe=True)) as client:
        browser = Browser(client)
        await browser.get("/sign-in")

        async def tries(name: str, address: str) -> int:
            fields = {"csrf": browser.csrf, "name": name, "password": "wrong wrong wrong"}
            response = await browser.raw("POST", "/sign-in", data=fields, headers={"X-Forwarded-For": address})
            return response.status

        assert {await tries(f"guess{number}", "203.0.113.9") for number in range(30)} == {403}
        assert await tries("guess31", "203.0.113.9") == 429
        assert await tries("sam", "198.51.100.1") == 403
