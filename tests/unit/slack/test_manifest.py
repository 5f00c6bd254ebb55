"""The manifest is one that Slack takes, asks for no more than it needs, and is the one on file."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bot.slack.manifest import manifest, manifest_yaml

ROOT = Path(__file__).parents[3]
SCHEMA: dict[str, Any] = json.loads(
    (ROOT / "tests/samples/slack-manifest.schema.json").read_text("utf-8")
)


@pytest.mark.parametrize("url", [None, "https://bot.example.com"])
def test_the_manifest_keeps_to_slacks_schema(url: str | None) -> None:
    jsonschema.validate(manifest(url), SCHEMA)


def test_the_schema_would_notice_a_mistake() -> None:
    broken = manifest()
    broken["features"]["slash_commands"][0]["command"] = "qf"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, SCHEMA)


def test_the_manifest_on_file_is_the_one_that_is_printed() -> None:
    assert (ROOT / "manifest.yml").read_text("utf-8") == manifest_yaml()
    assert yaml.safe_load(manifest_yaml()) == manifest()


def test_socket_mode_needs_no_address() -> None:
    assert manifest()["settings"]["socket_mode_enabled"] is True
    told = json.dumps(manifest())
    assert '"url"' not in told
    assert "request_url" not in told


def test_http_has_one_address_for_everything() -> None:
    over_http = manifest("https://bot.example.com/")
    assert over_http["settings"]["socket_mode_enabled"] is False
    endpoint = "https://bot.example.com/slack/events"
    assert over_http["features"]["slash_commands"][0]["url"] == endpoint
    assert over_http["settings"]["interactivity"]["request_url"] == endpoint


def test_only_the_scopes_that_the_bot_uses_are_asked_for() -> None:
    assert manifest()["oauth_config"]["scopes"] == {
        "bot": [
            "app_mentions:read",
            "channels:history",
            "channels:read",
            "chat:write",
            "commands",
            "files:read",
            "files:write",
            "groups:history",
            "groups:read",
            "im:history",
            "im:read",
            "im:write",
            "links:read",
            "links:write",
            "usergroups:read",
            "users:read",
        ]
    }
