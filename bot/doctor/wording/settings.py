"""What is said of the settings and of the file of the rules."""

from pathlib import Path

from bot.doctor.findings import Finding, mend, note, ok
from bot.doctor.given import Origin


def setting_is(name: str, shown: str, origin: Origin) -> Finding:
    """A setting, and where it came from; "" is what is not set."""
    if not shown:
        return ok(f"{name} is not set, and need not be")
    came = "by default" if origin is Origin.DEFAULT else f"from {origin}"
    return ok(f"{name} is {shown}, {came}")


def setting_is_wrong(sentence: str, origin: Origin) -> Finding:
    """A setting that is missing or cannot be used, in the words of the start that refuses it."""
    what, _, how = sentence.rstrip(".").partition(": ")
    came = "" if origin is Origin.DEFAULT else f" (it comes from {origin})"
    return mend(f"{what}{came}", how)


def perhaps_a_setting(name: str, meant: str) -> Finding:
    """A name that is no setting, and looks like one."""
    return note(f"{name} is no setting of qfbot, and is ignored", f"perhaps {meant} is meant")


def rules_are_read(path: Path, hash_: str) -> Finding:
    """The file of the rules is in order."""
    return ok(f"{path} is read; its rules have the hash {hash_}")


def rules_are_refused(sentence: str) -> Finding:
    """The file of the rules has a mistake."""
    return mend(
        sentence.rstrip("."),
        "`qfbot serve` does not start with it, and one that runs keeps the rules it read before; "
        "mend the file",
    )


def no_rules() -> Finding:
    """No file of the rules is set up."""
    return ok("there is no qfbot.toml: everybody in the workspace may look, and nobody may stop")


def rules_are_not_named() -> Finding:
    """A qfbot.toml lies here, and nothing reads it."""
    return note(
        "a qfbot.toml lies in this folder, and QFBOT_CONFIG does not name it, so that it is not "
        "read",
        "set QFBOT_CONFIG=qfbot.toml if it is meant",
    )


def rules_of_one(hash_: str) -> Finding:
    """Only one process can serve on this database."""
    return ok(f"one qfbot serves at a time on SQLite; its rules have the hash {hash_}")


def rules_of_several(hash_: str) -> Finding:
    """Any number may serve; what the others have read is not in the database."""
    return note(
        f"the rules have the hash {hash_} here; what other replicas have read cannot be seen from "
        "here",
        "compare it with qfbot_rules_info in the /metrics of each: where it differs, give that "
        "replica the same qfbot.toml",
    )
