"""Whether an answer helped: one press, no words, and nothing in its way."""

import json

from playwright.sync_api import Page, expect

from tests.e2e.canned import Site
from tests.e2e.steps import opened, said, violations, write


def test_it_is_one_quiet_press_at_the_end(page: Page, site: Site) -> None:
    """Below all choices, which stay; thanked where it was pressed, with the focus kept; gone with the next answer."""
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.post_data or "") if "feedback" in one.url else None)
    opened(page, f"{site.url}/chat")
    said(page, "housing")
    asked = page.locator(".log > :last-child")
    expect(asked).to_contain_text("Did this help?")
    assert violations(page) == []
    choices = page.locator(".choices button").count()
    asked.get_by_role("button", name="Yes", exact=True).press("Enter")
    expect(asked).to_have_text("Thank you. You can also ask for a person.")
    expect(asked).to_be_focused()
    assert page.locator(".choices button").count() == choices
    assert [json.loads(one) for one in sent] == [{"topic": "housing", "verdict": "yes"}]
    write(page, "hello")
    expect(page.get_by_text("Thank you. You can also ask for a person.")).to_have_count(0)


def test_a_network_that_is_down_is_no_worry(page: Page, site: Site) -> None:
    """It is thanked all the same, and the chat goes on."""
    opened(page, f"{site.url}/chat")
    said(page, "housing")
    page.route("**/api/feedback", lambda route: route.abort())
    page.get_by_role("button", name="Not what I asked").click()
    expect(page.get_by_text("Thank you. You can also ask for a person.")).to_be_visible()
    said(page, "hello")
