"""Dark and light, desk and phone."""

from playwright.async_api import ViewportSize, expect

from tests.browser.client import Client

WHITE = "rgb(255, 255, 255)"
SMALL_SCREENS = (
    ViewportSize(width=320, height=568),
    ViewportSize(width=390, height=800),
    ViewportSize(width=700, height=360),
)


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


async def test_a_form_and_its_menus_fit_a_small_screen(phone: Client) -> None:
    await phone.types("/qf publish task-4nf8v2rw6hqe")
    await phone.sees(phone.form, "Suggested")
    for size in SMALL_SCREENS:
        await phone.page.set_viewport_size(size)
        assert not await phone.overflows()
        for label in ("Close", "Publish"):
            await expect(phone.form.get_by_role("button", name=label)).to_be_in_viewport(ratio=1)
        await phone.clicks("Checkpoint", phone.form)
        await expect(phone.form.get_by_role("option")).to_have_count(6)
        assert not await phone.overflows()
        await phone.page.keyboard.press("Escape")


async def test_a_form_that_is_too_wide_does_not_go_unnoticed(small_desk: Client) -> None:
    await small_desk.types("/qf import")
    await expect(small_desk.form).to_be_visible()
    assert not await small_desk.overflows()
    await small_desk.page.add_style_tag(content=".dialog-body p { width: 600px }")
    assert await small_desk.overflows()
    await small_desk.page.add_style_tag(content=".dialog { min-width: 1400px }")
    assert len(await small_desk.overflows()) > 1
