"""What of a page cannot be seen: beyond the window, or beyond the side of what holds it."""

from playwright.async_api import Page

# What lies over the page makes its document no wider, so every element is asked for its place.
# Below a box that clips or scrolls, the box answers for what it holds; `body` clips everything,
# and code may be wider than the box that it scrolls in.
_SCRIPT = """
() => {
  const CODE = "pre, pre *";
  const clips = (each) => getComputedStyle(each).overflowX !== "visible";
  const isHeld = (each) => {
    const position = getComputedStyle(each).position;
    const holder = position === "fixed" ? null : each.parentElement;
    if (holder === null || holder === document.body) return false;
    return clips(holder) || isHeld(holder);
  };
  const isBeyond = (each) => {
    const at = each.getBoundingClientRect();
    if (at.width === 0 || at.height === 0) return false;
    const { innerWidth, innerHeight } = window;
    const inside =
      at.left >= -1 && at.top >= -1 && at.right <= innerWidth + 1 && at.bottom <= innerHeight + 1;
    return !inside && each.checkVisibility() && !isHeld(each);
  };
  const scrollsAside = (each) =>
    each.scrollWidth > each.clientWidth + 1 &&
    ["auto", "scroll"].includes(getComputedStyle(each).overflowX) &&
    !each.matches("input, textarea") &&
    each.checkVisibility();
  return [...document.body.querySelectorAll("*")]
    .filter((each) => !each.matches(CODE) && (isBeyond(each) || scrollsAside(each)))
    .map((each) => `${each.localName}.${each.className}: ${each.textContent}`.slice(0, 99));
}
"""


async def overflowing(page: Page) -> list[str]:
    """The elements that reach out of the window, or scroll to the side; each as it begins."""
    return list(await page.evaluate(_SCRIPT))
