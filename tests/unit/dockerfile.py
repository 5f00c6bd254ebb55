"""The image's recipe as it is written: the Dockerfile's steps, and what .dockerignore lets in."""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Step:
    """An instruction and what follows it, on one line."""

    word: str
    rest: str

    @property
    def options(self) -> dict[str, str]:
        """What stands as `--name=value` before the rest."""
        return dict(re.findall(r"--([\w-]+)=(\S+)", self.rest.split("CMD")[0]))

    @property
    def arguments(self) -> list[str]:
        """The words of a COPY, without options; or the list of an exec form."""
        if self.rest.startswith("["):
            return list(json.loads(self.rest))
        return [word for word in self.rest.split() if not word.startswith("--")]

    @property
    def pairs(self) -> dict[str, str]:
        """The values of an ENV, an ARG or a LABEL, by name."""
        return dict(word.split("=", 1) for word in shlex.split(self.rest) if "=" in word)


def stages() -> list[list[Step]]:
    """The steps of each stage, its FROM first; what stands before the first FROM is left out."""
    found: list[list[Step]] = []
    for step in _steps((ROOT / "Dockerfile").read_text(encoding="utf-8")):
        if step.word == "FROM":
            found.append([])
        if found:
            found[-1].append(step)
    return found


def base() -> str:
    """The image that all stages begin with."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    [step] = [step for step in _steps(text) if step.word == "ARG" and "BASE" in step.pairs]
    return step.pairs["BASE"]


def final() -> dict[str, list[Step]]:
    """The last stage, by instruction."""
    by_word: dict[str, list[Step]] = {}
    for step in stages()[-1]:
        by_word.setdefault(step.word, []).append(step)
    return by_word


def environment() -> dict[str, str]:
    """What the image sets in the environment of its process."""
    return {name: value for step in final()["ENV"] for name, value in step.pairs.items()}


def argv() -> list[str]:
    """What the image runs."""
    return final()["ENTRYPOINT"][0].arguments + final()["CMD"][0].arguments


def health_check() -> list[str]:
    """What Docker runs to learn whether the process lives."""
    return list(json.loads(final()["HEALTHCHECK"][0].rest.partition("CMD ")[2]))


def _steps(text: str) -> Iterator[Step]:
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        word, _, rest = line.strip().partition(" ")
        if word:
            yield Step(word, rest.strip())


def let_in() -> list[Path]:
    """The files that .dockerignore leaves to the build, from the top.

    https://docs.docker.com/build/concepts/context/#dockerignore-files
    """
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").split("\n")
    rules = [_Rule.of(line) for line in lines if line.strip() and not line.startswith("#")]
    return sorted(_walk(ROOT, rules))


@dataclass(frozen=True)
class _Rule:
    """A line of .dockerignore: of several that fit, the last one counts."""

    shape: re.Pattern[str]
    lets_in: bool

    @classmethod
    def of(cls, line: str) -> "_Rule":
        pattern = re.escape(line.strip().removeprefix("!"))
        pattern = pattern.replace(r"\*\*/", "(?:.*/)?").replace(r"\*", "[^/]*")
        return cls(re.compile(f"{pattern}(?:/.*)?"), line.startswith("!"))


def _walk(folder: Path, rules: list[_Rule]) -> Iterator[Path]:
    # A folder that is left out is not entered: no line here lets in what lies within one.
    for path in folder.iterdir():
        told = path.relative_to(ROOT).as_posix()
        fitting = [rule.lets_in for rule in rules if rule.shape.fullmatch(told)]
        if fitting and not fitting[-1]:
            continue
        if path.is_dir():
            yield from _walk(path, rules)
        else:
            yield path.relative_to(ROOT)
