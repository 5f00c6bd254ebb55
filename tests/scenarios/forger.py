"""Payloads of certain people: whole as Slack makes them, or with junk in some of their places."""

import copy
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.commands.contents import COMMANDS
from bot.playground.slack.delivery import Delivery, Kind
from tests.scenarios.play import Play

RUNNING = "task-0tgmn4a7h4i6"
DONE = "task-7pgmn4a7h4k2"
COMPRESSION = "amva-abciuctdx15t"
MODEL = "am-5sxpz4xn25uw"

Json = dict[str, Any]

IMPORT_VALUES = {
    "model_set": MODEL,
    "bucket": "test",
    "object_path": "demoModel",
    "model_format": "HuggingFace.Transformers",
    "model_application_type": "completion",
    "transformer_version": "4.36.2",
}

#: What may stand where something else is expected.
JUNK: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1e308,
    10**40,
    "",
    " ",
    "\x00\x1b[2J\x7f",
    "<!channel> <@U0> <https://example.com|x>",
    "\ud800",
    "‮训练😀" * 50,
    "x" * 5_000,
    "#",
    "no ",
    "no #",
    "share share share ping",
    "'; DROP TABLE audit; --",
    [],
    {},
    [[]],
    [None],
    {"": None},
    ["x", {"id": "x"}],
    {"id": {"id": "x"}},
)


@dataclass(frozen=True)
class Known:
    """The names that somebody could have seen who had others' screens before them."""

    questions: tuple[str, ...]
    forms: tuple[str, ...]


