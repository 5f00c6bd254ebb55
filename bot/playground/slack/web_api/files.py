"""The upload in three steps, and files.info."""

from bot.playground.slack.errors import SlackError
from bot.playground.slack.values import File, Json
from bot.playground.slack.web_api.call import Call, Methods


def announce(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/files.getUploadURLExternal/"""
    name = call.arguments.required("filename", "missing_argument")
    size = call.arguments.number("length", 0)
    if size <= 0:
        raise SlackError("missing_argument")
    file = call.platform.files.announce(name, size, call.arguments.text("alt_txt"), call.bot.id)
    return {"upload_url": call.platform.upload_url(file.id), "file_id": file.id}


def complete(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/files.completeUploadExternal/

    Files named without a channel stay private to the app.
    """
    listed = call.arguments.objects("files")
    channel = call.channel("channel_id") if "channel_id" in call.arguments else None
    if channel is not None and call.bot.id not in channel.members:
        raise SlackError("not_in_channel")
    done = [
        call.platform.files.complete(str(each.get("id")), str(each.get("title") or ""))
        for each in listed
    ]
    if channel is not None and done:
        _share(call, channel.id, done)
    return {"files": [call.platform.file_object(file) for file in done]}


def info(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/files.info/"""
    file = call.platform.files.find(call.arguments.text("file"))
    return {"file": call.platform.file_object(file), "comments": []}


def _share(call: Call, channel: str, files: list[File]) -> None:
    message = call.workspace.post(
        channel,
        call.bot.id,
        bot_id=call.bot.bot_id,
        text=call.arguments.text("initial_comment"),
        thread_ts=call.arguments.text("thread_ts") or None,
        files=tuple(files),
    )
    for file in files:
        call.platform.files.share(file.id, channel, message.ts)


METHODS: Methods = {
    "files.getUploadURLExternal": announce,
    "files.completeUploadExternal": complete,
    "files.info": info,
}
