"""Compiles every .po file of the package to a .mo beside it, without gettext's programs."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tooling import places
from tooling.progress import say


def main() -> None:
    for source in sorted((places.PROJECT / "saleor_nps_plugin" / "locale").rglob("*.po")):
        compile_messages(source)


def compile_messages(source: Path) -> None:
    with source.open("rb") as file:
        catalog = read_po(file, locale=source.parts[-3], abort_invalid=True)
    with source.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalog)
    say(f"{source.parts[-3]}: {sum(1 for message in catalog if message.id and message.string)} texts")


if __name__ == "__main__":
    main()
