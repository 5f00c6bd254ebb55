"""Where things are found in Qianfan's web console."""

from urllib.parse import urlsplit

from bot.domain.resources import CompressionTask, FineTuningTask, ModelVersion, Watchable

_HOST = "console.bce.baidu.com"
CONSOLE = f"https://{_HOST}"

#: The list of one's own models with their versions.
MODELS_URL = f"{CONSOLE}/qianfan/modelcenter/model/user/list"

# The path's part for a training mode, as the official SDK builds its log links
# (bce-qianfan-sdk, python/qianfan/trainer/actions.py, log_prefix_mapping).
_MODE_PATHS = {"sft": "sft", "postpretrain": "postPretrain", "dpo": "dpo"}


def console_url(resource: Watchable) -> str:
    """The console's page for a thing, or the list that has it; empty where no page is known."""
    match resource:
        case FineTuningTask(job_id=job_id) if job_id:
            mode = _MODE_PATHS.get(resource.train_mode.replace("-", "").lower(), "sft")
            path = f"{mode}/{job_id}/{resource.id}/detail/traininglog"
            return f"{CONSOLE}/qianfan/train/{path}"
        case ModelVersion():
            return MODELS_URL
        case FineTuningTask() | CompressionTask():
            return ""


def curves_url(resource: Watchable) -> str:
    """VisualDL's page with a run's curves, for the person who asks; empty where it has none.

    Qianfan's address carries a token, so that whoever has it sees the page: it is for no channel.
    It is outside text, and led anywhere but to the console's own host it is taken for none.
    """
    if not isinstance(resource, FineTuningTask) or not _leads_to_console(resource.vdl_link):
        return ""
    return resource.vdl_link


def _leads_to_console(url: str) -> bool:
    # A browser takes a backslash for a slash and drops line ends; urlsplit does not do both.
    if "\\" in url or not url.isascii() or not url.isprintable():
        return False
    try:
        address = urlsplit(url)
    except ValueError:
        return False
    # The whole of it, so that neither a user's name nor a port stands beside the host.
    return address.scheme == "https" and address.netloc.lower() == _HOST
