"""Recognising the version that a request made, where its answer was lost."""

from dataclasses import replace

import pytest

from bot.domain.creation import ImportSource, NewVersion, TrainSource, fits
from bot.domain.id_grammar import read_id
from bot.domain.resources import ModelVersion, Phase

RUN = read_id("task-0tgmn4a7h4i6")
OF_A_RUN = NewVersion(read_id("am-ih8abcdef"), TrainSource(RUN, 64), "the good one")
IMPORTED = NewVersion(
    read_id("am-ih8abcdef"),
    ImportSource("bucket", "/models/llama/", "HuggingFace.Transformers", "chat"),
)

VERSION = ModelVersion(
    id=read_id("amv-21qxxr97z8fp"),
    state="Creating",
    phase=Phase.RUNNING,
    description="the good one",
    source_type="Train",
    source=str(RUN),
)


def test_a_version_of_the_same_run_with_the_same_description_may_be_it() -> None:
    assert fits(OF_A_RUN, VERSION)


@pytest.mark.parametrize(
    "other",
    [
        replace(VERSION, description="another"),
        replace(VERSION, source="task-another12345"),
        replace(VERSION, source_type="Import"),
    ],
)
def test_a_version_that_differs_in_what_is_known_is_not_it(other: ModelVersion) -> None:
    assert not fits(OF_A_RUN, other)


def test_a_run_that_qianfan_names_by_an_old_number_may_be_the_same() -> None:
    assert fits(OF_A_RUN, replace(VERSION, source="24663"))


@pytest.mark.parametrize(
    "stored", ["the good one\n", "  the good one ", "the good one\r\n", "the good one   "]
)
def test_a_description_that_qianfan_trimmed_is_still_known(stored: str) -> None:
    assert fits(OF_A_RUN, replace(VERSION, description=stored))


@pytest.mark.parametrize(
    ("address", "is_it"),
    [
        ("bos:/bucket/models/llama", True),
        ("bos://bucket/models/llama/", True),
        ("bucket/models/llama", True),
        ("bos:/my-bucket/models/llama", False),
        ("bos:/bucket/models/llama2", False),
    ],
)
def test_an_import_is_known_by_its_whole_address(address: str, is_it: bool) -> None:
    here = replace(VERSION, description="", source_type="Import", source=address)

    assert fits(IMPORTED, here) is is_it


def test_what_was_written_down_without_its_secret_is_still_known() -> None:
    secret = "made with xoxb-123456789012-abcdefgh"
    written = replace(OF_A_RUN, description="made with [struck out]")

    assert fits(written, replace(VERSION, description=secret))
