"""/v2/model: what comes before an import: a template's file, and the platform's own settings."""

from typing import Any

from bot.playground.qianfan.actions.call import Call

# The official SDK's docstring: the file ends in .py and is smaller than 1 MB.
_LARGEST_FILE = 1_000_000

# The document promises a text that is JSON (https://cloud.baidu.com/doc/qianfan-api/s/Dmnikcy0e)
# and shows none; it is passed back unread, as advanceConf.
_SYSTEM_CONF = '{"chat": {"max_new_tokens": 2048}, "completion": {"max_new_tokens": 1024}}'


def upload_template(call: Call) -> Any:
    """CreateModelCustomConf: stores the file customSpecFile; the result is its stored name."""
    content = call.body.get("customSpecFile")
    if not isinstance(content, bytes):
        raise call.refusal("customSpecFile", "missing")
    if len(content) >= _LARGEST_FILE:
        raise call.refusal("customSpecFile", "too large")
    name = f"custom_spec_{len(call.world.files) + 1}.py"
    call.world.files[name] = content
    return name


def describe_system_conf(call: Call) -> Any:
    """DescribeModelSystemAdvancedConf: the platform's settings for imported models, as text.

    The document requires basicModelName, which the official SDK never sends.
    """
    call.choice("modelApplicationType", "chat", "completion")
    call.optional_text("basicModelName")
    call.optional_text("modelFormat")
    return _SYSTEM_CONF
