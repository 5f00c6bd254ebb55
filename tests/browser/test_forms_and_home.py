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
