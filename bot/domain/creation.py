"""A model version that is to be made (CreateCustomModel): from a run, or from object storage."""

import re
from dataclasses import dataclass, field

from bot.domain.ids import ResourceId
from bot.domain.resources import ModelVersion
from bot.domain.secrets import strike_out

#: The longest description of a version, in characters (CreateCustomModel's document).
LONGEST_DESCRIPTION = 300

_SCHEME = re.compile(r"^bos:/*")


@dataclass(frozen=True)
class TrainSource:
    """A run, at one of its checkpoints or at its end."""

    task: ResourceId
    step: int | None = None

    @property
    def origin(self) -> str:
        """What the version is made of."""
        return str(self.task)


@dataclass(frozen=True)
class ChatTemplate:
    """The platform's own form of a conversation's template (chatConf), byte for byte."""

    history: str
    latest: str
    prompt: str


@dataclass(frozen=True)
class FileTemplate:
    """A template in a file of one's own (customSpec), by the name it was stored under."""

    display_name: str
    file_name: str


@dataclass(frozen=True)
class Sampling:
    """How a compression samples (advancedSettings); what is None is not sent."""

    strategy: str = ""
    sequences: int | None = None
    beams: int | None = None


@dataclass(frozen=True)
class ImportSource:
    """A model in object storage (importMeta); what is empty is not sent."""

    bucket: str
    object_path: str
    model_format: str
    application_type: str
    template: ChatTemplate | FileTemplate | None = None
    advance_conf: str = ""
    transformer_version: str = ""
    vllm_version: str = ""
    sampling: Sampling = field(default_factory=Sampling)

    @property
    def origin(self) -> str:
        """Where it lies, as `bucket/path`."""
        return f"{self.bucket}/{self.object_path.strip('/')}"


@dataclass(frozen=True)
class NewVersion:
    """What CreateCustomModel is to make, and in which model (`am-…`)."""

    model_set: ResourceId
    source: TrainSource | ImportSource
    description: str = ""


def fits(request: NewVersion, version: ModelVersion) -> bool:
    """Whether the version can be the one that was asked for, by its source and description.

    A version cannot be asked which request made it, nor of which checkpoint it was made.
    """
    if _plain(version.description) != _plain(request.description):
        return False
    match request.source:
        case TrainSource(task=task):
            # A run of the first API has a number, which says nothing of its `task-…`.
            known = version.source == str(task) or version.source.isdecimal()
            return version.source_type in ("", "Train") and known
        case ImportSource(origin=address):
            return version.source_type in ("", "Import") and _place(version.source) == _place(
                address
            )


def _plain(text: str) -> str:
    """The text as a form may have come back from Qianfan, and without what looks like a secret.

    What was written down of a request has no secrets any more.
    """
    return strike_out("\n".join(line.rstrip() for line in text.splitlines()).strip())


def _place(address: str) -> str:
    """An address in object storage without the ways to begin and to end it."""
    return strike_out(_SCHEME.sub("", address).strip("/"))
