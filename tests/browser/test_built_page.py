"""The page in the package is what its source makes."""

import asyncio
import filecmp
import shutil
from importlib.resources import as_file, files
from pathlib import Path

from tests.browser.conftest import missing

_MADE = ("dist", "node_modules")
_PATIENCE = 300


async def test_the_built_page_equals_a_fresh_build_of_its_source(tmp_path: Path) -> None:
    if shutil.which("npm") is None:
        missing("npm is not installed here")
    with as_file(files("bot.playground") / "page") as page:
        built = page / "dist"
        source = shutil.copytree(page, tmp_path / "page", ignore=shutil.ignore_patterns(*_MADE))
        await _run(source, "npm", "ci", "--no-audit", "--no-fund")
        await _run(source, "npm", "run", "build")
        names = sorted(str(path.relative_to(built)) for path in built.rglob("*") if path.is_file())
        fresh = source / "dist"
        assert names == sorted(
            str(path.relative_to(fresh)) for path in fresh.rglob("*") if path.is_file()
        )
        _, different, unreadable = filecmp.cmpfiles(built, fresh, names, shallow=False)
    assert (different, unreadable) == ([], []), "build the page again: npm ci && npm run build"


async def _run(folder: Path, *command: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(_PATIENCE):
        told, _ = await process.communicate()
    assert process.returncode == 0, told.decode()
