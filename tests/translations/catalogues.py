"""The catalogues as files: what is translated, written by hand, and what gettext reads of it."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from bot.domain.languages import Language
from bot.wording.languages import CATALOGUES, DOMAIN
from tests.translations.sentences import sentences

_HEADER = """\
# The sentences of qfbot in {language}. `uv run python -m tests.translations` adds those that are
# new and takes away those that nobody says any more.
msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""

# Babel dates every catalogue; with one date a file changes only where a sentence does.
_DATE = datetime(2026, 1, 1, tzinfo=UTC)

#: The languages that are not the code's own.
OTHERS = tuple(each for each in Language if each is not Language.ENGLISH)


def path(language: Language, ending: str = "po") -> Path:
    """Where a language's catalogue lies."""
    return CATALOGUES / language.value / "LC_MESSAGES" / f"{DOMAIN}.{ending}"


def template() -> Catalog:
    """Every sentence, without a translation."""
    made = Catalog(charset="utf-8", fuzzy=False, creation_date=_DATE)
    for text, places in sorted(sentences().items(), key=lambda item: (item[1][0], item[0])):
        files = sorted({file for file, _ in places})
        # Without line numbers, which would change with every edit of the code.
        made.add(text, locations=[(file, 0) for file in files])
    return made


def read(language: Language) -> Catalog:
    """The catalogue as it lies there; an empty one where there is none."""
    file = path(language)
    catalogue = Catalog(locale=language.value, charset="utf-8", fuzzy=False)
    if file.exists():
        with file.open("rb") as opened:
            catalogue = read_po(opened, locale=language.value, charset="utf-8")
    catalogue.creation_date = catalogue.revision_date = _DATE
    return catalogue


def updated(language: Language) -> Catalog:
    """The catalogue with what the code says now: nothing that it does not say, no guesses."""
    catalogue = read(language)
    catalogue.update(template(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def translations(catalogue: Catalog) -> dict[str, str]:
    """Each sentence with its translation, which is empty where there is none."""
    return {str(message.id): str(message.string or "") for message in catalogue if message.id}


def as_po(catalogue: Catalog) -> bytes:
    """The catalogue as people edit it."""
    written = BytesIO()
    write_po(
        written, catalogue, width=100, omit_header=True, include_lineno=False, sort_by_file=True
    )
    return _HEADER.format(language=catalogue.locale_identifier).encode() + written.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    """The catalogue as gettext reads it."""
    written = BytesIO()
    write_mo(written, catalogue)
    return written.getvalue()
