"""Further Qianfan accounts: what the file of the rules says of them, and their keys."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from pydantic import SecretStr
from pydantic_core import PydanticCustomError

from bot.setting_types import check_access_key, check_key


class KeyUnreadable(ValueError):
    """A key cannot be had: a sentence that names the setting and never the key."""


@dataclass(frozen=True)
class KeySource:
    """Where a key is: in the environment's variable of that name, or in the file at that path.

    `setting` is where the rules say so. Sentences name it alone: some write the key itself where
    the name or the path belongs.
    """

    setting: str
    place: str | Path

    def read(
        self, environ: Mapping[str, str], check: Callable[[SecretStr], SecretStr]
    ) -> SecretStr:
        """The key as it is there now. Raises KeyUnreadable."""
        kind, text = self._found(environ)
        if not text:
            raise KeyUnreadable(f"{self.setting} names {kind} that is empty.")
        try:
            return check(SecretStr(text))
        except PydanticCustomError as error:
            told = f"{self.setting} names {kind} whose content {error.message()}."
            raise KeyUnreadable(told) from None

    def _found(self, environ: Mapping[str, str]) -> tuple[str, str]:
        if isinstance(self.place, Path):
            return "a file", self._in_file(self.place)
        if self.place not in environ:
            raise KeyUnreadable(
                f"{self.setting} names an environment variable that is not set; what belongs "
                "there is the variable's name, the key belongs in the variable."
            )
        return "an environment variable", environ[self.place].strip()

    def _in_file(self, file: Path) -> str:
        try:
            return file.read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            told = f"{self.setting} names a file that cannot be read: {type(error).__name__}."
            raise KeyUnreadable(told) from None


class KeyPair(NamedTuple):
    """The two keys of an account."""

    access_key: SecretStr
    secret_key: SecretStr

    @property
    def secrets(self) -> frozenset[str]:
        """What must never be shown."""
        return frozenset(key.get_secret_value() for key in self)


@dataclass(frozen=True)
class AccountSettings:
    """An account beside the default one.

    `channels` are those in which it is meant; where it has no rate of its own, the setting for
    all accounts counts.
    """

    name: str
    access_key: KeySource
    secret_key: KeySource
    channels: tuple[str, ...] = ()
    requests_per_second: float | None = None

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that hold its keys."""
        places = (self.access_key.place, self.secret_key.place)
        return tuple(place for place in places if isinstance(place, Path))

    def read_keys(self, environ: Mapping[str, str]) -> KeyPair:
        """The keys as they are now. Raises KeyUnreadable, with a sentence for each."""
        keys, sentences = [], []
        for source, check in (
            (self.access_key, check_access_key),
            (self.secret_key, check_key),
        ):
            try:
                keys.append(source.read(environ, check))
            except KeyUnreadable as error:
                sentences.append(str(error))
        if sentences:
            raise KeyUnreadable("\n".join(sentences))
        return KeyPair(*keys)
