"""How soon a slow phone shows the first message: the processor four times slower, 400 kbit/s."""

import statistics

from playwright.sync_api import Browser, Page, expect

from tests.conversations.service import Service

RUNS = 5
SLOWDOWN = 4
BYTES_A_SECOND = 400_000 / 8
LATENCY = 150  # milliseconds there and back, as on a weak mobile line
WITHIN = 1000  # milliseconds
# The first frame painted after the first message stands in the document.
PAINTED = """() => performance.getEntriesByName("first-contentful-paint")[0].startTime"""


def slow(page: Page) -> None:
    """The slow phone: its processor and its line, nothing cached."""
    phone = page.context.new_cdp_session(page)
    phone.send("Network.enable")
    phone.send("Network.setCacheDisabled", {"cacheDisabled": True})
    phone.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY,
            "downloadThroughput": BYTES_A_SECOND,
            "uploadThroughput": BYTES_A_SECOND,
        },
    )
    phone.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})


def test_the_first_message_is_seen_within_a_second(browser: Browser, service: Service) -> None:
    """Counted from the request to the painted words; the doors answer a press by then or soon after."""
    painted, ready = [], []
    for _ in range(RUNS):
        context = browser.new_context(viewport={"width": 360, "height": 740}, device_scale_factor=2, has_touch=True)
        page = context.new_page()
        page.goto("about:blank")
        slow(page)
        page.goto(f"{service.url}/chat", wait_until="load")
        expect(page.locator(".message.service")).to_be_in_viewport()
        page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
        painted.append(page.evaluate(PAINTED))
        ready.append(page.evaluate("performance.timing.domContentLoadedEventEnd - performance.timing.navigationStart"))
        context.close()
    print(
        f"first message painted after {statistics.median(painted):.0f} ms (median of {RUNS}, worst {max(painted):.0f}),"
        f" script at work after {statistics.median(ready):.0f} ms"
    )
    assert statistics.median(painted) <= WITHIN
