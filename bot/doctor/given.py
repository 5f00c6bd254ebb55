"""What is set up, right or wrong: the settings, where each came from, and the file of the rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from bot.account_settings import AccountSettings, KeyPair, KeyUnreadable
from bot.commands.contents import COMMANDS
from bot.rules_file import RulesFile, read_rules_file
from bot.settings import NAMES, Settings, SettingsError, read_environment, read_settings


class Origin(StrEnum):
    """Where a setting came from."""

    ENVIRONMENT = "the environment"
    FILE = ".env"
    DEFAULT = "default"


@dataclass(frozen=True)
class Given:
    """Everything that is set up.

    `wrong` has a sentence for each setting that is missing or wrong, by its name; another value
    stands in for it in `settings`, and is never to be used. `others` are names that are no
    settings and begin as if they were. `rules` is None where the file is refused, which
    `refusals` tell why; `unnamed_rules` is whether one lies in this folder that no setting names.
    `unreadable` are the accounts whose keys cannot be had.
    """

    settings: Settings
    wrong: Mapping[str, str]
    origins: Mapping[str, Origin]
    others: tuple[str, ...]
    rules: RulesFile | None
    refusals: tuple[str, ...]
    accounts: tuple[AccountSettings, ...] = ()
    keys: Mapping[str, KeyPair] = field(default_factory=dict)
    unreadable: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()
    unnamed_rules: bool = False

    def origin(self, name: str) -> Origin:
        """Where a setting came from, or anything else that is set."""
        return self.origins.get(name, Origin.DEFAULT)

    def lacks(self, *names: str) -> tuple[str, ...]:
        """Those of the settings that have to be mended first."""
        return tuple(name for name in names if name in self.wrong)


#: What a file that cannot be read counts as among the settings.
ENV_FILE = ".env"

_OURS = ("SLACK_", "QIANFAN_", "QFBOT_")

# Of the right shape, so that the settings beside them can be checked.
_SECRETS = {
    "SLACK_BOT_TOKEN": "xoxb-stands-in",
    "SLACK_APP_TOKEN": "xapp-stands-in",
    "SLACK_SIGNING_SECRET": "stands-in",
    "QIANFAN_ACCESS_KEY": "stands-in",
    "QIANFAN_SECRET_KEY": "stands-in",
}
# The widest there is, so that the other of the two has room.
_STAND_INS = _SECRETS | {"QFBOT_POLL_MIN_SECONDS": "0.001", "QFBOT_POLL_MAX_SECONDS": "86400"}


def read_given(environ: Mapping[str, str], env_file: Path | None = Path(ENV_FILE)) -> Given:
    """What is set up in the environment and in the file; nothing is asked of anybody."""
    texts, unreadable_file = dict(environ), dict[str, str]()
    try:
        texts = read_environment(environ, env_file)
    except SettingsError as error:
        unreadable_file[ENV_FILE] = str(error)
    settings, wrong = _settings(texts)
    rules, refusals = _rules(settings, "QFBOT_CONFIG" in wrong)
    accounts = rules.accounts if rules else ()
    keys, unreadable = _keys(accounts, texts)
    others = sorted(name for name in texts if name.startswith(_OURS) and name not in NAMES)
    return Given(
        settings=settings,
        wrong=unreadable_file | wrong,
        origins={name: _origin(name, texts, environ) for name in (*NAMES, *others)},
        others=tuple(others),
        rules=rules,
        refusals=refusals,
        accounts=accounts,
        keys=keys,
        unreadable=unreadable,
        secrets=_secrets(settings, texts).union(*(pair.secrets for pair in keys.values())),
        unnamed_rules=settings.qfbot_config is None and Path("qfbot.toml").exists(),
    )


def _settings(texts: Mapping[str, str]) -> tuple[Settings, dict[str, str]]:
    """The settings, with stand-ins for what is wrong, and a sentence for each of these."""
    try:
        return read_settings(texts, None), {}
    except SettingsError as error:
        wrong = {sentence.partition(" ")[0]: sentence for sentence in error.sentences}
    sound = {name: text for name, text in texts.items() if name not in wrong}
    stand_ins = {name: text for name, text in _STAND_INS.items() if name in wrong}
    return read_settings(sound | stand_ins, None), wrong


def _secrets(settings: Settings, texts: Mapping[str, str]) -> frozenset[str]:
    """What must never be shown, be it right or wrong."""
    written = {texts.get(name, "").strip() for name in _SECRETS}
    return settings.secrets - set(_SECRETS.values()) | written


def _origin(name: str, texts: Mapping[str, str], environ: Mapping[str, str]) -> Origin:
    if not texts.get(name, "").strip():
        return Origin.DEFAULT
    return Origin.ENVIRONMENT if name in environ else Origin.FILE


def _rules(settings: Settings, is_unknown: bool) -> tuple[RulesFile | None, tuple[str, ...]]:
    if is_unknown:
        return None, ()
    try:
        changes = {each.name: each.changes for each in COMMANDS}
        return read_rules_file(settings.qfbot_config, changes), ()
    except SettingsError as error:
        return None, error.sentences


def _keys(
    accounts: tuple[AccountSettings, ...], environ: Mapping[str, str]
) -> tuple[dict[str, KeyPair], dict[str, tuple[str, ...]]]:
    keys: dict[str, KeyPair] = {}
    unreadable: dict[str, tuple[str, ...]] = {}
    for account in accounts:
        try:
            keys[account.name] = account.read_keys(environ)
        except KeyUnreadable as error:
            unreadable[account.name] = tuple(str(error).splitlines())
    return keys, unreadable
