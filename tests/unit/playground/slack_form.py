"""A form of the small Bolt app with every kind of field, which takes its time when it is sent."""

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_bolt.app.async_app import AsyncApp

from bot.playground.slack import LocalSlack, Person

MODELS = ("am-one", "am-two", "am-three")


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def option(value: str, label: str) -> dict[str, Any]:
    return {"text": plain(label), "value": value}


KINDS = (option("train", "From a run"), option("import", "From object storage"))


def field(name: str, label: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An input as forms have them: its block is called as the field, its element always the same.

    https://docs.slack.dev/reference/block-kit/blocks/input-block/
    """
    return {
        "type": "input",
        "block_id": name,
        "label": plain(label),
        "element": {**element, "action_id": "field"},
        **more,
    }


def publish_form(kind: str, **initial: str) -> dict[str, Any]:
    """The form for one kind of version: a run has a step, an import a template."""
    about = {"type": "plain_text_input", "multiline": True, "max_length": 40}
    if "about" in initial:
        about["initial_value"] = initial["about"]
    models = {"type": "external_select", "min_query_length": 0}
    step = {
        "type": "number_input",
        "is_decimal_allowed": False,
        "min_value": "1",
        "max_value": "900",
    }
    template = {"type": "file_input", "filetypes": ["py"], "max_files": 1}
    chosen = next(each for each in KINDS if each["value"] == kind)
    kinds = {"type": "static_select", "options": list(KINDS), "initial_option": chosen}
    special = (
        field("step", "Step", step, optional=True)
        if kind == "train"
        else field("template", "Chat template", template, optional=True)
    )
    return {
        "type": "modal",
        "callback_id": "publish",
        "title": plain("Publish a version"),
        "submit": plain("Publish"),
        "close": plain("Cancel"),
        "blocks": [
            {"type": "section", "text": {"type": "mrkdwn", "text": "A version for *everyone*."}},
            field("kind", "Source", kinds, dispatch_action=True),
            field("about", "About it", about, hint=plain("What is new?")),
            field("model", "Model set", models, optional=True),
            special,
        ],
    }


def told(title: str, text: str) -> dict[str, Any]:
    """A view that is only read."""
    block = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    return {"type": "modal", "title": plain(title), "blocks": [block]}


def held(view: Mapping[str, Any], name: str) -> Any:
    """What a field holds, None where the form has no such field."""
    value = view["state"]["values"].get(name, {}).get("field", {})
    if "files" in value:
        return value["files"]
    chosen = value.get("selected_option")
    return chosen["value"] if chosen else value.get("value")


def add_form(app: AsyncApp, slack: LocalSlack, session: aiohttp.ClientSession) -> None:
    """Let the app offer the form, reshape it, search for it, and take it."""
    at_work: set[asyncio.Task[None]] = set()

    @app.action("field")
    async def reshaped(ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        view = body["view"]
        form = publish_form(held(view, "kind"))
        await client.views_update(view_id=view["id"], hash=view["hash"], view=form)

    @app.options("field")
    async def searched(ack: Any, body: dict[str, Any]) -> None:
        found = [each for each in MODELS if body["value"].lower() in each]
        await ack(options=[option(each, f"{each} (ready)") for each in found])

    @app.view("publish")
    async def sent(ack: Any, view: dict[str, Any], body: dict[str, Any], client: Any) -> None:
        if held(view, "about") == "bad":
            await ack(response_action="errors", errors={"about": "Say more."})
            return
        await ack(response_action="update", view=told("Working", "Working on it…"))
        # What is acknowledged goes out when the listener is done; an update that overtook it
        # would be replaced by it.
        work = asyncio.create_task(published(view, slack.person(body["user"]["id"]), client))
        at_work.add(work)
        work.add_done_callback(at_work.discard)

    async def published(view: dict[str, Any], person: Person, client: Any) -> None:
        await slack.until(lambda: person.open_view is None or person.open_view.title == "Working")
        if held(view, "about") == "again":
            after = publish_form(held(view, "kind"), about="again, once more")
        else:
            values = [f"{name}={held(view, name)}" for name in ("kind", "about", "model", "step")]
            files = [await fetched(file, client.token) for file in held(view, "template") or ()]
            after = told("Published", " ".join([*values, *files]))
        await client.views_update(view_id=view["id"], view=after)

    async def fetched(file: Mapping[str, Any], token: str) -> str:
        headers = {"Authorization": f"Bearer {token}"}
        async with session.get(file["url_private_download"], headers=headers) as answer:
            return f"{file['name']}: {await answer.text()}"
