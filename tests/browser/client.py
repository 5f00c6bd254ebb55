"""Somebody at the page: what they do, and what they see."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.overflow import overflowing

#: Long enough for a slow machine; what is expected mostly comes within a second.
PATIENCE = 30_000


@dataclass
class Client:
    """The page in a browser window; `errors` is what its console complained of."""

    page: Page
    errors: list[str] = field(default_factory=list)

    @property
    def messages(self) -> Locator:
        """The messages of the channel."""
        return self.page.locator("main article.message")

    @property
    def last(self) -> Locator:
        """The newest message."""
        return self.messages.last

    @property
    def thread(self) -> Locator:
        """The thread at the side."""
        return self.page.get_by_role("region", name="Thread")

    @property
    def form(self) -> Locator:
        """The form in front."""
        return self.page.get_by_role("dialog")

    async def types(self, text: str, where: str = "Message #training") -> None:
        """Write a line and send it."""
        box = self.page.get_by_role("textbox", name=where, exact=True)
        await box.fill(text)
        await box.press("Enter")

    async def clicks(self, label: str, within: Locator | None = None) -> None:
        """Click the last button of that label."""
        place = within or self.page
        await place.get_by_role("button", name=label, exact=True).last.click()

    async def goes_to(self, name: str) -> None:
        """Open a channel from the list."""
        await self.page.get_by_role("navigation").get_by_text(name, exact=True).click()

    async def acts_as(self, name: str) -> None:
        """Become somebody else."""
        await self.page.get_by_role("radio", name=name).click()
        await expect(self.page.get_by_role("radio", name=name)).to_be_checked()

    async def chooses(self, menu: str, option: str) -> None:
        """Choose in a menu of the form."""
        await self.clicks(menu, self.form)
        await self.form.get_by_role("option", name=option).click()

    async def searches(self, menu: str, query: str, only: str) -> None:
        """Search in a menu of the form until one option is left, and choose it."""
        await self.clicks(menu, self.form)
        await self.form.get_by_label("Search").fill(query)
        option = self.form.get_by_role("option")
        await expect(option).to_have_count(1, timeout=PATIENCE)
        await expect(option).to_contain_text(only, timeout=PATIENCE)
        await option.click()

    async def opens_tab(self, name: str) -> None:
        """Open a tab of the playground's panel, or of the app."""
        await self.page.get_by_role("tab", name=name).click()

    async def sees(self, place: Locator, text: str) -> None:
        """Wait until a text is there."""
        await expect(place).to_contain_text(text, timeout=PATIENCE)

    async def color_of(self, selector: str) -> str:
        """The background of an element, as the browser draws it."""
        script = "each => getComputedStyle(each).backgroundColor"
        return str(await self.page.locator(selector).first.evaluate(script))

    async def overflows(self) -> list[str]:
        """What reaches out of the window or scrolls to the side, what lies over the page too."""
        return await overflowing(self.page)


@asynccontextmanager
async def open_client(
    browser: Browser, url: str, *, width: int = 1360, height: int = 860, dark: bool = False
) -> AsyncIterator[Client]:
    """Open the page; in the end its console must have had nothing to complain of."""
    page = await browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        locale="en-US",
    )
    client = Client(page)
    page.on("pageerror", lambda error: client.errors.append(str(error)))
    page.on(
        "console",
        lambda said: client.errors.append(said.text) if said.type == "error" else None,
    )
    page.set_default_timeout(PATIENCE)
    await page.goto(url)
    await page.locator("main header").wait_for()
    yield client
    await page.close()
    assert client.errors == []
