"""The documents of this repository, and what stands in them."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]

#: All of them, README first.
DOCUMENTS = (
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / ".github").glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
)

_BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


def named(path: Path) -> str:
    """A document's place, from the top."""
    return path.relative_to(ROOT).as_posix()


def blocks(language: str) -> Iterator[tuple[Path, str]]:
    """Every block of code in a language, with its document; without its indentation."""
    for path in DOCUMENTS:
        for indentation, found, code in _BLOCK.findall(path.read_text(encoding="utf-8")):
            if found == language:
                yield path, re.sub(f"^{indentation}", "", code, flags=re.MULTILINE)


def prose(path: Path) -> str:
    """A document without its blocks of code."""
    return _BLOCK.sub("", path.read_text(encoding="utf-8"))


def anchors(path: Path) -> set[str]:
    """What a link to a heading of the document ends with, as GitHub makes it of the heading."""
    seen: Counter[str] = Counter()
    found: set[str] = set()
    for heading in _HEADING.findall(prose(path)):
        words = re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
        found.add(f"{words}-{seen[words]}" if seen[words] else words)
        seen[words] += 1
    return found
