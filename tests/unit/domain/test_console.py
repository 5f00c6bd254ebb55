"""Which addresses lead to Qianfan's console, and nowhere else."""

from dataclasses import replace

import pytest

from bot.domain.console import console_url, curves_url
from bot.domain.id_grammar import read_id
from bot.domain.resources import CompressionTask, ModelVersion, Phase

from .samples import task

_TOKEN = "displayToken=eyJydW5JZCI6InJ1bi10NGczZmZuMXpzampwZHFzIn0="


@pytest.mark.parametrize(
    ("mode", "path"),
    [("SFT", "sft"), ("PostPretrain", "postPretrain"), ("Post-pretrain", "postPretrain")],
)
def test_a_run_has_its_own_page_by_its_mode(mode: str, path: str) -> None:
    run = replace(task(), train_mode=mode)
    assert console_url(run) == (
        f"https://console.bce.baidu.com/qianfan/train/{path}/job-ftp4icwebtnc/"
        "task-0tgmn4a7h4i6/detail/traininglog"
    )


def test_a_version_has_the_list_of_models_and_a_compression_no_page() -> None:
    version = ModelVersion(id=read_id("amv-g73j3faikzpz"), state="Ready", phase=Phase.DONE)
    compression = CompressionTask(id=read_id("amva-abciuctdx15t"), state="x", phase=Phase.DONE)
    assert console_url(version).endswith("/qianfan/modelcenter/model/user/list")
    assert console_url(compression) == ""


@pytest.mark.parametrize(
    "address",
    [
        f"https://console.bce.baidu.com/qianfan/visualdl/index?{_TOKEN}",
        f"HTTPS://Console.BCE.baidu.com/qianfan/visualdl/index?{_TOKEN}",
    ],
)
def test_the_curves_are_linked_at_the_consoles_own_host(address: str) -> None:
    assert curves_url(replace(task(), vdl_link=address)) == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "console.bce.baidu.com/x",
        "//console.bce.baidu.com/x",
        "http://console.bce.baidu.com/x",
        "javascript://console.bce.baidu.com/x",
        "https://console.bce.baidu.com.evil.example/x",
        "https://evil.example/console.bce.baidu.com",
        "https://evil.example#@console.bce.baidu.com/",
        "https://evil.example\\@console.bce.baidu.com/",
        "https://console.bce.baidu.com@evil.example/",
        "https://somebody@console.bce.baidu.com/",
        "https://console.bce.baidu.com:8443/",
        "https://console.bce.baidu.com\n.evil.example/",
        "https://console\t.bce.baidu.com/",
        "https://console。bce.baidu.com/",
        "https://[",
    ],
)
def test_no_other_address_is_taken_for_the_curves(address: str) -> None:
    assert curves_url(replace(task(), vdl_link=address)) == ""


def test_only_a_run_has_curves() -> None:
    version = ModelVersion(id=read_id("amv-g73j3faikzpz"), state="Ready", phase=Phase.DONE)
    assert curves_url(version) == ""
