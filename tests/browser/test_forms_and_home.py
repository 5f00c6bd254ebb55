"""Forms, menus that search, and the Home tab, with a small app that has them all."""

from playwright.async_api import expect

from tests.browser.client import Client


async def test_a_form_shows_its_error_at_the_field_and_closes_when_it_is_right(
    small_desk: Client,
) -> None:
    await small_desk.types("/qf import")
    field = small_desk.form.locator(".input-block").filter(has_text="Name")
    await field.get_by_role("textbox").fill("bad")
    await small_desk.clicks("Import", small_desk.form)
    await small_desk.sees(field.get_by_role("alert"), "That name is taken.")
    await field.get_by_role("textbox").fill("good")
    await small_desk.clicks("Import", small_desk.form)
    await expect(small_desk.form).to_have_count(0)


async def test_an_empty_field_is_told_by_the_client_itself(small_desk: Client) -> None:
    await small_desk.types("/qf import")
    await small_desk.clicks("Import", small_desk.form)
    await small_desk.sees(small_desk.form, "Please complete this required field.")


async def test_a_menu_searches_in_what_the_app_offers(small_desk: Client) -> None:
    await small_desk.types("/qf import")
    await small_desk.clicks("Bucket", small_desk.form)
    await small_desk.form.get_by_label("Search").fill("mod")
    await small_desk.form.get_by_role("option", name="bos://models").click()
    await expect(small_desk.form.locator(".menu-button")).to_contain_text("bos://models")


async def test_a_choice_reshapes_the_form_and_what_was_typed_elsewhere_stays(
    small_desk: Client,
) -> None:
    await small_desk.types("/qf publish")
    form = small_desk.form
    await form.get_by_label("About it").fill("first line\nsecond")
    await form.get_by_label("Step").fill("17")
    await small_desk.clicks("Source", form)
    await form.get_by_role("option", name="From object storage").click()
    await expect(form.get_by_label("Chat template")).to_be_visible()
    await expect(form.get_by_label("Step")).to_have_count(0)
    await expect(form.get_by_label("About it")).to_have_value("first line\nsecond")
    await small_desk.clicks("Source", form)
    await form.get_by_role("option", name="From a run").click()
    await expect(form.get_by_label("Step")).to_have_value("")


async def test_a_file_is_given_in_a_form_and_the_open_form_shows_what_became_of_it(
    small_desk: Client,
) -> None:
    await small_desk.types("/qf publish")
    form = small_desk.form
    await form.get_by_label("About it").fill("ours")
    await small_desk.clicks("Source", form)
    await form.get_by_role("option", name="From object storage").click()
    chooser = form.get_by_label("Chat template")
    await chooser.set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"x"})
    await small_desk.sees(form, "Files of these types can be chosen: py.")
    await chooser.set_input_files({"name": "chat.py", "mimeType": "text/x", "buffer": b"x = 1"})
    await small_desk.sees(form, "chat.py")
    await small_desk.clicks("Publish", form)
    await small_desk.sees(form, "kind=import about=ours model=None step=None chat.py: x = 1")


async def test_a_menu_that_needs_no_query_offers_something_at_once_and_can_be_cleared(
    small_desk: Client,
) -> None:
    await small_desk.types("/qf publish")
    form = small_desk.form
    await small_desk.clicks("Model set", form)
    await expect(form.get_by_role("option")).to_have_count(3)
    await form.get_by_role("option", name="am-two").click()
    await expect(form.get_by_role("button", name="Model set")).to_contain_text("am-two")
    await small_desk.clicks("Model set", form)
    await small_desk.clicks("Clear the selection", form)
    await expect(form.get_by_role("button", name="Model set")).not_to_contain_text("am-two")


async def test_a_number_out_of_bounds_is_told_by_the_client_at_its_field(
    small_desk: Client,
) -> None:
    await small_desk.types("/qf publish")
    await small_desk.form.get_by_label("About it").fill("ours")
    step = small_desk.form.locator(".input-block").filter(has_text="Step")
    await step.get_by_label("Step").fill("1000")
    await small_desk.clicks("Publish", small_desk.form)
    await small_desk.sees(step.get_by_role("alert"), "at most 900")


async def test_a_form_that_comes_back_has_what_the_app_put_into_it(small_desk: Client) -> None:
    await small_desk.types("/qf publish")
    await small_desk.form.get_by_label("About it").fill("again")
    await small_desk.clicks("Publish", small_desk.form)
    await expect(small_desk.form.get_by_label("About it")).to_have_value("again, once more")


async def test_a_form_goes_away_at_escape(small_desk: Client) -> None:
    await small_desk.types("/qf import")
    await expect(small_desk.form).to_be_visible()
    await small_desk.page.keyboard.press("Escape")
    await expect(small_desk.form).to_have_count(0)


async def test_home_shows_what_the_app_published_for_this_person(small_desk: Client) -> None:
    await small_desk.goes_to("qfbot")
    await small_desk.opens_tab("Home")
    await small_desk.sees(small_desk.page.locator(".home"), "Your watches")
    await small_desk.opens_tab("Messages")
    await expect(small_desk.page.get_by_label("Message qfbot")).to_be_visible()


async def test_a_clicked_button_changes_the_private_message(small_desk: Client) -> None:
    await small_desk.types("/qf status")
    await small_desk.clicks("Stop", small_desk.last)
    await small_desk.sees(small_desk.last, "stopped task-1")
