"""Pictures and files on the page, in a real browser."""

from playwright.async_api import expect

from bot.playground.stage import Stage
from tests.browser.client import PATIENCE, Client

DONE = "task-4nf8v2rw6hqe"
FAILS = "task-5kjifvzerc5n"


async def test_a_posted_chart_is_a_picture_with_its_sense_in_words(
    desk: Client, phone: Client
) -> None:
    await desk.sees(desk.last, "Welcome to the playground")
    await desk.types(f"/qf chart {DONE}")
    await desk.clicks("Post the chart")
    for client in (desk, phone):
        picture = client.last.get_by_role("img", name="Training loss falls from")
        await expect(picture).to_be_visible(timeout=PATIENCE)
        await expect(picture).to_have_js_property("complete", True)
        assert await picture.evaluate("image => image.naturalWidth > 0")
        assert not await client.overflows()


async def test_a_whole_reason_is_a_file_behind_a_link(desk: Client, stage: Stage) -> None:
    await desk.sees(desk.last, "Welcome to the playground")
    await desk.types(f"/qf watch {FAILS}")
    await desk.sees(desk.last, "Watched for @ada")
    stage.world.tasks[FAILS].fails("x" * 4000, code=336101)
    await desk.clicks("10 min")
    link = desk.page.locator("main").get_by_role("link", name=f"{FAILS}-reason.txt").first
    await expect(link).to_be_visible(timeout=PATIENCE)
    assert "/control/files/F" in (await link.get_attribute("href") or "")
