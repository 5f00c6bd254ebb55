"""`qfbot serve` where one proxy is the only way out, and where certificates are the company's."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.processes.test_serve import (
    ANY_PORT,
    TASK,
    Servers,
    run,
    serving,
    settings,
    two_servers,
)
from tests.processes.toll import Toll, certificate, serving_context

SLACK, QIANFAN = "slack.test", "qianfan.test"


def port(url: str) -> int:
    found = urlsplit(url).port
    assert found is not None
    return found


@asynccontextmanager
async def behind_a_proxy(folder: Path) -> AsyncIterator[tuple[Servers, Toll, dict[str, str]]]:
    """Both servers under names that only the proxy knows, and the settings that lead there."""
    key, cert = certificate(folder, f"DNS:{SLACK}", f"DNS:{QIANFAN}")
    async with two_servers() as servers:
        ports = {SLACK: port(servers.slack.api_url), QIANFAN: port(servers.qianfan.url)}
        servers.slack._platform.address = f"https://{SLACK}"
        async with Toll(ports, serving_context(key, cert)) as toll:
            yield (
                servers,
                toll,
                settings(servers, folder, "socket")
                | {
                    "SLACK_API_URL": f"https://{SLACK}/api/",
                    "QIANFAN_CONSOLE_API_BASE_URL": f"https://{QIANFAN}",
                    "HTTPS_PROXY": toll.url,
                    "SSL_CERT_FILE": str(cert),
                },
            )


async def test_a_run_is_watched_through_the_proxy_with_its_certificate(tmp_path: Path) -> None:
    async with behind_a_proxy(tmp_path) as (servers, toll, given):
        slack, bo = servers.slack, servers.slack.person("bo")
        servers.world.add_task(TASK).runs(progress=34)
        async with serving(tmp_path, given):
            assert (await bo.types(f"/qf watch {TASK}", "training")).acked
            await slack.until(lambda: any(each.buttons for each in bo.sees("training")))
            # The private answer comes by the response URL, which is outside as well.
            await slack.until(lambda: any(each.ephemeral_to for each in bo.sees("training")))
    assert toll.passed == {SLACK, QIANFAN}


async def test_a_certificate_that_nobody_vouches_for_ends_the_start_with_a_sentence(
    tmp_path: Path,
) -> None:
    async with behind_a_proxy(tmp_path) as (_, _, given):
        del given["SSL_CERT_FILE"]
        code, _, err = await run("serve", *ANY_PORT, cwd=tmp_path, **given)
    assert code == 2
    assert "SSL_CERT_FILE may name a file" in err.splitlines()[-1]


async def test_a_proxy_that_refuses_ends_the_start_with_its_word_and_without_its_password(
    tmp_path: Path,
) -> None:
    async with behind_a_proxy(tmp_path) as (_, _, given):
        given["HTTPS_PROXY"] = given["HTTPS_PROXY"].replace("0001", "0002")
        code, _, err = await run("serve", *ANY_PORT, cwd=tmp_path, **given)
    assert code == 2
    assert "the proxy that HTTPS_PROXY names does not lead there: it answers 407" in err
    assert "canary" not in err
