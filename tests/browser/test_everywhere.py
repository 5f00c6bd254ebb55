"""Beyond commands: the welcome, an unfolded link, the message's menu, and the app's Home."""

from playwright.async_api import expect

from bot.playground.stage import Stage
from tests.browser.client import PATIENCE, Client

TASK = "task-5kjifvzerc5n"
LINK = f"https://console.bce.baidu.com/qianfan/train/sft/job-3fpvp7w8agtp/{TASK}/detail/traininglog"


async def test_a_link_unfolds_and_its_run_is_watched_from_the_messages_menu(
    desk: Client, phone: Client
) -> None:
    await desk.goes_to("general")
    await desk.types("/invite @qfbot", "Message #general")
    await desk.sees(desk.last, "Hello, I am qfbot")
    await desk.types(f"How is {LINK}?", "Message #general")
    message = desk.messages.filter(has_text="How is")
    await desk.sees(message, "(intent-classifier) is Running")

    await message.hover()
    await desk.clicks("Watch these runs", message)

    await desk.sees(desk.page.locator("main"), "Watched for @ada")
    await phone.clicks("Back to the channels")
    await phone.goes_to("general")
    await phone.sees(phone.page.locator("main"), "Watched for @ada")
    assert not await phone.overflows()


async def test_home_opens_a_form_and_shows_what_came_of_it(
    desk: Client, phone: Client, stage: Stage
) -> None:
    await stage.settle()
    await desk.goes_to("qfbot")
    await desk.opens_tab("Home")
    home = desk.page.locator(".home")
    await desk.sees(home, "(spam-filter) is Running")
    await desk.clicks("Watch a run…", home)
    await desk.searches("Run", "intent", TASK)
    await desk.clicks("Watch", desk.form)
    await desk.sees(desk.form, "hears every change")
    await desk.page.keyboard.press("Escape")
    await desk.sees(home, "(intent-classifier) is Running")

    await phone.clicks("Back to the channels")
    await phone.goes_to("qfbot")
    await phone.opens_tab("Home")
    await phone.sees(phone.page.locator(".home"), "(intent-classifier) is Running")
    assert not await phone.overflows()

    await home.get_by_role("button", name="Unwatch").last.click()
    await expect(home).not_to_contain_text("intent-classifier", timeout=PATIENCE)
