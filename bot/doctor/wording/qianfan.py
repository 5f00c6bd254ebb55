"""What is said of the Qianfan accounts."""

from dataclasses import replace

from bot.doctor.findings import Finding, mend, note, ok
from bot.domain import errors as e

_POLICY = "QianfanModelTuningFullControlAccessPolicy"


def keys_are_accepted(account: str, url: str) -> Finding:
    """A harmless read was served."""
    return ok(f"account {account}: Qianfan at {url} accepts the keys and lists the jobs")


def key_is_unreadable(account: str, sentence: str) -> Finding:
    """A key is not where the rules say."""
    return mend(
        f"account {account}: {sentence.rstrip('.')}",
        "put the key there, readable for whoever runs qfbot, or mend the rules",
    )


def account_is_not_served(
    account: str, error: e.PlatformError, url: str, *, heard: bool
) -> Finding:
    """A harmless read was not served; `heard` is whether anything answered at all."""
    found = _found(error, url, heard=heard)
    request = f" (request {error.request_id})" if error.request_id else ""
    return of_account(account, replace(found, what=found.what + request))


def of_account(account: str, finding: Finding) -> Finding:
    """The finding, with whose it is."""
    return replace(finding, what=f"account {account}: {finding.what}")


def _found(error: e.PlatformError, url: str, *, heard: bool) -> Finding:
    match error:
        case e.BadCredentials():
            return mend(
                "Qianfan does not accept the access key, or the secret key is not the one that "
                "belongs to it",
                "copy both anew from console.bce.baidu.com, Security Authentication, Access Key",
            )
        case e.AccessDenied():
            return mend(
                f"Qianfan knows the keys and does not let them do {error.action}",
                f"give the key's user the policy {_POLICY} on console.bce.baidu.com",
            )
        case e.ClockSkewed():
            return mend(
                "Qianfan refuses the time of the request: this machine's clock is wrong",
                "set the clock by NTP (timedatectl set-ntp true)",
            )
        case e.Throttled():
            return note(
                "Qianfan takes no more requests of this account just now",
                "check again in a minute; if it stays so, something else uses the account, or "
                "QFBOT_REQUESTS_PER_SECOND is too high",
            )
        case e.Unavailable() if heard:
            return mend(
                f"Qianfan at {url} answers that it is broken", "check again in a few minutes"
            )
        case e.Unavailable():
            return mend(
                f"nothing answers at {url}, or not in time",
                "see whether this machine may go there (name service, firewall, HTTPS_PROXY, own "
                "certificates), and whether QIANFAN_CONSOLE_API_BASE_URL is right",
            )
        case e.RequestRejected():
            return mend(
                f"Qianfan refuses {error.action}: {error.code} {error.message}".rstrip(),
                "see whether QIANFAN_CONSOLE_API_BASE_URL is right",
            )
        case _:
            return mend(
                f"what answers at {url} is not Qianfan, or something between changes its answers",
                "see whether QIANFAN_CONSOLE_API_BASE_URL is right, and whether a proxy is meant",
            )
