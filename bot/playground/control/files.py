"""Files of the workspace as the page shows them: pictures, and nothing else."""

from aiohttp import web

from bot.playground.control.verbs import Setting
from bot.playground.slack.errors import SlackError

# What a browser may draw, by the first bytes of the file; an SVG could run scripts.
_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
)


async def picture(request: web.Request, setting: Setting) -> web.StreamResponse:
    """A picture by its file's id; any other file is handed out as bytes to be saved."""
    try:
        file = setting.playing.slack.files.find(request.match_info["file"])
    except SlackError:
        return web.json_response({"ok": False, "error": "There is no such file."}, status=404)
    kind = next((kind for mark, kind in _PICTURES if file.content.startswith(mark)), None)
    headers = {"X-Content-Type-Options": "nosniff"}
    if kind is None:
        headers["Content-Disposition"] = "attachment"
    return web.Response(
        body=file.content, content_type=kind or "application/octet-stream", headers=headers
    )
