"""Every sentence is there in every language, with the same values in it."""

import re

import pytest
from babel.messages.catalog import Catalog

from bot.domain.languages import Language, of_locale
from bot.wording.languages import translation
from tests.translations.catalogues import OTHERS, as_mo, as_po, path, read, translations, updated
from tests.translations.sentences import sentences

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_CHINESE = "\u4e00-\u9fff"

# A sign of Chinese beside one of English, or English punctuation after Chinese.
_MIXED = re.compile(rf"[{_CHINESE}][,.;:?!](?!\w)")


@pytest.fixture(params=OTHERS, ids=str)
def language(request: pytest.FixtureRequest) -> Language:
    return Language(request.param)


@pytest.fixture
def catalogue(language: Language) -> Catalog:
    return read(language)


def test_no_sentence_is_put_together_where_it_is_said() -> None:
    assert len(sentences()) > 500


def test_every_sentence_has_a_translation_and_no_other_has(catalogue: Catalog) -> None:
    assert {text for text, told in translations(catalogue).items() if told} == set(sentences())


def test_a_translation_has_the_values_of_its_sentence(catalogue: Catalog) -> None:
    for pair in translations(catalogue).items():
        wanted, had = (set(_PLACEHOLDER.findall(text)) for text in pair)
        assert had == wanted, pair


def test_the_files_are_as_the_program_writes_them(language: Language) -> None:
    catalogue = updated(language)
    assert path(language).read_bytes() == as_po(catalogue)
    assert path(language, "mo").read_bytes() == as_mo(catalogue)


def test_chinese_ends_in_chinese_signs() -> None:
    for told in translations(read(Language.CHINESE)).values():
        assert not _MIXED.search(told), told


def test_a_sentence_without_translation_is_told_in_english() -> None:
    told = translation(Language.CHINESE)
    assert told("No such sentence.") == "No such sentence."
    assert told("") == ""
    assert told("Status") == "状态"


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("zh-CN", Language.CHINESE),
        ("zh_TW", Language.CHINESE),
        ("ZH", Language.CHINESE),
        ("en-US", Language.ENGLISH),
        ("fr-FR", Language.ENGLISH),
        ("", Language.ENGLISH),
    ],
)
def test_a_locale_is_read_in_its_language_or_in_english(locale: str, language: Language) -> None:
    assert of_locale(locale) is language
