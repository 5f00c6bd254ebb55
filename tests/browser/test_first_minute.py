"""The newcomer's first minute, in a real browser, with the real bot."""

from datetime import timedelta

from playwright.async_api import expect

from bot.playground.stage import Stage
from tests.browser.client import PATIENCE, Client


async def test_the_page_opens_on_a_tour_below_a_run_that_is_followed_already(
    desk: Client,
) -> None:
    await desk.sees(desk.last, "Welcome to the playground")
    await desk.sees(desk.last, "/qf status task-0tgmn4a7h4i6")
    await expect(desk.last).to_be_in_viewport()
    await desk.sees(desk.messages.nth(1), "spam-filter")


async def test_something_happens_by_itself(desk: Client, stage: Stage) -> None:
    await desk.sees(desk.last, "Welcome to the playground")
    stage.clock.jump(timedelta(seconds=36 * 60))
    await desk.sees(desk.last, "CUDA out of memory")
    await desk.sees(desk.last, "replied to a thread")


async def test_a_run_is_about_to_finish_one_to_fail_and_one_waits(desk: Client) -> None:
    panel = desk.page.get_by_role("complementary", name="Playground")
    for name, outlook in (
        ("support-bot", "Done in 25 min"),
        ("intent-classifier", "Failed in 40 min"),
        ("translator", "Running in 15 min"),
    ):
        life = panel.locator(".life").filter(has=desk.page.get_by_text(name, exact=True))
        await desk.sees(life, outlook)


async def test_a_question_is_answered_in_private(desk: Client) -> None:
    await desk.types("/qf status task-9wq3k1m7d2zc")
    await desk.sees(desk.last, "Only visible to you")
    await desk.sees(desk.last, "contracts-v2")
    await expect(desk.last.get_by_role("button")).to_have_text(
        ["Watch", "Stop", "Loss curves in VisualDL", "Open the console", "Share with the channel"]
    )


async def test_a_button_asks_first_and_then_says_what_is_true(desk: Client) -> None:
    await desk.types("/qf status task-9wq3k1m7d2zc")
    await desk.clicks("Stop", desk.last)
    await desk.sees(desk.messages.filter(has_text="Stop it").last, "The question holds for you")
    await desk.clicks("Stop it")
    await desk.sees(desk.page.locator("main"), "asked Qianfan to stop")


async def test_what_happened_to_a_run_is_read_in_the_thread_of_its_card(
    desk: Client, stage: Stage
) -> None:
    await desk.sees(desk.last, "Welcome to the playground")
    stage.clock.jump(timedelta(seconds=36 * 60))
    await desk.page.get_by_role("button", name="1 reply").click()
    await desk.sees(desk.thread, "CUDA out of memory")
    await desk.types("Who takes this?", "Reply")
    await desk.sees(desk.thread, "Who takes this?")
    await expect(desk.messages.filter(has_text="Who takes this?")).to_have_count(0)


async def test_somebody_else_sees_what_they_may(desk: Client) -> None:
    await desk.types("/qf status task-9wq3k1m7d2zc")
    await desk.sees(desk.last, "Only visible to you")
    await desk.acts_as("bo")
    await desk.sees(desk.last, "Welcome to the playground")
    await desk.types("/qf stop task-9wq3k1m7d2zc")
    await desk.sees(desk.last, "operator")


async def test_the_composer_hints_at_the_command(desk: Client) -> None:
    box = desk.page.get_by_label("Message #training")
    await box.fill("/q")
    await desk.sees(desk.page.get_by_role("status"), "status task-…")
    await box.press("Tab")
    await expect(box).to_have_value("/qf ")


async def test_the_bot_is_invited_where_it_asks_for_it(desk: Client) -> None:
    await desk.goes_to("general")
    await desk.types("/qf watch task-9wq3k1m7d2zc", "Message #general")
    await desk.sees(desk.last, "/invite @qfbot")
    await desk.types("/invite @qfbot", "Message #general")
    await desk.sees(desk.page.locator("main header"), "4 members")
    await desk.types("/qf watch task-9wq3k1m7d2zc", "Message #general")
    await desk.sees(desk.last, "Watched for @ada")


async def test_a_channel_with_news_is_marked_until_it_is_read(desk: Client, stage: Stage) -> None:
    item = desk.page.get_by_role("navigation").get_by_role("button", name="general")
    workspace = stage.slack.workspace
    workspace.post(workspace.channel("general").id, workspace.user("lin").id, text="早上好")
    await expect(item.locator(".badge")).to_have_text("1", timeout=PATIENCE)
    await item.click()
    await desk.sees(desk.last, "早上好")
    await expect(item.locator(".badge")).to_have_count(0)


async def test_the_world_moves_on_at_a_click(desk: Client) -> None:
    await desk.sees(desk.last, "Welcome to the playground")
    await desk.clicks("1 h")
    await desk.sees(desk.page.locator("main"), "CUDA out of memory")
    await desk.opens_tab("Traffic")
    await desk.sees(desk.page.locator(".traffic"), "chat.postMessage")
    await desk.sees(desk.page.locator(".traffic"), "DescribeFineTuningTask")


async def test_a_run_fails_by_the_hand_of_the_playground(desk: Client) -> None:
    life = desk.page.locator(".life").filter(has_text="task-9wq3k1m7d2zc")
    await life.get_by_role("button", name="More").click()
    await desk.page.get_by_role("option", name="Let it fail now").click()
    await desk.page.get_by_text("that ended").click()
    await desk.sees(life, "Failed")