@dataclass
class Forger:
    """Makes payloads as of certain people: whole ones, and then some of their parts otherwise."""

    play: Play
    known: Known
    people: tuple[str, ...]
    chance: random.Random
    may_be_mutated: bool = True
    teams: tuple[str, ...] = field(default=())

    def delivery(self) -> Delivery:
        """The next one."""
        makers: tuple[tuple[Kind, Callable[[], Json]], ...] = (
            ("slash_commands", self._command),
            ("interactive", self._click),
            ("interactive", self._click),
            ("interactive", self._change),
            ("interactive", self._submission),
            ("interactive", self._submission),
            ("interactive", self._search),
            ("interactive", self._closing),
            ("interactive", self._shortcut),
            ("interactive", self._home_click),
            ("events_api", self._mention),
            ("events_api", self._event),
            ("events_api", self._event),
        )
        kind, make = self.chance.choice(makers)
        payload = make()
        if self.may_be_mutated:
            for _ in range(self.chance.choice((0, 0, 1, 2, 4))):
                self._spoil(payload)
        return Delivery(kind, "forged", _sendable(payload, kind))

    def _command(self) -> Json:
        return {
            "command": self.chance.choice(("/qf", "/qf", "/other", "")),
            "text": self._text(),
            "user_id": self._user(),
            "team_id": self._team(),
            "channel_id": self._channel(),
            "response_url": self._response_url(),
            "trigger_id": self._trigger(),
            "user": json.dumps({"id": self.play.ada.id}),
        }

    def _click(self) -> Json:
        channel = self._channel()
        button = {
            "type": "button",
            "action_id": self.chance.choice(("press0", "press0", "press1", "field", "other", "")),
            "block_id": "b",
            "value": self._press(),
        }
        return self._interaction(
            "block_actions",
            actions=[button] * self.chance.choice((1, 1, 1, 2)),
            channel={"id": channel},
            container={
                "type": "message",
                "channel_id": self._channel(),
                "thread_ts": self.chance.choice(("", "1.2", "1777896000.000100")),
                "is_ephemeral": self.chance.choice((True, False)),
            },
            response_url=self._response_url(),
        )

    def whole_click(self, value: str) -> Delivery:
        """A click as Slack tells it."""
        channel = self.play.slack.workspace.channel("training").id
        pressed = {"type": "button", "action_id": "press0", "block_id": "b", "value": value}
        payload = self._interaction("block_actions", actions=[pressed], channel={"id": channel})
        return Delivery("interactive", "whole", payload)

    def whole_submission(self, name: str, **values: str) -> Delivery:
        """A form that was sent as Slack tells it."""
        state = {field: {"field": {"value": each}} for field, each in values.items()}
        view = {**self._view(), "callback_id": "form", "private_metadata": name}
        view["state"] = {"values": state}
        return Delivery("interactive", "whole", self._interaction("view_submission", view=view))

    def _change(self) -> Json:
        action = {"type": "static_select", "action_id": "field", "block_id": "model_format"}
        return self._interaction("block_actions", view=self._view(), actions=[action])

    def _submission(self) -> Json:
        return self._interaction("view_submission", view=self._view(), response_urls=[])

    def _search(self) -> Json:
        field = self.chance.choice((*IMPORT_VALUES, "step", "id", "", "nothing"))
        query = self.chance.choice(("", "spam", MODEL, RUNNING, "x" * 200))
        return self._interaction(
            "block_suggestion",
            view=self._view(),
            action_id=self.chance.choice(("field", "other")),
            block_id=field,
            value=query,
        )

    def _closing(self) -> Json:
        return self._interaction("view_closed", view=self._view(), is_cleared=True)

    def _home_click(self) -> Json:
        button = {"type": "button", "action_id": "press0", "block_id": "b"}
        view = {**self._view(), "type": "home", "callback_id": self.chance.choice(("home", "form"))}
        return self._interaction(
            "block_actions",
            actions=[{**button, "value": self.chance.choice(("home", self._press()))}],
            view=view,
            container={"type": "view", "view_id": "V0CRAFTED"},
        )

    def _shortcut(self) -> Json:
        kind = self.chance.choice(("shortcut", "message_action"))
        beside = {"fallback": self._text(), "blocks": [{"type": "section", "text": self._text()}]}
        message = {
            "ts": "1.2",
            "text": self._text(),
            "user": self.play.ada.id,
            "attachments": [beside],
        }
        return self._interaction(
            kind,
            callback_id=self.chance.choice(("watch_runs", "watch_runs", "form", self._press())),
            message=message,
            channel={"id": self._channel()},
            response_url=self._response_url(),
        )

    def _mention(self) -> Json:
        return self._envelope(
            {
                "type": "app_mention",
                "user": self._user(),
                "text": f"<@{self.play.slack.bot_user_id}> {self._text()}",
                "channel": self._channel(),
                "ts": "1.2",
                "thread_ts": self.chance.choice(("", "1.2")),
                "team": self._team(),
            }
        )

    def _event(self) -> Json:
        kinds = (
            "message",
            "link_shared",
            "app_home_opened",
            "member_joined_channel",
            "tokens_revoked",
        )
        return self._envelope(
            {
                "type": self.chance.choice(kinds),
                "user": self._user(),
                "text": self._text(),
                "channel": self._channel(),
                "channel_type": self.chance.choice(("im", "im", "channel")),
                "inviter": self._user(),
                "tab": "home",
                "view": {"type": "home", "hash": "1.2"},
                "message_ts": "1.2",
                "links": [{"url": f"https://console.bce.baidu.com/{RUNNING}", "domain": "x"}],
            }
        )

    def _envelope(self, event: Json) -> Json:
        return {
            "type": "event_callback",
            "event_id": f"Ev{self.chance.randrange(10**9)}",
            "team_id": self._team(),
            "user_id": self.play.ada.id,
            "event": event,
            "authorizations": [{"team_id": self._team(), "user_id": self.play.ada.id}],
        }

    def _interaction(self, kind: str, **fields: Any) -> Json:
        return {
            "type": kind,
            "user": {"id": self._user(), "team_id": self._team(), "username": "ada"},
            "team": {"id": self._team()},
            "user_id": self.play.ada.id,
            "trigger_id": self._trigger(),
            **fields,
        }

    def _view(self) -> Json:
        values = {name: self.chance.choice((each, "x", "")) for name, each in self._entered()}
        state = {name: {"field": _held(self.chance, each)} for name, each in values.items()}
        return {
            "id": "V0CRAFTED",
            "type": "modal",
            "callback_id": self.chance.choice(("form", "form", "form", "message", "", "stop")),
            "private_metadata": self._metadata(),
            "hash": "1.2",
            "title": {"type": "plain_text", "text": "Import"},
            "blocks": [{"type": "input", "block_id": name} for name in values],
            "state": {"values": state},
            "user": {"id": self.play.ada.id},
        }

    def _entered(self) -> list[tuple[str, str]]:
        whole = {**IMPORT_VALUES, "step": "64", "id": DONE, "description": "#", "reason": "x"}
        names = self.chance.sample(sorted(whole), self.chance.randrange(len(whole) + 1))
        return [(name, whole[name]) for name in (*IMPORT_VALUES, *names)]

    def _metadata(self) -> str:
        return self.chance.choice((*self.known.forms, *self.known.forms, self._press()))

    def _press(self) -> str:
        names = (*self.known.questions, *self.known.forms)
        name = self.chance.choice(names)
        return self.chance.choice(
            (
                name,
                name,
                f"no {name}",
                f"share {name}",
                name[:-1],
                f"{name}0",
                name.upper(),
                "#" + "0" * self.chance.randrange(40),
                self._text(),
                f"share {self._text()}",
            )
        )

    def _text(self) -> str:
        command = self.chance.choice(COMMANDS)
        words = (RUNNING, DONE, MODEL, COMPRESSION, f"<@{self.play.bo.id}>", "admin", "1", "off")
        given = " ".join(self.chance.sample(words, self.chance.randrange(4)))
        options = [f"{name}={self.chance.choice(words)}" for name in command.signature.options]
        some = " ".join(self.chance.sample(options, self.chance.randrange(len(options) + 1)))
        imported = " ".join(f"{name}={each}" for name, each in IMPORT_VALUES.items())
        return self.chance.choice(
            (
                f"{command.name} {given} {some}",
                f"{command.name} {given}",
                f"stop {RUNNING}",
                f"publish {DONE} {MODEL} step=64",
                f"import {imported}",
                f"{command.name} “{given} account=prod",
                self.chance.choice([each for each in JUNK if isinstance(each, str)]),
            )
        )

    def _user(self) -> str:
        return self.chance.choice(self.people)

    def _team(self) -> str:
        return self.chance.choice(self.teams or (self.play.slack.team_id,))

    def _channel(self) -> str:
        channels = self.play.slack.workspace.channels
        return self.chance.choice((*channels, "C0NOWHERE", "D0NOBODY", ""))

    def _response_url(self) -> str:
        address = self.play.slack.page_url
        return self.chance.choice(
            (
                "",
                f"{address}response/unknown",
                f"{address}response/",
                f"{address}api/chat.postMessage",
                "http://127.0.0.1:9/refused",
                "http://127.0.0.1:99999/",
                "ftp://127.0.0.1/",
                "/response/x",
                "no address",
                "http://[::1",
            )
        )

    def _trigger(self) -> str:
        return self.chance.choice(("", "1.2.3", "x" * 300))

    def _spoil(self, payload: Json) -> None:
        """Put something else in the place of one part, or leave it out."""
        holder, key = self.chance.choice(list(_parts(payload)))
        if isinstance(holder, dict) and self.chance.random() < 0.3:
            del holder[key]
        else:
            holder[key] = copy.deepcopy(self.chance.choice(JUNK))


def _sendable(payload: Json, kind: Kind) -> Json:
    """A command is a form of texts, in which half a character cannot stand."""
    if kind != "slash_commands":
        return payload
    return {name: str(each).replace("\ud800", "") for name, each in payload.items()}


def _parts(node: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a payload where something stands."""
    for key in node if isinstance(node, dict) else range(len(node)):
        yield node, key
        if isinstance(node[key], dict | list):
            yield from _parts(node[key])


def _held(chance: random.Random, text: str) -> Json:
    return chance.choice(
        (
            {"type": "plain_text_input", "value": text},
            {"type": "external_select", "selected_option": {"value": text}},
            {"type": "file_input", "files": [{"id": text}]},
        )
    )
