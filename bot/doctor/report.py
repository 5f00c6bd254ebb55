"""The findings as lines for people, or as one JSON object for a program."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot import __version__
from bot.doctor.findings import Finding, Sign
from bot.doctor.wording.general import SIGNS
from bot.domain.secrets import strike_out

#: Goes up when a reader of the JSON would have to change.
SCHEMA = 1

_WIDTH = max(len(sign) for sign in Sign)


@dataclass(frozen=True)
class Report:
    """All findings, and the secrets that no rendering of them may show."""

    findings: Sequence[Finding]
    secrets: frozenset[str] = frozenset()

    @property
    def is_well(self) -> bool:
        """Whether nothing has to be mended."""
        return all(finding.sign is not Sign.MEND for finding in self.findings)

    def as_text(self) -> str:
        """A line a finding, and one that counts them."""
        return "\n".join([*map(_line, self._shown), _count(self.findings)])

    def as_json(self) -> str:
        """The object that docs/check.md describes, on one line."""
        findings = [
            {"check": each.check, "sign": each.sign, "what": each.what, "how": each.how}
            for each in self._shown
        ]
        told = {
            "schema": SCHEMA,
            "version": __version__,
            "well": self.is_well,
            "findings": findings,
        }
        return json.dumps(told, ensure_ascii=False)

    @property
    def _shown(self) -> list[Finding]:
        """The findings as anybody may see them."""
        return [_shown(finding, self.secrets) for finding in self.findings]


def _line(finding: Finding) -> str:
    sign = str(finding.sign).upper() if finding.sign is Sign.MEND else str(finding.sign)
    how = f"; {finding.how}" if finding.how else ""
    return f"{sign:{_WIDTH}}  {finding.check}: {finding.what}{how}."


def _count(findings: Iterable[Finding]) -> str:
    counted = Counter(finding.sign for finding in findings)
    return ", ".join(f"{counted[sign]} {name}" for sign, name in SIGNS.items() if counted[sign])


def _shown(finding: Finding, secrets: frozenset[str]) -> Finding:
    what, how = (_on_one_line(strike_out(each, secrets)) for each in (finding.what, finding.how))
    return replace(finding, what=what, how=how)


def _on_one_line(text: str) -> str:
    """Outside text may be in it, which is to move no cursor."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())
