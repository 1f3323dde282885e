"""Administrators look after accounts; everyone sees only what their roles and helpline open."""

import re

import pytest

from bot.console.access import rule_of
from bot.staff.audit import verify
from bot.staff.roles import permissions
from bot.vocabulary import Permission, StaffRole
from tests.unit.console.conftest import Opener
from tests.unit.console.office import HTML, Browser, Office


@pytest.fixture
async def admin(office: Office, opened: Opener) -> Browser:
    return await office.entered(await opened(), "ada", StaffRole.ADMINISTRATOR, helpline=None, page="/staff")


async def test_an_administrator_adds_and_closes_accounts(office: Office, admin: Browser) -> None:
    """The secret is shown once; a closed account stays in the list as such."""
    text = await admin.post("/staff", name="kim", shown_as="Kim", helpline="north", roles="worker")
    assert re.search(r"([a-z0-9]{5}-){3}[a-z0-9]{5}", text)
    assert not re.search(r"([a-z0-9]{5}-){3}[a-z0-9]{5}", await admin.get("/staff"))
    await admin.post("/staff/kim/roles", roles="supervisor")
    assert office.accounts.named("kim").roles == {StaffRole.SUPERVISOR}
    await admin.post("/staff/kim/disable")
    assert office.accounts.named("kim").state == "disabled"
    assert re.search(r"([a-z0-9]{5}-){3}[a-z0-9]{5}", await admin.post("/staff/kim/reset"))
    acts = [entry.act for entry in office.store.entries() if entry.act.actor == "ada"]
    actions = [act.action for act in acts if act.subject == "kim"]
    assert actions == ["account added", "roles changed", "account disabled", "second factor reset"]


async def test_what_makes_no_sense_is_said(admin: Browser) -> None:
    """No role, a bad name, a worker without a helpline: the page says so and nothing is made."""
    await admin.post("/staff", status=400, name="kim", helpline="north")
    await admin.post("/staff", status=400, name="K I M", helpline="north", roles="worker")
    text = await admin.post("/staff", status=400, name="kim", helpline="", roles="worker")
    assert "belong to a helpline" in text
    assert ">kim<" not in await admin.get("/staff")


async def test_nobody_changes_their_own_account_here(admin: Browser) -> None:
    """Neither more roles nor fewer."""
    for path in ("roles", "disable", "reset"):
        await admin.post(f"/staff/ada/{path}", status=403, roles="worker")
        await admin.get("/staff")


async def test_an_administrator_of_a_helpline_sees_only_their_own(office: Office, opened: Opener) -> None:
    """Accounts of other helplines aren't listed and can't be changed; new ones belong to their own."""
    browser = await office.entered(await opened(), "ned", StaffRole.ADMINISTRATOR)
    office.accounts.add("sue", shown_as="Sue", helpline="south", roles=[StaffRole.WORKER], actor="test")
    assert "sue" not in await browser.get("/staff")
    await browser.post("/staff/sue/disable", status=404)
    await browser.get("/staff")
    await browser.post("/staff", name="kim", helpline="south", roles="worker")
    assert office.accounts.named("kim").helpline == "north"
    assert "sue" not in await browser.get("/audit")


async def test_the_log_page_says_whether_it_holds(office: Office, admin: Browser) -> None:
    """Looking at it is an entry too; a change is told."""
    assert "nothing changed" in await admin.get("/audit")
    assert [entry.act.action for entry in office.store.entries()][-1] == "audit log seen"
    await admin.get("/staff")
    assert [entry.act.action for entry in office.store.entries()][-1] == "staff seen"
    verify(office.store.entries())
    office.store._db.execute("DROP TRIGGER audit_keeps")
    office.store._db.execute("UPDATE audit SET actor='nobody' WHERE number=2")
    assert "changed at entry 2" in await admin.get("/audit")


@pytest.mark.parametrize("role", list(StaffRole))
async def test_a_role_opens_what_it_allows_and_nothing_else(office: Office, opened: Opener, role: StaffRole) -> None:
    """Every route with a permission, asked by every role: 403 exactly where the role does not have it."""
    browser = await office.entered(await opened(), "sam", role, page="/account")
    allowed = permissions([role])
    asked = 0
    for route in list(browser.client.server.app.router.routes()):
        rule = rule_of(route.handler)
        if rule is None or rule.permission is None or route.method == "HEAD":
            continue
        path = re.sub(r"\{[^}]+\}", "0123456789abcdef", route.resource.canonical)
        data = {"csrf": browser.csrf} if route.method == "POST" else None
        response = await browser.raw(route.method, path, data=data, headers=HTML)
        assert (response.status == 403) is (rule.permission not in allowed), (route.method, path, response.status)
        asked += 1
    assert asked >= 8
    refused = [entry.act for entry in office.store.entries() if entry.act.action == "refused"]
    assert refused or allowed == frozenset(Permission)


async def test_services_are_found_without_words_in_the_address(office: Office, opened: Opener) -> None:
    """By name, topic and nation; the search itself is posted."""
    browser = await office.entered(await opened(), "sam", StaffRole.EDITOR)
    text = await browser.get("/services")
    assert "Men&#39;s Advice Line" in text or "Men’s Advice Line" in text
    text = await browser.post("/services", words="wales")
    assert "Live Fear Free" in text and "Shelter" not in text
    assert "Nothing fits" in await browser.post("/services", words="zebra xylophone")
    assert (await browser.raw("GET", "/services?words=zebra", headers=HTML)).status == 200
    assert "zebra" not in await browser.get("/services?words=zebra")
