"""Publishing, importing and the list of runs, in a real browser, with the real bot."""

from datetime import timedelta

from playwright.async_api import expect

from bot.playground.stage import Stage
from tests.browser.client import Client

RUN = "task-4nf8v2rw6hqe"


async def test_a_run_is_published_by_the_form_at_a_desk(desk: Client, stage: Stage) -> None:
    await _publishes(desk, stage)


async def test_a_run_is_published_by_the_form_on_a_phone(phone: Client, stage: Stage) -> None:
    await _publishes(phone, stage)


async def _publishes(client: Client, stage: Stage) -> None:
    """Publish the suggested checkpoint, and hear of it in the channel; everything can be seen."""
    await client.types(f"/qf publish {RUN}")
    await client.sees(client.form.get_by_role("button", name="Checkpoint"), "step 600")
    await client.sees(client.form, "Suggested: step 600")
    assert not await client.overflows()
    await client.searches("Model", "supp", only="support-bot")
    await client.form.get_by_label("Description").fill("the good one")
    await client.clicks("Publish", client.form)
    await client.sees(client.form, "is being made in am-4kq7m2x9wd3f")
    assert not await client.overflows()
    await client.clicks("Close", client.form)
    told = client.messages.filter(has_text="@ada").filter(has_text="step 600")
    await client.sees(told.first, RUN)
    stage.clock.jump(timedelta(minutes=10))
    await client.sees(client.last, "Ready")
    assert not await client.overflows()


async def test_the_form_of_an_import_asks_for_what_applies_and_keeps_what_was_typed(
    phone: Client,
) -> None:
    form = phone.form
    bucket = form.get_by_label("Bucket", exact=True)
    await phone.types("/qf import")
    await bucket.fill("demo-bucket")
    await form.get_by_label("Description").fill("ours")
    for menu, option, asked in (
        ("Format", "HuggingFace.Transformers", "Version of transformers"),
        ("What the model does", "chat", "Template of the conversation"),
        ("Template of the conversation", "typed here", "The latest question"),
        ("Template of the conversation", "a file of mine", "Name to show for the file"),
    ):
        await phone.chooses(menu, option)
        await expect(form.get_by_label(asked)).to_be_visible()
        assert not await phone.overflows()
    await expect(form.get_by_label("The latest question")).to_have_count(0)
    await phone.chooses("Format", "Safetensors")
    await expect(form.get_by_label("Version of transformers")).to_have_count(0)
    await expect(bucket).to_have_value("demo-bucket")
    await expect(form.get_by_label("Description")).to_have_value("ours")


async def test_every_run_of_the_list_has_buttons_for_what_can_be_done_with_it(
    phone: Client,
) -> None:
    await phone.types("/qf runs")
    await phone.sees(phone.last, RUN)
    assert not await phone.overflows()
    for label in ("Watch", "Stop", "Status"):
        await expect(phone.last.get_by_role("button", name=label).first).to_be_visible()
    await phone.last.get_by_role("button", name="Publish…").first.click()
    await phone.sees(phone.form, RUN)
