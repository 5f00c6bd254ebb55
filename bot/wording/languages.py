"""The sentences in other languages: gettext catalogues that lie beside this file.

A sentence is written in English where it is said, and that is its name in the catalogues
(https://docs.python.org/3/library/gettext.html). One without a translation is told in English.
"""

import gettext
from collections.abc import Callable
from functools import cache
from pathlib import Path

from bot.domain.languages import Language

#: The folder of the catalogues, and their name in it.
CATALOGUES = Path(__file__).parent / "catalogues"
DOMAIN = "qfbot"


@cache
def translation(language: Language) -> Callable[[str], str]:
    """What gives an English template in a language; read once."""
    if language is Language.ENGLISH:
        return str
    found = gettext.translation(DOMAIN, CATALOGUES, [language.value], fallback=True)
    # The empty name is that of the catalogue's own header.
    return lambda template: found.gettext(template) if template else template
