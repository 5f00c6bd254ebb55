"""Brings every catalogue up to date, and tells which sentences have no translation yet."""

import sys

from tests.translations.catalogues import OTHERS, as_mo, as_po, path, translations, updated


def main() -> int:
    """Write the files; 1 where something is not translated."""
    untold = 0
    for language in OTHERS:
        catalogue = updated(language)
        path(language).parent.mkdir(parents=True, exist_ok=True)
        path(language).write_bytes(as_po(catalogue))
        path(language, "mo").write_bytes(as_mo(catalogue))
        missing = [text for text, translated in translations(catalogue).items() if not translated]
        untold += len(missing)
        for text in missing:
            print(f"{language}: {text!r}")
        print(f"{language}: {len(missing)} of {len(catalogue)} sentences have no translation")
    return 1 if untold else 0


if __name__ == "__main__":
    sys.exit(main())
