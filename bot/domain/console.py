"""Where things are found in Qianfan's web console."""

from bot.domain.resources import CompressionTask, FineTuningTask, ModelVersion, Watchable

CONSOLE = "https://console.bce.baidu.com"

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
            return f"{CONSOLE}/qianfan/modelcenter/model/user/list"
        case FineTuningTask() | CompressionTask():
            return ""
