"""Dark and light, desk and phone."""

from playwright.async_api import expect

from tests.browser.client import Client

WHITE = "rgb(255, 255, 255)"


async def test_the_page_is_light_or_dark_as_the_system_is_until_somebody_switches(
    desk: Client, phone: Client
) -> None:
    assert await desk.color_of("main") == WHITE
    assert await phone.color_of("main") != WHITE
    await desk.clicks("Dark")
    assert await desk.color_of("main") != WHITE
    await desk.page.reload()
    await desk.page.locator("main header").wait_for()
    assert await desk.color_of("main") != WHITE


async def test_a_phone_shows_one_column_at_a_time(phone: Client) -> None:
    await phone.sees(phone.last, "Welcome to the playground")
    await expect(phone.page.get_by_role("navigation")).to_be_hidden()
    assert not await phone.overflows()
    await phone.clicks("Back to the channels")
    await expect(phone.page.get_by_role("main")).to_be_hidden()
    await phone.goes_to("general")
    await expect(phone.page.get_by_label("Message #general")).to_be_visible()
    assert not await phone.overflows()


async def test_on_a_phone_a_thread_and_the_panel_lie_over_the_channel(phone: Client) -> None:
    await phone.types("What is this about?")
    await phone.sees(phone.last, "What is this about?")
    await phone.clicks("Reply in thread", phone.last)
    await phone.sees(phone.thread, "What is this about?")
    await phone.clicks("Close the thread")
    await phone.clicks("The playground's panel")
    await phone.sees(phone.page.get_by_role("complementary"), "Runs and their lives")
    assert not await phone.overflows()
    await phone.clicks("Close the panel")
    await expect(phone.page.get_by_role("main")).to_be_visible()
