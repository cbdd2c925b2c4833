"""Gathers the texts of the package into its catalogs, and compiles those.

Gathering needs the programs of GNU gettext (apt-get install gettext) and is left out where they are missing; compiling
does without.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tooling import places
from tooling.progress import say

PACKAGE = places.PROJECT / "saleor_nps_plugin"
LANGUAGES = ("en", "de", "fr", "es", "pl", "ro", "ru", "fa")
# In a process of its own, and away from the package: its modules are named like some of Python's.
_GATHER = """
import sys, django
from django.conf import settings
from django.core.management import call_command
settings.configure(INSTALLED_APPS=[])
django.setup()
call_command("makemessages", locale=sys.argv[1:], no_obsolete=True, no_location=True, no_wrap=True,
    extensions=["html", "py", "txt"], ignore_patterns=["migrations", "vendor"], verbosity=0)
"""


def main() -> None:
    if shutil.which("xgettext"):
        gather(PACKAGE / "locale")
    else:
        say("GNU gettext is not installed: new texts are not gathered, only compiled.")
    for source in sorted((PACKAGE / "locale").rglob("*.po")):
        compile_messages(source)


def gather(locale: Path) -> None:
    """Bring the catalogs in a folder up to what templates and code say now; texts that are gone leave them."""
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "saleor_nps_plugin"
        shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("locale", "vendor", "__pycache__"))
        shutil.copytree(locale, copy / "locale")
        subprocess.run([sys.executable, "-P", "-c", _GATHER, *LANGUAGES], cwd=copy, check=True)
        for language in LANGUAGES:
            found = copy / "locale" / language / "LC_MESSAGES" / "django.po"
            # Guessed from similar texts, which is worse than none.
            subprocess.run(
                ["msgattrib", "--clear-fuzzy", "--no-wrap", "-o", found, _without_guesses(found)], check=True
            )
            kept = locale / language / "LC_MESSAGES" / "django.po"
            header, _, _ = kept.read_text().partition("\n\n")
            _, _, texts = found.read_text().partition("\n\n")
            kept.write_text(f"{header}\n\n{texts}")


def _without_guesses(source: Path) -> Path:
    """Write a catalog anew with guessed translations left empty."""
    with source.open("rb") as file:
        catalog = read_po(file)
    for message in catalog:
        if message.id and message.fuzzy:
            message.string = ("",) * catalog.num_plurals if message.pluralizable else ""
        message.previous_id = []
        message.user_comments = [line for line in message.user_comments if not line.startswith("|")]
    result = source.with_suffix(".clean.po")
    with result.open("wb") as file:
        write_po(file, catalog, width=0)
    return result


def compile_messages(source: Path) -> None:
    with source.open("rb") as file:
        catalog = read_po(file, locale=source.parts[-3], abort_invalid=True)
    with source.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalog)
    say(f"{source.parts[-3]}: {sum(1 for message in catalog if message.id and message.string)} texts")


if __name__ == "__main__":
    main()
