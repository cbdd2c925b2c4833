"""The translations that the wheel ships are whole, and compiled from what people edit."""

import gettext
import re
import shutil
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import saleor_nps_plugin
from saleor_nps_plugin.languages import SUPPORTED
from tooling.messages import gather

FOLDER = Path(saleor_nps_plugin.__file__).parent / "locale"
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}")


def catalog(language):
    with (FOLDER / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale=language)


def texts(message):
    return message.string if isinstance(message.string, tuple) else (message.string,)


def test_there_is_a_catalog_for_each_language_and_no_other():
    assert {folder.name for folder in FOLDER.iterdir()} == set(SUPPORTED)


@pytest.mark.parametrize("language", [code for code in SUPPORTED if code != "en"])
def test_every_text_is_translated_with_its_placeholders(language):
    messages = [message for message in catalog(language) if message.id]

    assert {message.id for message in messages} == {message.id for message in catalog("en") if message.id}
    for message in messages:
        source = message.id[0] if isinstance(message.id, tuple) else message.id
        assert not message.fuzzy
        for text in texts(message):
            assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(source)), source
            assert text, source


@pytest.mark.parametrize("language", [code for code in SUPPORTED if code != "en"])
def test_what_is_compiled_is_what_was_written(language):
    with (FOLDER / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)

    for message in catalog(language):
        if message.id and not isinstance(message.id, tuple):
            assert compiled.gettext(message.id) == message.string


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="GNU gettext is not installed")
def test_the_catalogs_hold_what_code_and_templates_say(tmp_path):
    gathered = shutil.copytree(FOLDER, tmp_path / "locale")

    gather(gathered)

    with (gathered / "en" / "LC_MESSAGES" / "django.po").open("rb") as file:
        said = {message.id for message in read_po(file, locale="en") if message.id}
    assert said == {message.id for message in catalog("en") if message.id}
