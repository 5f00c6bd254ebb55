"""What a person sees go wrong, and where they let it."""

from playwright.async_api import expect

from bot.playground.stage import Stage
from tests.browser.client import PATIENCE, Client
from tests.browser.small_app import SmallPlayground


async def test_a_command_without_an_ack_fails_with_slacks_own_words(small_desk: Client) -> None:
    await small_desk.opens_tab("Faults")
    await small_desk.clicks("The socket delivers nothing")
    await small_desk.sees(small_desk.page.locator(".faults"), "sockets deliver nothing")
    await small_desk.types("/qf status")
    await small_desk.sees(small_desk.last, '/qf failed with the error "operation_timeout"')
    await small_desk.clicks("End all faults")
    await small_desk.types("/qf status")
    await small_desk.sees(small_desk.last, "task-1")


async def test_a_button_without_an_ack_tells_so_at_its_message(
    small_desk: Client, small: SmallPlayground
) -> None:
    await small_desk.types("/qf status")
    await small_desk.sees(small_desk.last, "task-1")
    small.slack.faults.mute = True
    await small_desk.clicks("Stop", small_desk.last)
    await small_desk.sees(small_desk.last.get_by_role("alert"), "operation_timeout")


async def test_without_a_line_to_the_bot_slack_cannot_dispatch(
    small_desk: Client, small: SmallPlayground
) -> None:
    small.slack.faults.refused_tickets = 1000
    await small_desk.opens_tab("Faults")
    await small_desk.clicks("Cut the socket now")
    await small.slack.until(lambda: not small.slack.open_connections)
    await small_desk.types("/qf status")
    await small_desk.sees(small_desk.last, "dispatch_failed")


async def test_qianfan_is_down_until_the_fault_is_ended(desk: Client, stage: Stage) -> None:
    await desk.opens_tab("Faults")
    await desk.clicks("Qianfan is down")
    await desk.sees(desk.page.locator(".faults"), "Qianfan, every call: 503")
    await desk.types("/qf status task-9wq3k1m7d2zc")
    await desk.sees(desk.last, "Only visible to you")
    await expect(desk.last).not_to_contain_text("contracts-v2", timeout=PATIENCE)
    await desk.clicks("End all faults")
    assert not stage.qianfan.faults.in_force
    await desk.types("/qf status task-9wq3k1m7d2zc")
    await desk.sees(desk.last, "contracts-v2")
