"""Recognising the version that a request made, where its answer was lost."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.creation import ImportSource, NewVersion, TrainSource, made_of
from bot.domain.id_grammar import read_id
from bot.domain.resources import ModelVersion, Phase

SINCE = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
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
    created_at=SINCE + timedelta(seconds=2),
    source_type="Train",
    source=str(RUN),
)


def test_a_version_of_the_same_run_made_since_then_is_it() -> None:
    assert made_of(OF_A_RUN, [VERSION], SINCE) == VERSION


@pytest.mark.parametrize(
    "other",
    [
        replace(VERSION, description="another"),
        replace(VERSION, created_at=SINCE - timedelta(minutes=3)),
        replace(VERSION, source="task-another12345"),
        replace(VERSION, source_type="Import"),
    ],
)
def test_a_version_that_differs_in_anything_is_not_it(other: ModelVersion) -> None:
    assert made_of(OF_A_RUN, [other], SINCE) is None


def test_a_run_that_qianfan_names_by_an_old_number_may_be_the_same() -> None:
    numbered = replace(VERSION, source="24663")

    assert made_of(OF_A_RUN, [numbered], SINCE) == numbered


def test_clocks_that_differ_by_a_minute_do_not_hide_it() -> None:
    early = replace(VERSION, created_at=SINCE - timedelta(minutes=1))

    assert made_of(OF_A_RUN, [early], SINCE) == early


def test_of_several_the_newest_is_it() -> None:
    newer = replace(VERSION, id=read_id("amv-newer123456"), created_at=SINCE + timedelta(hours=1))

    assert made_of(OF_A_RUN, [newer, VERSION], SINCE) == newer


def test_an_import_is_known_by_its_address() -> None:
    here = replace(VERSION, description="", source_type="Import", source="bos:/bucket/models/llama")

    assert made_of(IMPORTED, [here], SINCE) == here
    assert made_of(IMPORTED, [replace(here, source="bos:/bucket/models/other")], SINCE) is None


def test_a_description_that_was_written_down_without_its_secret_is_still_known() -> None:
    secret = "made with xoxb-123456789012-abcdefgh"
    written = replace(OF_A_RUN, description="made with [struck out]")

    assert made_of(written, [replace(VERSION, description=secret)], SINCE) is not None
