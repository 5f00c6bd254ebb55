"""What stands behind `submit` and `pick` at the prompt: field=value, in quotes where it must."""

import re
from collections.abc import Iterator

_PAIR = re.compile(
    r"""\s*(?P<name>[\w.-]+)=(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^\s"]\S*|))(?=\s|$)"""
)
_ESCAPE = re.compile(r'\\([\\"n])')
_ESCAPED = {"n": "\n", '"': '"', "\\": "\\"}


def field_values(text: str) -> dict[str, str]:
    r"""The values by field; ValueError where the text is something else.

    Within double quotes `\n` is a new line, `\"` a quote and `\\` a backslash; elsewhere a value
    is taken as it stands.
    """
    return dict(_pairs(text.rstrip()))


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    end = 0
    while end < len(text):
        found = _PAIR.match(text, end)
        if found is None:
            raise ValueError(f'say field=value or field="a value", not {text[end:].strip()!r}')
        end = found.end()
        quoted = found["quoted"]
        yield found["name"], found["plain"] if quoted is None else _unescaped(quoted)


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: _ESCAPED[found[1]], text)
